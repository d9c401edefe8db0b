using System.Net.WebSockets;

using Deribit.Simulator.Faults;

using MarketData.Integration.Tests.Rigs;

namespace MarketData.Integration.Tests.Faults;

/// <summary>What one connection can do at the exchange's limits: connections, pace of reading, calls.</summary>
[Trait("kind", "integration")]
public sealed class ExchangeLimitsTests
{
    private const int MostConnections = 32;

    // Channels of the exchange's news of itself.
    private const int News = 3;

    [Fact]
    public async Task Row22_Thirty_third_socket_is_not_forced_and_opened_once_there_is_room()
    {
        await using var rig = await ExchangeRig.StartAsync(
            new() { Instruments = 2, FramesPerSecond = 100, MaxConnections = MostConnections }, DataKind.OrderBook,
            options => options.Connection.BackoffBase = TimeSpan.FromSeconds(5));
        await rig.Exchange.CollectAsync(await rig.WantedAsync(), "first");
        await rig.LiveAsync(2);
        var others = new List<ClientWebSocket>();
        try
        {
            // The last place is taken while the exchange's client waits to connect again.
            for (var ours = 1L; others.Count < MostConnections;)
            {
                if (others.Count == MostConnections - 1)
                    rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.Abort, ConnectionId = ours });
                if (!await TryOpenAsync(rig, others))
                    ours = rig.Simulator.Status.Connections.Max(one => one.Id);
            }

            await Until.TrueAsync(() => Says(rig, "too_many_connections"), () => "the alarm");
            var attempts = rig.Log.Lines.Count(line => line.Id.Id == 1002);

            // Between the attempts are cool-downs of 3 s and more.
            var started = TimeProvider.System.GetTimestamp();
            await Until.TrueAsync(() => TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(2), () => "time");
            Assert.InRange(rig.Log.Lines.Count(line => line.Id.Id == 1002), attempts, attempts + 1);
            Assert.Equal(MostConnections, rig.Simulator.Status.Connections.Count);

            others[0].Abort();
            await rig.LiveAsync(2);
            await Until.TrueAsync(() => !Says(rig, "too_many_connections"), () => "the end of the alarm");
        }
        finally
        {
            others.ForEach(one => one.Dispose());
        }
    }

    [Fact]
    public async Task Row33_Slow_reader_is_told_before_the_exchange_ends_the_connection_and_everything_heals()
    {
        await using var rig = await ExchangeRig.StartAsync(
            new() { Instruments = 4, FramesPerSecond = 0, MaxQueuedBytes = 1024 * 1024 }, DataKind.OrderBook,
            options => options.SnapshotInterval = TimeSpan.FromHours(1));
        await rig.Exchange.CollectAsync(await rig.WantedAsync(), "first");
        await rig.LiveAsync(4);
        await Until.TrueAsync(() => rig.Exchange.Status.Reasons.Count == 0, () => string.Join("; ", rig.Exchange.Status.Reasons));
        using var release = new ManualResetEventSlim();
        var stalled = Task.Run(() => rig.Look(_ => release.Wait(TimeSpan.FromSeconds(50))), TestContext.Current.CancellationToken);
        try
        {
            // (1) Half of our queue: the alarm, in the log and in the health, although the pump stands still.
            while (!rig.Log.Lines.Any(line => line.Id.Id == 2030))
                await AdvanceAsync(rig, 1_000);
            Assert.True(Says(rig, "reader_slow"), string.Join("; ", rig.Exchange.Status.Reasons));
            Assert.Contains(rig.Exchange.Status.Reasons, one => one.Contains("replicas", StringComparison.Ordinal));
            Assert.Equal([1L], rig.Simulator.Status.Connections.Select(one => one.Id));
            Assert.DoesNotContain(rig.Log.Lines, line => line.Id.Id == 1003);

            // (2) All of it, and all that the sockets hold: the exchange ends the connection.
            while (rig.Simulator.Status.Connections.Any(one => one.Id == 1 && one.PendingBytes < 512 * 1024) && await AdvanceAsync(rig, 2_000))
                Assert.False(release.IsSet);
            rig.Simulator.Market.Advance(20_000);
        }
        finally
        {
            release.Set();
            await stalled;
        }

        // (3) Two new connections share the books; the health remembers for a while, and there is one interval for each book.
        await Until.TrueAsync(() => Says(rig, "connection_too_slow"), () => string.Join("; ", rig.Exchange.Status.Reasons));
        foreach (var name in rig.Simulator.Market.InstrumentNames)
            await rig.UntilAsync(name, "orderbook", IntegrityKind.Resynced);
        await rig.LiveAsync(4);
        Assert.Equal([2L, 3L], rig.Simulator.Status.Connections.Select(one => one.Id).Order());
        Assert.All(rig.Simulator.Status.Connections, one => Assert.Equal(2 + News, one.Channels));
        foreach (var name in rig.Simulator.Market.InstrumentNames)
        {
            Assert.Equal([IntegrityKind.Disconnected, IntegrityKind.Resynced], rig.Ledger(name, "orderbook").Select(one => one.Kind));
            Chains.AssertUnbroken(rig.Events.OfType<OrderBookEvent>().Where(one => one.InstrumentName == name), 2);
        }
    }

    [Fact]
    public async Task Row07_Busiest_books_come_first_when_a_hundred_gap_at_once()
    {
        await using var rig = await ExchangeRig.StartAsync(
            new() { Instruments = 200, FramesPerSecond = 0, BookLevels = 8 }, DataKind.OrderBook,
            options => (options.SnapshotInterval, options.AuditInterval) = (TimeSpan.FromHours(1), TimeSpan.Zero));
        await rig.Exchange.CollectAsync(await rig.WantedAsync(), "first");
        await rig.LiveAsync(200);
        var names = rig.Simulator.Market.InstrumentNames;
        rig.Simulator.Market.Advance(10_000);
        await Until.TrueAsync(() => rig.Events.Count(one => one is OrderBookEvent) > 5_000, () => "a past of the books");

        // Four resubscriptions may be under way. Each of these is slow, so that whatever gaps meanwhile falls due together.
        rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.SlowReply, Method = "public/unsubscribe", Count = 4, Duration = TimeSpan.FromSeconds(8) });
        for (var i = 0; i < 4; i++)
        {
            var first = i;
            rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.Drop, Channel = $"book.{names[i]}.100ms" });
            await GapsAsync(rig, i + 1);
            await Until.TrueAsync(
                () => rig.Simulator.Faults.Applied.Count(one => one.Kind == FaultKind.SlowReply) == first + 1, () => $"call {first + 1}");
        }

        foreach (var name in names)
            rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.Drop, Channel = $"book.{name}.100ms" });
        await GapsAsync(rig, 150);
        rig.Simulator.Faults.Clear();
        await rig.LiveAsync(200);

        // Those that had gapped before the first answer came, in the order of their snapshots: each as busy as the next one, or busier.
        var events = rig.Events.ToList();
        var answered = events.FindIndex(one => one is IntegrityEvent { Kind: IntegrityKind.Resynced });
        var gapped = events.Take(answered).OfType<IntegrityEvent>().Where(one => one.Kind == IntegrityKind.Gap)
            .Select(one => one.InstrumentName).Skip(4).ToHashSet();
        Assert.True(gapped.Count >= 100, $"{gapped.Count} books gapped at once");
        var busyness = events.Take(answered).OfType<OrderBookEvent>().CountBy(one => one.InstrumentName).ToDictionary();
        var order = events.OfType<IntegrityEvent>()
            .Where(one => one.Kind == IntegrityKind.Resynced && gapped.Contains(one.InstrumentName)).DistinctBy(one => one.InstrumentName)
            .Select(one => busyness[one.InstrumentName]).ToList();
        Assert.Equal(order.OrderDescending(), order);
        Assert.True(order[0] > 2 * order[^1], $"Busy books ({order[0]} events) and thin ones ({order[^1]}) were wanted.");
    }

    // Tried until there is room: what was just aborted may count for a moment longer.
    private static async Task<bool> TryOpenAsync(ExchangeRig rig, List<ClientWebSocket> others)
    {
        for (var tries = 0; tries < 50; tries++)
        {
            var socket = new ClientWebSocket();
            try
            {
                await socket.ConnectAsync(rig.Simulator.WebSocketUri, TestContext.Current.CancellationToken);
                others.Add(socket);
                return true;
            }
            catch (WebSocketException)
            {
                socket.Dispose();
            }
        }

        return false;
    }

    private static bool Says(ExchangeRig rig, string code) =>
        rig.Exchange.Status.Reasons.Any(one => one.StartsWith(code + ":", StringComparison.Ordinal));

    // Not faster than the sockets take it, unless they take no more.
    private static async Task<bool> AdvanceAsync(ExchangeRig rig, int frames)
    {
        rig.Simulator.Market.Advance(frames);
        var started = TimeProvider.System.GetTimestamp();
        await Until.TrueAsync(
            () => rig.Simulator.Status.Connections.All(one => one.PendingBytes < 256 * 1024)
                || TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(0.5),
            () => "room");
        return true;
    }

    private static async Task GapsAsync(ExchangeRig rig, int count)
    {
        int Gaps() => rig.Look(events => events.Count(one => one is IntegrityEvent { Kind: IntegrityKind.Gap }));
        await Until.TrueAsync(
            () =>
            {
                if (Gaps() >= count)
                    return true;
                rig.Simulator.Market.Advance(50);
                return false;
            },
            () => $"{Gaps()} of {count} gaps");
    }
}
