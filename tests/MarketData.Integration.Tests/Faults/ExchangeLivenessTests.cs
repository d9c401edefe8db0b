using Deribit.Simulator.Faults;

using MarketData.Integration.Tests.Rigs;

namespace MarketData.Integration.Tests.Faults;

/// <summary>Channels that fall silent, books that go wrong without a sign, and storms.</summary>
[Trait("kind", "integration")]
public sealed class ExchangeLivenessTests
{
    [Fact]
    public async Task Row25_Mute_channels_are_found_by_their_own_pace_and_a_probe_and_only_they_are_subscribed_anew()
    {
        await using var rig = await ExchangeRig.StartAsync(
            new() { Instruments = 4, FramesPerSecond = 1000 }, DataKind.OrderBook | DataKind.Trade | DataKind.Ticker,
            options => options.ProbeAfter = TimeSpan.FromSeconds(1));
        await rig.Exchange.CollectAsync(await rig.WantedAsync(), "first");
        await rig.LiveAsync(4);
        var names = rig.Simulator.Market.InstrumentNames;
        await Until.TrueAsync(
            () => rig.Look(events => names.All(name => events.Count(one => one is TradeEvent && one.InstrumentName == name) > 20
                && events.Count(one => one is TickerEvent && one.InstrumentName == name) > 20)),
            () => "the pace of every channel is known");
        (string Channel, string Name, string Stream)[] mute =
        [
            ($"book.{names[0]}.100ms", names[0], "orderbook"), ($"trades.{names[1]}.100ms", names[1], "trade"),
            ($"ticker.{names[2]}.100ms", names[2], "ticker"),
        ];
        foreach (var (channel, _, _) in mute)
            rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.Mute, Channel = channel });
        foreach (var (_, name, stream) in mute)
            await rig.UntilAsync(name, stream, IntegrityKind.Stale);
        rig.Simulator.Faults.Clear();
        foreach (var (_, name, stream) in mute)
            await rig.UntilAsync(name, stream, IntegrityKind.Resynced);

        foreach (var (channel, name, stream) in mute)
        {
            Assert.InRange(rig.Simulator.CountSubscriptions(channel), 2, 4);
            List<IntegrityKind> kinds = [];
            // What is still mute between the new snapshot and the end of the fault is a gap of its own, which may be open yet.
            await Until.TrueAsync(
                () =>
                {
                    kinds = [.. rig.Ledger(name, stream).Select(one => one.Kind)];
                    return 1 + kinds.Count(kind => kind == IntegrityKind.Gap) == kinds.Count(kind => kind == IntegrityKind.Resynced);
                },
                () => $"each incident of {channel} is closed once: {string.Join(", ", kinds)}");
            Assert.Equal(IntegrityKind.Stale, kinds[0]);
        }

        foreach (var name in names)
        {
            foreach (var (channel, stream) in new[] { ($"book.{name}.100ms", "orderbook"), ($"trades.{name}.100ms", "trade"), ($"ticker.{name}.100ms", "ticker") })
            {
                if (mute.Any(one => one.Channel == channel))
                    continue;
                Assert.Empty(rig.Ledger(name, stream));
                Assert.Equal(1, rig.Simulator.CountSubscriptions(channel));
            }
        }

        Assert.Equal([1L], rig.Simulator.Status.Connections.Select(one => one.Id));
    }

    [Fact]
    public async Task Audit_finds_a_level_that_is_wrong_without_a_sign_and_verifies_every_other_book()
    {
        await using var rig = await ExchangeRig.StartAsync(
            new() { Instruments = 6, FramesPerSecond = 0 }, DataKind.OrderBook, options => options.AuditInterval = TimeSpan.FromSeconds(2));
        await rig.Exchange.CollectAsync(await rig.WantedAsync(), "first");
        await rig.LiveAsync(6);
        rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.WrongAmount, Channel = "book.*" });
        rig.Simulator.Market.Advance(3);
        await Until.TrueAsync(
            () =>
            {
                if (rig.Simulator.Faults.Applied.Count == 0)
                    rig.Simulator.Market.Advance(1);
                return rig.Simulator.Faults.Applied.Count == 1;
            },
            () => "the wrong level");
        var wrong = rig.Simulator.Faults.Applied[0].Channel.Split('.')[1];
        await rig.UntilAsync(wrong, "orderbook", IntegrityKind.Resynced);
        var ledger = rig.Ledger(wrong, "orderbook");
        Assert.Equal([IntegrityKind.Stale, IntegrityKind.Resynced], ledger.Select(one => one.Kind));
        Assert.Contains("differs", ledger[0].Detail, StringComparison.Ordinal);
        foreach (var name in rig.Simulator.Market.InstrumentNames)
        {
            await Until.TrueAsync(
                () => rig.Integrity.Any(one => one.InstrumentName == name && one.Kind == IntegrityKind.Verified
                    && one.ToId == rig.Simulator.Market.GetBook(name).ChangeId),
                () => $"{name} verified at its newest change");
            if (name != wrong)
                Assert.Empty(rig.Ledger(name, "orderbook"));
        }
    }

    [Fact]
    public async Task Row07_Gap_storm_on_500_books_obeys_the_budget_and_says_how_many_are_out_of_sync()
    {
        await using var rig = await ExchangeRig.StartAsync(
            new() { Instruments = 500, FramesPerSecond = 3000, BookLevels = 8, SharedCredits = true }, DataKind.OrderBook);
        await rig.Exchange.CollectAsync(await rig.WantedAsync(), "first");
        await rig.LiveAsync(500);
        var names = rig.Simulator.Market.InstrumentNames;
        foreach (var name in names)
            rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.Drop, Channel = $"book.{name}.100ms" });
        var worst = "";
        await Until.TrueAsync(
            () =>
            {
                if (rig.Exchange.Status.Reasons.FirstOrDefault(one => one.StartsWith("books_not_live: ", StringComparison.Ordinal)) is { } reason)
                    worst = reason;
                return rig.Look(events => events.Count(one => one is IntegrityEvent { Kind: IntegrityKind.Gap })) >= 250;
            },
            () => "half of the books lost a change");
        Assert.Matches(@"^books_not_live: \d+ of 500 books are in sync", worst);
        rig.Simulator.Faults.Clear();
        await rig.LiveAsync(500);

        // One incident each, opened and closed once, on the one connection, which the exchange would have ended had the budget been passed.
        foreach (var name in names.Where(name => rig.Ledger(name, "orderbook").Count > 0))
            Assert.Equal([IntegrityKind.Gap, IntegrityKind.Resynced], rig.Ledger(name, "orderbook").Select(one => one.Kind));
        Assert.Equal([1L], rig.Simulator.Status.Connections.Select(one => one.Id));
        Assert.DoesNotContain(rig.Log.Lines, line => line.Text.Contains("10028", StringComparison.Ordinal));
    }
}
