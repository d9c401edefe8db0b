using Deribit.Simulator.Faults;

using MarketData.Integration.Tests.Rigs;

namespace MarketData.Integration.Tests.Faults;

/// <summary>What concerns the exchange as a whole: maintenance, clocks, hostile words.</summary>
[Trait("kind", "integration")]
public sealed class ExchangePlatformTests
{
    [Fact]
    public async Task Row35_Maintenance_and_a_locked_index_are_published_and_cause_no_resync()
    {
        await using var rig = await ExchangeRig.StartAsync(
            new() { Instruments = 10, FramesPerSecond = 1000 }, DataKind.OrderBook | DataKind.Ticker,
            options => (options.ProbeAfter, options.AuditInterval) = (TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1)));
        await rig.Exchange.CollectAsync(await rig.WantedAsync(), "first");
        await rig.LiveAsync(10);
        rig.Simulator.Market.LockIndex("btc_usd", true);
        await Until.TrueAsync(() => Platform(rig).Count == 1, () => "the lock");
        rig.Simulator.Market.LockIndex("btc_usd", false);
        await Until.TrueAsync(() => Platform(rig).Count == 2, () => "its end");
        rig.Simulator.Market.SetMaintenance(true);
        await Until.TrueAsync(() => Platform(rig).Count == 3, () => "the break");
        Assert.Contains(rig.Exchange.Status.Reasons, one => one.StartsWith("maintenance:", StringComparison.Ordinal));

        // Long enough for every channel to be overdue several times.
        var before = rig.Simulator.Status.Connections[0].FramesSent;
        var started = TimeProvider.System.GetTimestamp();
        await Until.TrueAsync(() => TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(4), () => "time");
        Assert.InRange(rig.Simulator.Status.Connections[0].FramesSent - before, 0, 20);
        rig.Simulator.Market.SetMaintenance(false);
        await Until.TrueAsync(() => Platform(rig).Count == 4, () => "its end");

        Assert.Equal(
            [IntegrityKind.Stale, IntegrityKind.Resynced, IntegrityKind.Stale, IntegrityKind.Resynced], Platform(rig).Select(one => one.Kind));
        Assert.All(Platform(rig), one => Assert.Equal(("deribit.*", "*"), (one.Key, one.InstrumentName)));
        Assert.Contains("btc_usd", Platform(rig)[0].Detail, StringComparison.Ordinal);
        foreach (var name in rig.Simulator.Market.InstrumentNames)
        {
            Assert.Empty(rig.Ledger(name, "orderbook"));
            Assert.Empty(rig.Ledger(name, "ticker"));
            Assert.Equal(1, rig.Simulator.CountSubscriptions($"book.{name}.100ms"));
        }

        // On the same connection everything is as before the break: a gap heals.
        Assert.Equal([1L], rig.Simulator.Status.Connections.Select(one => one.Id));
        await Until.TrueAsync(() => rig.Exchange.Status.Reasons.Count == 0, () => string.Join("; ", rig.Exchange.Status.Reasons));
        var broken = rig.Simulator.Market.InstrumentNames[0];
        rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.Drop, Channel = $"book.{broken}.100ms" });
        await rig.UntilAsync(broken, "orderbook", IntegrityKind.Resynced);
    }

    [Fact]
    public async Task Row41_Clock_that_steps_an_hour_is_flagged_and_moves_no_deadline()
    {
        var clock = new SteppedTime();
        await using var rig = await ExchangeRig.StartAsync(
            new() { Instruments = 10, FramesPerSecond = 500 }, DataKind.OrderBook, options => options.ProbeAfter = TimeSpan.FromSeconds(1), clock);
        await rig.Exchange.CollectAsync(await rig.WantedAsync(), "first");
        await rig.LiveAsync(10);
        foreach (var hours in new[] { 1, -1 })
        {
            var before = Platform(rig).Count;
            clock.Step(TimeSpan.FromHours(hours));
            await Until.TrueAsync(() => Platform(rig).Count == before + 1, () => "the step");
            Assert.Contains(rig.Exchange.Status.Reasons, one => one.StartsWith("clock_skew:", StringComparison.Ordinal));
            var events = rig.Events.Count;
            await Until.TrueAsync(() => rig.Events.Count > events + 500, () => "the books go on");
            clock.Step(TimeSpan.FromHours(-hours));
            await Until.TrueAsync(() => Platform(rig).Count == before + 2, () => "the end of the skew");
            Assert.DoesNotContain(rig.Exchange.Status.Reasons, one => one.StartsWith("clock_skew:", StringComparison.Ordinal));
        }

        Assert.Equal(
            [IntegrityKind.Stale, IntegrityKind.Resynced, IntegrityKind.Stale, IntegrityKind.Resynced], Platform(rig).Select(one => one.Kind));
        foreach (var name in rig.Simulator.Market.InstrumentNames)
        {
            Assert.Empty(rig.Ledger(name, "orderbook"));
            Chains.AssertUnbroken(rig.Events.OfType<OrderBookEvent>().Where(one => one.InstrumentName == name), 1);
        }

        Assert.Equal([1L], rig.Simulator.Status.Connections.Select(one => one.Id));
    }

    [Fact]
    public async Task Row54_Hostile_names_and_endless_books_are_bounded_escaped_and_forge_nothing()
    {
        await using var rig = await ExchangeRig.StartAsync(new() { Instruments = 2, FramesPerSecond = 200 }, DataKind.OrderBook);
        await rig.Exchange.CollectAsync(await rig.WantedAsync(), "first");
        await rig.LiveAsync(2);
        var name = rig.Simulator.Market.InstrumentNames[0];
        rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.HostileText, Channel = $"book.{name}.100ms" });
        await rig.UntilAsync(one => one is IntegrityEvent { Kind: IntegrityKind.Rejected, Channel: "connection" }, "the hostile name");
        var rejected = rig.Integrity.First(one => one.Kind == IntegrityKind.Rejected);
        Assert.Equal(("deribit.*", "*"), (rejected.Key, rejected.InstrumentName));
        Assert.InRange(rejected.Detail!.Length, 1, 500);
        rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.ManyLevels, Channel = $"book.{name}.100ms", Size = 200_000 });
        await rig.UntilAsync(
            one => one is IntegrityEvent { Kind: IntegrityKind.Rejected, Channel: "orderbook" } integrity && integrity.InstrumentName == name,
            "the endless book");
        await rig.LiveAsync(2);
        Assert.All(rig.Events.OfType<OrderBookEvent>(), one => Assert.InRange(one.Bids.Length + one.Asks.Length, 0, 1000));
        Assert.All(rig.Log.Lines, line =>
        {
            Assert.InRange(line.Text.Length, 0, 2000);
            Assert.DoesNotContain('\n', line.Text);
            Assert.DoesNotContain('\u001b', line.Text);
        });
        Assert.Equal([1L], rig.Simulator.Status.Connections.Select(one => one.Id));
    }

    [Fact]
    public async Task Row22_Connection_that_the_exchange_has_no_room_for_is_not_tried_in_haste_and_said()
    {
        await using var rig = await ExchangeRig.StartAsync(new() { Instruments = 2, FramesPerSecond = 100 }, DataKind.OrderBook);
        await rig.Exchange.CollectAsync(await rig.WantedAsync(), "first");
        await rig.LiveAsync(2);
        var lines = rig.Log.Lines.Count;
        rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.RefuseConnections, Code = 429, Duration = TimeSpan.FromSeconds(6) });
        rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.Abort });
        await Until.TrueAsync(
            () => rig.Exchange.Status.Reasons.Any(one => one.StartsWith("too_many_connections:", StringComparison.Ordinal)), () => "the alarm");
        await rig.LiveAsync(2);
        Assert.InRange(rig.Log.Lines.Skip(lines).Count(line => line.Text.Contains("429", StringComparison.Ordinal)), 1, 4);
        foreach (var name in rig.Simulator.Market.InstrumentNames)
        {
            await rig.UntilAsync(name, "orderbook", IntegrityKind.Resynced);
            Assert.Equal([IntegrityKind.Disconnected, IntegrityKind.Resynced], rig.Ledger(name, "orderbook").Select(one => one.Kind));
        }
    }

    private static List<IntegrityEvent> Platform(ExchangeRig rig) =>
        [.. rig.Integrity.Where(one => one is { Channel: "connection", Kind: IntegrityKind.Stale or IntegrityKind.Resynced })];
}
