using System.Collections.Concurrent;
using System.Text;

using Confluent.Kafka;

namespace MarketData.Integration.Tests.Rigs;

/// <summary>An independent consumer: reads every topic of ours from the beginning, with none of our code.</summary>
internal sealed class TopicReader : IAsyncDisposable
{
    private static readonly string[] Names =
        ["market.orderbook", "market.trades", "market.ticker", "market.integrity", "market.dead-letter"];

    private readonly ConcurrentDictionary<string, ConcurrentQueue<TopicRecord>> _records = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _assigned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;

    /// <summary>Completes when the reader knows the topics: only from then on may the broker go away.</summary>
    public Task Assigned => _assigned.Task;

    // On a thread of its own: it blocks, and the pool belongs to the system under test.
    public TopicReader(string bootstrapServers) => _reading = Task.Factory.StartNew(
        () => Read(bootstrapServers), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>What has been read of a topic so far, in the order of each key.</summary>
    public IReadOnlyList<TopicRecord> Of(string topic) => _records.TryGetValue(topic, out var records) ? [.. records] : [];

    /// <summary>How many records of all topics but the dead letters have been read so far.</summary>
    public int EventCount => _records.Sum(pair => pair.Key == "market.dead-letter" ? 0 : pair.Value.Count);

    public IReadOnlyList<TopicRecord> OrderBooks => Of("market.orderbook");

    public IReadOnlyList<TopicRecord> Trades => Of("market.trades");

    public IReadOnlyList<TopicRecord> Tickers => Of("market.ticker");

    public IReadOnlyList<TopicRecord> Integrity => Of("market.integrity");

    public IReadOnlyList<TopicRecord> DeadLetters => Of("market.dead-letter");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _stop.Dispose();
    }

    private void Read(string bootstrapServers)
    {
        using var consumer = new ConsumerBuilder<string, byte[]>(new ConsumerConfig
        {
            BootstrapServers = bootstrapServers,
            GroupId = "independent",
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            FetchWaitMaxMs = 5,
            SessionTimeoutMs = 6000,
            ReconnectBackoffMaxMs = 1000,
        }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();

        // The embedded broker's topics exist before anything is produced; assigned by hand, because its rebalances are slow.
        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrapServers }).SetLogHandler((_, _) => { }).Build())
        {
            consumer.Assign(Names
                .SelectMany(name => admin.GetMetadata(name, TimeSpan.FromSeconds(10)).Topics[0].Partitions
                    .Select(partition => new TopicPartitionOffset(name, partition.PartitionId, Offset.Beginning))));
        }

        _assigned.TrySetResult();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (consumer.Consume(TimeSpan.FromMilliseconds(50)) is { Message: { } message } result)
                {
                    _records.GetOrAdd(result.Topic, _ => new()).Enqueue(new TopicRecord(
                        message.Key ?? "",
                        message.Value,
                        message.Headers.ToDictionary(header => header.Key, header => Encoding.UTF8.GetString(header.GetValueBytes()))));
                }
            }
            catch (ConsumeException)
            {
                // The broker is down on purpose in some tests; reading goes on when it is back.
            }
        }
    }
}
