using Deribit.Simulator.Faults;

using MarketData.Integration.Tests.Rigs;

namespace MarketData.Integration.Tests.Wanted;

/// <summary>What is collected changes while the exchange streams.</summary>
[Trait("kind", "integration")]
public sealed class WantedSetTests
{
    private const DataKind All = DataKind.OrderBook | DataKind.Trade | DataKind.Ticker;

    [Fact]
    public async Task Five_hundred_added_and_two_hundred_removed_at_once_leave_the_rest_untouched()
    {
        await using var rig = await ExchangeRig.StartAsync(new() { Instruments = 800, FramesPerSecond = 2000, BookLevels = 8 }, DataKind.OrderBook);
        var every = await rig.WantedAsync();
        var (removed, kept, added) = (every.Take(200).ToList(), every.Skip(200).Take(100).ToList(), every.Skip(300).Take(500).ToList());
        await rig.Exchange.CollectAsync([.. removed, .. kept], "first");
        await rig.LiveAsync(300);
        var before = rig.Events.Count;

        await rig.Exchange.CollectAsync([.. kept, .. added], "The operator removed it.");
        var applied = rig.Events.Skip(before).ToList();
        await rig.LiveAsync(600);
        foreach (var name in kept.Select(one => one.Instrument.Name))
        {
            // Not subscribed again, nothing in the ledger but its beginning, and an unbroken chain from before to after.
            Assert.Equal(1, rig.Simulator.CountSubscriptions($"book.{name}.100ms"));
            Assert.All(rig.Integrity.Where(one => one.InstrumentName == name), one => Assert.Equal(IntegrityKind.Connected, one.Kind));
            Chains.AssertUnbroken(rig.Events.OfType<OrderBookEvent>().Where(one => one.InstrumentName == name), 1);
        }

        foreach (var name in removed.Select(one => one.Instrument.Name))
        {
            // Closed last, and said before the call came back.
            var its = rig.Events.Where(one => one.InstrumentName == name).ToList();
            Assert.Equal((IntegrityKind.Closed, "The operator removed it."), ((its[^1] as IntegrityEvent)!.Kind, (its[^1] as IntegrityEvent)!.Detail));
            Assert.Contains(its[^1], applied);
        }

        foreach (var name in added.Select(one => one.Instrument.Name))
        {
            var its = rig.Events.Where(one => one.InstrumentName == name).ToList();
            Assert.Equal(IntegrityKind.Connected, (its[0] as IntegrityEvent)!.Kind);
            Assert.Equal(BookAction.Snapshot, (its[1] as OrderBookEvent)!.Action);
        }
    }

    [Fact]
    public async Task What_is_added_while_connected_begins_with_connected_on_every_stream()
    {
        await using var rig = await ExchangeRig.StartAsync(new() { Instruments = 4, FramesPerSecond = 400 }, All);
        var every = await rig.WantedAsync();
        await rig.Exchange.CollectAsync([every[0]], "first");
        await rig.LiveAsync(1);
        await rig.Exchange.CollectAsync([every[0], every[1]], "more");
        var (first, second) = (every[0].Instrument.Name, every[1].Instrument.Name);
        await rig.UntilAsync(one => one is TickerEvent && one.InstrumentName == second, "a ticker");
        await rig.UntilAsync(one => one is OrderBookEvent && one.InstrumentName == second, "a book");
        foreach (var name in new[] { first, second })
        {
            foreach (var channel in new[] { "orderbook", "trade", "ticker" })
                Assert.Single(rig.Integrity, one => one.InstrumentName == name && one.Channel == channel && one.Kind == IntegrityKind.Connected);
        }

        await rig.Exchange.CollectAsync([], "gone");
        foreach (var name in new[] { first, second })
        {
            Assert.Equal(3, rig.Integrity.Count(one => one.InstrumentName == name && one.Kind == IntegrityKind.Closed));
            Assert.Equal(IntegrityKind.Closed, (rig.Events.Last(one => one.InstrumentName == name) as IntegrityEvent)!.Kind);
        }
    }

    [Fact]
    public async Task What_was_removed_a_moment_ago_and_is_added_again_takes_nothing_of_its_old_subscription()
    {
        await using var rig = await ExchangeRig.StartAsync(new() { Instruments = 1, FramesPerSecond = 1000 }, DataKind.OrderBook);
        var wanted = await rig.WantedAsync();
        var name = wanted[0].Instrument.Name;
        await rig.Exchange.CollectAsync(wanted, "first");
        await rig.LiveAsync(1);
        for (var round = 1; round <= 10; round++)
        {
            await rig.Exchange.CollectAsync([], "off");
            var before = rig.Events.Count;
            await rig.Exchange.CollectAsync(wanted, "on");
            await rig.UntilAsync(one => one is OrderBookEvent, $"the book in round {round}", before);
            var its = rig.Events.Skip(before).ToList();
            Assert.Equal(IntegrityKind.Connected, (its[0] as IntegrityEvent)!.Kind);
            Assert.Equal(round + 1, rig.Simulator.CountSubscriptions($"book.{name}.100ms"));
            Assert.DoesNotContain(its, one => one is IntegrityEvent { Kind: IntegrityKind.Gap or IntegrityKind.Stale });
            Chains.AssertUnbroken(its.OfType<OrderBookEvent>(), 1);
        }
    }

    [Fact]
    public async Task Removal_in_the_middle_of_a_resync_ends_it_and_the_stream_goes_on()
    {
        await using var rig = await ExchangeRig.StartAsync(new() { Instruments = 20, FramesPerSecond = 1000 }, DataKind.OrderBook);
        var wanted = await rig.WantedAsync();
        var name = wanted[0].Instrument.Name;
        await rig.Exchange.CollectAsync(wanted, "first");
        await rig.LiveAsync(20);

        // The replies to the resubscription come late, and the removal falls between.
        rig.Simulator.Faults.Add(new() { Kind = FaultKind.SlowReply, Method = "public/unsubscribe", Duration = TimeSpan.FromMilliseconds(300) });
        rig.Simulator.Faults.Add(new() { Kind = FaultKind.Drop, Channel = $"book.{name}.100ms" });
        await rig.UntilAsync(name, "orderbook", IntegrityKind.Gap);
        await rig.Exchange.CollectAsync([.. wanted.Skip(1)], "off");
        var before = rig.Events.Count;
        await rig.Exchange.CollectAsync(wanted, "on");
        await rig.UntilAsync(one => one is OrderBookEvent && one.InstrumentName == name, "the book", before);
        await rig.LiveAsync(20);
        Assert.Equal(IntegrityKind.Closed, rig.Integrity.Single(one => one.InstrumentName == name && one.Kind == IntegrityKind.Closed).Kind);
        var others = rig.Integrity.Where(one => one.InstrumentName != name);
        Assert.All(others, one => Assert.Equal(IntegrityKind.Connected, one.Kind));
    }

    [Fact]
    public async Task Takeover_opens_an_interval_from_the_earlier_owner_on_and_the_first_data_close_it()
    {
        const long since = 1_700_000_000_000;
        await using var rig = await ExchangeRig.StartAsync(new() { Instruments = 2, FramesPerSecond = 400 }, All);
        var wanted = await rig.WantedAsync();
        await rig.Exchange.CollectAsync(
            [.. wanted.Select(one => one with { InterruptedSinceUnixMs = since, InterruptedBy = "The replica a was lost." })], "takeover");
        foreach (var name in wanted.Select(one => one.Instrument.Name))
        {
            foreach (var channel in new[] { "orderbook", "trade", "ticker" })
            {
                await rig.UntilAsync(name, channel, IntegrityKind.Resynced);
                var its = rig.Integrity.Where(one => one.InstrumentName == name && one.Channel == channel).ToList();
                Assert.Equal([IntegrityKind.Disconnected, IntegrityKind.Connected, IntegrityKind.Resynced], its.Select(one => one.Kind));
                Assert.Equal((since, "The replica a was lost."), (its[0].FromTimeUnixMs, its[0].Detail));
            }

            Assert.Equal(since, rig.Integrity.First(one => one.InstrumentName == name && one.Kind == IntegrityKind.Resynced && one.Channel == "orderbook").FromTimeUnixMs);
        }
    }
}
