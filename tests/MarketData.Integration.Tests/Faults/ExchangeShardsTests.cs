using Deribit.Simulator;
using Deribit.Simulator.Faults;

using MarketData.Integration.Tests.Rigs;

namespace MarketData.Integration.Tests.Faults;

/// <summary>Several connections of one exchange: when there are more, when fewer, and that nothing but the interruption is seen of it.</summary>
[Trait("kind", "integration")]
public sealed class ExchangeShardsTests
{
    private const DataKind BooksAndTrades = DataKind.OrderBook | DataKind.Trade;
    private const int Instruments = 6;

    // Channels of the exchange's news of itself, on every connection.
    private const int News = 3;

    [Fact]
    public async Task Row33_Connection_that_was_read_too_slowly_gives_half_of_its_instruments_to_a_new_one_up_to_the_most()
    {
        await using var rig = await StartAsync(most: 3, kinds: BooksAndTrades | DataKind.Ticker);
        await EndTooSlowAsync(rig, 1);
        await WellAsync(rig, 9, 9);

        // One interval in the ledger of each stream, as for any loss, and nothing is missing from any tape.
        foreach (var name in rig.Simulator.Market.InstrumentNames)
        {
            foreach (var stream in new[] { "orderbook", "trade", "ticker" })
                await rig.UntilAsync(name, stream, IntegrityKind.Resynced);
            foreach (var stream in new[] { "orderbook", "trade", "ticker" })
            {
                Assert.Equal(
                    [IntegrityKind.Disconnected, IntegrityKind.Resynced],
                    rig.Ledger(name, stream).Where(one => one.Kind is not (IntegrityKind.TradeGap or IntegrityKind.Backfilled)).Select(one => one.Kind));
            }
        }

        // Again, and again: at three it ends, and says so.
        await EndTooSlowAsync(rig, Connections(rig).First(one => one.Channels == 9 + News).Id);
        await WellAsync(rig, 9, 6, 3);
        await EndTooSlowAsync(rig, Connections(rig)[0].Id);
        await Until.TrueAsync(() => rig.Log.Lines.Any(line => line.Id.Id == 4022), () => "the word that there are no more");
        await WellAsync(rig, 9, 6, 3);
        Assert.Equal(2, rig.Log.Lines.Count(line => line.Id.Id == 4021));
        AssertWhole(rig);
    }

    [Fact]
    public async Task Row33_New_instruments_go_to_the_connection_with_the_fewest_and_removed_ones_leave_theirs()
    {
        // Books alone: a tape that comes back without its position begins anew.
        await using var rig = await StartAsync(most: 2, kinds: DataKind.OrderBook);
        await EndTooSlowAsync(rig, 1);
        await WellAsync(rig, 3, 3);
        var names = rig.Simulator.Market.InstrumentNames.Order(StringComparer.Ordinal).ToList();

        // Every second one by name had moved: two of those that moved leave, and come back where there are fewest.
        await rig.Exchange.CollectAsync(await rig.WantedAsync(names[0], names[2], names[4], names[5]), "test");
        await WellAsync(rig, 3, 1);
        await rig.Exchange.CollectAsync(await rig.WantedAsync(), "test");
        await WellAsync(rig, 3, 3);
        AssertWhole(rig);

        // As many as may be are open: the busier one gives to the other.
        await rig.Exchange.CollectAsync(await rig.WantedAsync(names[0], names[2], names[4]), "test");
        await WellAsync(rig, 3, 0);
        await EndTooSlowAsync(rig, Connections(rig).MaxBy(one => one.Channels)!.Id);
        await WellAsync(rig, 2, 1);
        Assert.Contains(rig.Log.Lines, line => line.Id.Id == 4022);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Row22_Refused_connection_is_given_up_and_the_other_carries_its_instruments(bool first)
    {
        await using var rig = await StartAsync(most: 3);
        await EndTooSlowAsync(rig, 1);
        await WellAsync(rig, 6, 6);
        var lost = first ? Connections(rig).MinBy(one => one.Id)! : Connections(rig).MaxBy(one => one.Id)!;
        rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.RefuseConnections, Code = 429 });
        rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.Abort, ConnectionId = lost.Id });

        // (1) Everything is on the one that is left, and the health says why.
        await WellAsync(rig, 12);
        Assert.NotEqual(lost.Id, Assert.Single(Connections(rig)).Id);
        Assert.Contains(rig.Log.Lines, line => line.Id.Id == 4023);
        Assert.StartsWith("too_many_connections:", Assert.Single(rig.Exchange.Status.Warnings), StringComparison.Ordinal);
        await Until.TrueAsync(() => rig.Exchange.Status.Reasons.Count == 0, () => string.Join("; ", rig.Exchange.Status.Reasons));

        // (2) No more are opened, even where one is read too slowly and there would be room again.
        rig.Simulator.Faults.Clear();
        await EndTooSlowAsync(rig, Connections(rig)[0].Id);
        await Until.TrueAsync(() => rig.Log.Lines.Any(line => line.Id.Id == 4022), () => "the word that there are no more");
        await WellAsync(rig, 12);
        AssertWhole(rig);
    }

    [Fact]
    public async Task Row22_New_connection_that_is_refused_leaves_everything_on_the_old_one()
    {
        await using var rig = await StartAsync(most: 8, limit: 1);
        await EndTooSlowAsync(rig, 1);

        // Whichever of the two came first has the one place.
        await Until.TrueAsync(() => rig.Log.Lines.Any(line => line.Id.Id == 4023), () => "the refusal");
        await WellAsync(rig, 12);
        Assert.StartsWith("too_many_connections:", Assert.Single(rig.Exchange.Status.Warnings), StringComparison.Ordinal);
        AssertWhole(rig);
    }

    private static async Task<ExchangeRig> StartAsync(int most, int limit = 32, DataKind kinds = BooksAndTrades)
    {
        var rig = await ExchangeRig.StartAsync(
            new() { Instruments = Instruments, FramesPerSecond = 300, MaxConnections = limit }, kinds,
            options =>
            {
                options.Connection.MaxConnections = most;
                options.Connection.BackoffBase = TimeSpan.FromSeconds(0.2);
                options.SnapshotInterval = TimeSpan.FromHours(1);
            });
        await rig.Exchange.CollectAsync(await rig.WantedAsync(), "first");
        await rig.LiveAsync(Instruments);
        return rig;
    }

    private static async Task EndTooSlowAsync(ExchangeRig rig, long connection)
    {
        rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.Close, Code = 1008, Reason = "connection_too_slow", ConnectionId = connection });
        await Until.TrueAsync(() => Connections(rig).All(one => one.Id != connection), () => $"the end of connection {connection}");
    }

    // So many connections with so many channels of instruments each, every book in sync and no trade missing.
    private static Task WellAsync(ExchangeRig rig, params int[] channels) => Until.TrueAsync(
        () => Connections(rig).Select(one => one.Channels - News).OrderDescending().SequenceEqual(channels)
            && rig.Exchange.Status is { Trades.Missing: 0, BooksWanted: var wanted, BooksLive: var live } && wanted == live,
        () => $"{string.Join(", ", Connections(rig).Select(one => $"{one.Id}: {one.Channels}"))}; {string.Join("; ", rig.Exchange.Status.Reasons)}");

    private static IReadOnlyList<SimulatorConnection> Connections(ExchangeRig rig) => rig.Simulator.Status.Connections;

    // Nothing of a tape is missing or twice, no book's chain has a break without an interval, and no key's epochs fall.
    private static void AssertWhole(ExchangeRig rig)
    {
        foreach (var stream in rig.Events.GroupBy(one => (one.Key, one.GetType())))
        {
            var epochs = stream.Select(one => one.Epoch).ToList();
            Assert.Equal(epochs.Order(), epochs);
        }

        foreach (var key in rig.Events.GroupBy(one => one.Key))
        {
            // On a machine that is too busy, trades behind a hole do not wait for those of the hole.
            var sequences = key.OfType<TradeEvent>().Select(one => one.TradeSequence).Order().ToList();
            if (sequences.Count > 0)
                Assert.Equal(Enumerable.Range(0, sequences.Count).Select(i => sequences[0] + i), sequences);

            // A book that did not change meanwhile goes on where it was.
            Assert.InRange(Chains.CountBeginnings(key.OfType<OrderBookEvent>()), 0, key.OfType<IntegrityEvent>().Count(Begins) + 1);
        }

        static bool Begins(IntegrityEvent one) => one.Channel == "orderbook" && one.Kind is IntegrityKind.Resynced or IntegrityKind.Closed;
    }
}
