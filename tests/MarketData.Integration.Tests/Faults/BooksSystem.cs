using Deribit.Simulator;
using Deribit.Simulator.Faults;

using MarketData.Books;
using MarketData.Integration.Tests.Rigs;
using MarketData.Kafka;

namespace MarketData.Integration.Tests.Faults;

/// <summary>A running system for faults of books, and what is asked of it while it runs.</summary>
internal static class BooksSystem
{
    // Hardly a snapshot comes of time alone; and a key of Redis that is gone was deleted, not left to expire.
    private static readonly Dictionary<string, string> Settings = new()
    {
        ["exchanges:deribit:snapshot_interval_seconds"] = "3600",
        ["redis:ttl:orderbook"] = "300",
    };

    public static Task<Rig> StartMarketAsync(int instruments = 20, double framesPerSecond = 300) => Rig.StartAsync(
        new SimulatorOptions { Instruments = instruments, FramesPerSecond = framesPerSecond, KeepHistory = true }, Settings);

    /// <summary>Starts on a recording, which plays from its beginning once the books are subscribed; returns when it has been served.</summary>
    public static async Task<Rig> PlayAsync(BooksRecording recording)
    {
        var rig = await Rig.StartAsync(
            new SimulatorOptions { Mode = SimulatorMode.Replay, ReplayFiles = [recording.Path] }, Settings, waitUntilReady: false);
        await Until.TrueAsync(
            () => rig.OrderBooks.ExchangeStatus is { Connected: true, BooksWanted: > 0 } status && status.ChannelsAcknowledged == status.ChannelsWanted,
            () => "every channel acknowledged");
        rig.Simulator.Replay.Start();
        await rig.Simulator.Replay.Completed;
        return rig;
    }

    public static string ChannelOf(string instrument) => $"book.{instrument}.100ms";

    public static void Inject(this Rig rig, FaultKind kind, string instrument, int count = 1, int skip = 0, TimeSpan duration = default) =>
        rig.Simulator.Faults.Add(new Fault { Kind = kind, Channel = ChannelOf(instrument), Count = count, Skip = skip, Duration = duration });

    public static BookCounts Counts(this Rig rig) => rig.OrderBooks.ExchangeStatus.Books;

    public static Task UntilCountsAsync(this Rig rig, Func<BookCounts, bool> condition, TimeSpan? deadline = null) =>
        Until.TrueAsync(() => condition(rig.Counts()), () => rig.Counts().ToString(), deadline);

    /// <summary>Waits until so many incidents ended, every book is live, and the stream has gone on since.</summary>
    public static async Task UntilHealedAsync(this Rig rig, long incidents, TimeSpan? deadline = null)
    {
        await rig.UntilCountsAsync(counts => counts.Healed >= incidents && counts.Live == counts.Wanted, deadline);
        await rig.UntilMovedAsync();
    }

    /// <summary>Waits until the books have moved a good deal further.</summary>
    public static Task UntilMovedAsync(this Rig rig, int frames = 200)
    {
        var applied = rig.Counts().Applied;
        return rig.UntilCountsAsync(counts => counts.Applied >= applied + frames);
    }

    /// <summary>What the simulator says it did: the one fault of that kind.</summary>
    public static AppliedFault Applied(this Rig rig, FaultKind kind) => Assert.Single(rig.Simulator.Faults.Applied, fault => fault.Kind == kind);

    /// <summary>The ids before and after a change, as the simulator made them.</summary>
    public static (long Before, long After) Around(this Rig rig, string instrument, long changeId)
    {
        var ids = rig.Simulator.Market.GetChangeIds(instrument);
        var at = ids.ToList().IndexOf(changeId);
        return (ids[at - 1], ids[at + 1]);
    }

    /// <summary>
    /// Stops in order, with conservation exact on every lane, and waits until the independent consumer has read exactly what Kafka
    /// acknowledged.
    /// </summary>
    public static async Task<BooksOnKafka> StopAndReadAsync(this Rig rig)
    {
        Assert.True(await rig.StopAsync(), "Everything was to be acknowledged.");
        var acknowledged = rig.Collectors.All.SelectMany(collector => collector.Pipeline.Lanes).OfType<KafkaLane>()
            .Sum(lane => lane.Counters.Acknowledged + lane.KafkaCounters.DeadLetters);
        await Until.TrueAsync(() => Read() >= acknowledged, () => $"{Read()} of {acknowledged} records were read");
        Assert.Equal(acknowledged, Read());
        return new BooksOnKafka(rig.Topics, rig.Simulator);

        int Read() => rig.Topics.OrderBooks.Count + rig.Topics.Trades.Count + rig.Topics.Tickers.Count + rig.Topics.Integrity.Count
            + rig.Topics.DeadLetters.Count;
    }
}
