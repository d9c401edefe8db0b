using System.Globalization;

using Deribit.Simulator.Faults;

using MarketData.Collectors;
using MarketData.Redis;

namespace MarketData.Integration.Tests.Rigs;

/// <summary>What the fault tests do to a rig and look for in it.</summary>
internal static class RigFaults
{
    /// <summary>Remembers this moment, after every event that was published by now has been read.</summary>
    public static async Task<Mark> MarkAsync(this Rig rig)
    {
        var lanes = rig.Collectors.All.SelectMany(one => one.Pipeline.Lanes).Where(lane => lane.Name == "kafka");
        var entered = lanes.Sum(lane => lane.Counters.In);
        int Read() => rig.Topics.OrderBooks.Count + rig.Topics.Trades.Count + rig.Topics.Tickers.Count + rig.Topics.Integrity.Count;
        await Until.TrueAsync(() => Read() >= entered, () => $"{Read()} of {entered} records read");
        return new Mark(rig);
    }

    /// <summary>Arms a fault and waits until it was applied as often as it says.</summary>
    /// <returns>What the simulator's ledger says of it, oldest first.</returns>
    public static async Task<IReadOnlyList<AppliedFault>> ApplyAsync(this Rig rig, Fault fault)
    {
        var before = rig.Simulator.Faults.Applied.Count;
        IReadOnlyList<AppliedFault> Applied() => [.. rig.Simulator.Faults.Applied.Skip(before).Where(one => one.Kind == fault.Kind)];
        rig.Simulator.Faults.Add(fault);
        await Until.TrueAsync(() => Applied().Count >= Math.Max(1, fault.Count), () => $"{fault.Kind} on {fault.Channel} was not applied");
        return Applied();
    }

    /// <summary>The simulator's number of the connection that carries a channel, found by a harmless duplicate.</summary>
    public static async Task<long> ConnectionOfAsync(this Rig rig, string channel) =>
        (await rig.ApplyAsync(new Fault { Kind = FaultKind.Duplicate, Channel = channel }))[0].ConnectionId;

    /// <summary>Why the collector is not ready.</summary>
    public static IReadOnlyList<string> Reasons(this Collector collector) => CollectorHealth.Check(collector);

    /// <summary>Whether the collector is not ready for this reason.</summary>
    public static bool Says(this Collector collector, string code) =>
        collector.Reasons().Any(reason => reason.StartsWith(code + ":", StringComparison.Ordinal));

    /// <summary>Waits until the collector says so.</summary>
    public static Task SaysAsync(this Collector collector, string code) =>
        Until.TrueAsync(() => collector.Says(code), () => $"{collector.Name} does not say {code}: {string.Join("; ", collector.Reasons())}");

    /// <summary>The connection that a record came from.</summary>
    public static int Epoch(this TopicRecord record) => int.Parse(record.Headers["epoch"], CultureInfo.InvariantCulture);

    /// <summary>Waits until the ledger says that a channel's connection is up.</summary>
    /// <param name="rig">The rig.</param>
    /// <param name="channel"><c>orderbook</c>, <c>trade</c> or <c>ticker</c>.</param>
    /// <param name="epoch">The connection.</param>
    /// <returns>When it was, by our clock.</returns>
    public static async Task<long> ConnectedAtAsync(this Rig rig, string channel, int epoch) => (await Rigs.Mark.FirstAsync(
        () => rig.Topics.Integrity,
        one => one.Text("kind") == "connected" && one.Text("channel") == channel && one.Epoch() == epoch,
        $"connection {epoch} of {channel}")).Number("received_at");

    /// <summary>
    /// Every book on Kafka continues its chain, goes from one connection to the next only by a snapshot and never back, and equals the
    /// simulator's own at every snapshot and at its end.
    /// </summary>
    public static void AssertBooksExact(this Rig rig)
    {
        foreach (var records in rig.Topics.OrderBooks.GroupBy(record => record.Key))
        {
            var (book, epoch, last) = (new BookReplay(), 0, records.Last());
            foreach (var record in records)
            {
                Assert.True(record.Epoch() >= epoch, $"{record.Key} goes back from connection {epoch} to {record.Epoch()}.");
                Assert.True(
                    record.Epoch() == epoch || record.Text("action") == "snapshot", $"{record.Key} changes connection without a snapshot.");
                epoch = record.Epoch();
                book.Apply(record);
                if (record.Text("action") != "snapshot" && !ReferenceEquals(record, last))
                    continue;
                var truth = rig.Simulator.Market.GetBook(record.Text("instrument_name"), record.Number("change_id"));
                Assert.NotNull(truth);
                Assert.Equal(truth.Bids.Select(level => (level.Price, level.Amount)), book.Bids);
                Assert.Equal(truth.Asks.Select(level => (level.Price, level.Amount)), book.Asks);
            }
        }
    }

    /// <summary>Trades and tickers never go back to an earlier connection.</summary>
    public static void AssertEpochsRise(this IEnumerable<TopicRecord> records)
    {
        foreach (var ofKey in records.GroupBy(record => record.Key))
            Assert.Equal(ofKey.Select(record => record.Epoch()).Order(), ofKey.Select(record => record.Epoch()));
    }

    /// <summary>A reader of the rig's Redis.</summary>
    public static Task<RedisBookReader> RedisAsync(this Rig rig) =>
        RedisBookReader.ConnectAsync(new RedisOptions { Url = rig.Redis.Address }, TestContext.Current.CancellationToken);

    /// <summary>Waits until Redis has, or no longer has, a book.</summary>
    public static async Task UntilBookAsync(this RedisBookReader redis, string instrument, bool present)
    {
        var key = "deribit." + instrument;
        var started = TimeProvider.System.GetTimestamp();
        while ((await redis.ReadAsync(key, TestContext.Current.CancellationToken) is not null) != present)
        {
            var waited = TimeProvider.System.GetElapsedTime(started);
            Assert.True(waited < TimeSpan.FromSeconds(60), $"The book {key} in Redis: wanted {present}.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
