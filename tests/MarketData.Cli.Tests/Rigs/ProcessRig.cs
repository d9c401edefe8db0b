using Deribit.Simulator;

using MarketData.Embedded;
using MarketData.Embedded.Kafka;

using StackExchange.Redis;

namespace MarketData.Cli.Tests.Rigs;

/// <summary>The collector of order books as a process of its own, which can be stopped, throttled and limited, and all servers that it needs.</summary>
internal sealed class ProcessRig : IAsyncDisposable
{
    private const int Books = 20;

    private ProcessRig(SimulatorServer simulator, EmbeddedKafka kafka, EmbeddedRedis redis, ChildProcess process) =>
        (Simulator, Kafka, Redis, Process) = (simulator, kafka, redis, process);

    public SimulatorServer Simulator { get; }

    public EmbeddedKafka Kafka { get; }

    public EmbeddedRedis Redis { get; }

    public ChildProcess Process { get; }

    /// <summary>Starts it and waits until Redis has every book.</summary>
    /// <param name="framesPerSecond">How much the market moves.</param>
    /// <param name="more">Environment variables.</param>
    public static async Task<ProcessRig> StartAsync(int framesPerSecond, params (string Name, string Value)[] more)
    {
        var stop = TestContext.Current.CancellationToken;
        var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Instruments = Books, FramesPerSecond = framesPerSecond, KeepHistory = true }, stop);
        var kafka = await EmbeddedKafka.StartAsync(cancellationToken: stop);
        var redis = await EmbeddedRedis.StartAsync(cancellationToken: stop);
        var rig = new ProcessRig(
            simulator, kafka, redis, CollectorProcess.Start("OrderBooks", simulator, kafka.BootstrapServers, redis, more));
        try
        {
            await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.Address);
            var keys = connection.GetServer(redis.Address);
            await Until.TrueAsync(
                () => keys.Keys(pattern: "*:orderbook").Count() == Books, () => $"{Books} books in Redis.\n{rig.Process.Everything}",
                TimeSpan.FromSeconds(120));
            return rig;
        }
        catch
        {
            await rig.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until one more heartbeat was answered on the first connection, which must still be there.</summary>
    public async Task UntilHeartbeatAsync()
    {
        int Answered() => Assert.Single(Simulator.Status.Connections, one => one.Id == 1).HeartbeatsAnswered;
        var before = Answered();
        await Until.TrueAsync(() => Answered() > before, () => $"a heartbeat's answer.\n{Process.Everything}");
    }

    /// <summary>Stops the collector in order; the ledger then has no interval, and every book on Kafka is the exchange's at every snapshot.</summary>
    public async Task AssertNothingLostAsync()
    {
        await Process.SignalAsync("TERM");
        Assert.True(await Process.ExitAsync() == 0, Process.Everything);
        Assert.All(
            await IndependentReader.ReadAsync(Kafka.BootstrapServers, "market.integrity"),
            record => Assert.True(
                record.Text("kind") is "connected" or "verified" || record.Text("detail").Contains("stopped", StringComparison.Ordinal),
                record.Json.GetRawText()));
        var records = await IndependentReader.ReadAsync(Kafka.BootstrapServers, "market.orderbook");
        Assert.Equal(Books, records.Select(record => record.Key).Distinct().Count());
        foreach (var ofKey in records.GroupBy(record => record.Key))
        {
            var book = new BookReplay();
            foreach (var record in ofKey)
                book.Apply(record);
            var truth = Simulator.Market.GetBook(ofKey.Key["deribit.".Length..], book.ChangeId!.Value);
            Assert.Equal(truth!.Bids.Select(level => (level.Price, level.Amount)), book.Bids);
            Assert.Equal(truth.Asks.Select(level => (level.Price, level.Amount)), book.Asks);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        await Simulator.DisposeAsync();
        await Kafka.DisposeAsync();
        await Redis.DisposeAsync();
    }
}
