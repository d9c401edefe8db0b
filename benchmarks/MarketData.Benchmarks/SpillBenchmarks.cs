using BenchmarkDotNet.Attributes;
using MarketData.Events;
using MarketData.Kafka;

namespace MarketData.Benchmarks;

/// <summary>
/// One event on its way to the producer: encoded and listed, which every event is, and in addition written to the spill log, made durable
/// and read back. Batches of 4,096 events between two commits, as at 16,000 events a second.
/// </summary>
[MemoryDiagnoser]
public class SpillBenchmarks
{
    private const int Batch = 4_096;
    private readonly MessageFactory _factory = new(new KafkaTopics(), "benchmark", (marketEvent, output) => EventJson.Write(output, marketEvent));
    private readonly InFlightList _list = new();
    private string _directory = "";
    private SpillQueue _spill = null!;
    private TradeEvent _trade = null!;

    [GlobalSetup]
    public void Setup()
    {
        _directory = Directory.CreateTempSubdirectory("marketdata-benchmark-").FullName;
        var options = new KafkaSpillOptions { Directory = Path.Combine(_directory, "spill") };
        _spill = SpillQueue.Open(options, TimeProvider.System, complaint => throw new InvalidOperationException(complaint));
        _trade = new TradeEvent
        {
            Exchange = "venue", InstrumentName = "ETH-PERPETUAL", Key = "venue.ETH-PERPETUAL", ExchangeTimeUnixMs = 1753469821143,
            ReceivedAtUnixNs = 1753469821143000000, TradeId = "ETH-259727165", TradeSequence = 187471866, Price = 3653.4m, Amount = 139.0m,
            Direction = TradeDirection.Buy, TickDirection = 0, IndexPrice = 3654.33m, MarkPrice = 3653.79m, Contracts = 139.0m,
        };
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _spill.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Batch)]
    public int InMemory()
    {
        for (var count = 0; count < Batch; count++)
            Pass(_factory.Of(_trade));
        return _list.Count;
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public async Task<int> ThroughTheLog()
    {
        for (var count = 0; count < Batch; count++)
        {
            if (_spill.Append(_factory.Of(_trade)) != SpillResult.Appended)
                throw new InvalidOperationException($"The log takes no more: {_spill.Blocked}");
        }
        await _spill.CommitAsync(oldest: null, CancellationToken.None);
        while (_spill.TryTake() is { } message)
            Pass(message);
        return _list.Count;
    }

    private void Pass(PendingMessage message)
    {
        _list.Append(message);
        _list.Advance();
        _list.Remove(message);
    }
}
