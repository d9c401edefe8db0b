using System.Buffers;
using System.Globalization;
using System.Text;
using ClickHouse.Driver;
using ClickHouse.Driver.ADO;
using Confluent.Kafka;
using MarketData.ClickHouse;
using MarketData.Embedded.Kafka;
using MarketData.Events;
using MarketData.History;

namespace MarketData.Archiver.Tests.Rigs;

/// <summary>
/// A Kafka, a database of the real ClickHouse, and the archiver as the process that operators run between them. Events are numbered from 1: of
/// each number there is one for every table.
/// </summary>
internal sealed class ArchiveRig : IAsyncDisposable
{
    private const int Instruments = 20;
    private readonly ClickHouseOptions _options;
    private readonly ClickHouseClient _client;
    private readonly IProducer<string, byte[]> _producer;

    private ArchiveRig(EmbeddedKafka kafka, ClickHouseOptions options)
    {
        (Kafka, _options) = (kafka, options);
        var url = new Uri(options.Url);
        _client = new ClickHouseClient(new ClickHouseClientSettings { Host = url.Host, Port = (ushort)url.Port, Database = options.Database });
        _producer = new ProducerBuilder<string, byte[]>(new ProducerConfig { BootstrapServers = kafka.BootstrapServers, Acks = Acks.All })
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
    }

    public EmbeddedKafka Kafka { get; }

    /// <summary>The last number that was published.</summary>
    public int Published { get; private set; }

    /// <summary>Starts it.</summary>
    /// <param name="engine">ClickHouse; null: the history is kept elsewhere.</param>
    public static async Task<ArchiveRig> StartAsync(RealClickHouse? engine)
    {
        var options = engine is null ? new ClickHouseOptions { Url = "http://127.0.0.1:1" } : await engine.OptionsAsync();
        return new ArchiveRig(await EmbeddedKafka.StartAsync(cancellationToken: TestContext.Current.CancellationToken), options);
    }

    /// <summary>Starts an archiver.</summary>
    /// <param name="clickHouseUrl">Another way to ClickHouse (a proxy); null: the straight one.</param>
    /// <param name="more">Environment variables, also other values of these.</param>
    public ArchiverProcess Start(string? clickHouseUrl = null, params (string Name, string Value)[] more) => ArchiverProcess.Start(
    [
        ("KAFKA_BOOTSTRAP_SERVERS", Kafka.BootstrapServers),
        ("KAFKA__SESSION_TIMEOUT_SECONDS", "2"),
        ("CLICKHOUSE_URL", clickHouseUrl ?? _options.Url),
        ("CLICKHOUSE__DATABASE", _options.Database),
        ("CLICKHOUSE__BACKOFF_BASE_SECONDS", "0.05"),
        ("CLICKHOUSE__BACKOFF_CAP_SECONDS", "0.5"),
        ("CLICKHOUSE__CIRCUIT_OPEN_SECONDS", "0.5"),
        ("ARCHIVER__BATCH_ROWS", "500"),
        ("ARCHIVER__BATCH_AGE_SECONDS", "0.1"),
        .. more,
    ]);

    /// <summary>Publishes one event for every table, as often as wanted.</summary>
    public async Task PublishAsync(int count)
    {
        for (var left = count; left > 0; left--)
        {
            var number = ++Published;
            Send("market.trades", Numbered(Sample.Trade(number), number));
            Send("market.ticker", Numbered(Sample.Ticker(), number));
            Send("market.orderbook", Numbered(Sample.Book(BookAction.Update, number), number));
            Send("market.orderbook", Numbered(Sample.Book(BookAction.Snapshot, number), number));
            Send("market.integrity", Numbered(Sample.Integrity($"number {number}"), number));
        }
        await Task.Run(() => _producer.Flush(TestContext.Current.CancellationToken));
    }

    /// <summary>Publishes a value as it is.</summary>
    public Task PublishAsync(string topic, string value) =>
        _producer.ProduceAsync(topic, new Message<string, byte[]> { Key = "deribit.BTC-PERPETUAL", Value = Encoding.UTF8.GetBytes(value) });

    /// <summary>Publishes one event.</summary>
    public void Send(string topic, MarketDataEvent marketEvent)
    {
        var json = new ArrayBufferWriter<byte>();
        EventJson.Write(json, marketEvent);
        _producer.Produce(topic, new Message<string, byte[]>
        {
            Key = marketEvent.Key,
            Value = json.WrittenSpan.ToArray(),
            Headers = new Headers { { "epoch", Encoding.UTF8.GetBytes(marketEvent.Epoch.ToString(CultureInfo.InvariantCulture)) } },
        });
    }

    /// <summary>One value as text.</summary>
    public async Task<string> AskAsync(string query) => Convert.ToString(
        await _client.ExecuteScalarAsync(query, cancellationToken: TestContext.Current.CancellationToken), CultureInfo.InvariantCulture)!;

    public Task DoAsync(string statement) => _client.ExecuteNonQueryAsync(statement, cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Rows of a table, each event counted once; 0 while it is not there yet.</summary>
    public async Task<long> CountAsync(string table)
    {
        try
        {
            return long.Parse(await AskAsync($"SELECT count() FROM {table} FINAL"), CultureInfo.InvariantCulture);
        }
        catch (ClickHouseServerException)
        {
            return 0;
        }
    }

    /// <summary>
    /// Waits until each table has as many rows as were published, and holds them against what was: each number once, and each trade once in the
    /// candles.
    /// </summary>
    public async Task AssertEachOnceAsync(params ArchiverProcess[] archivers)
    {
        foreach (var table in HistoryTables.OfEvents.Select(HistoryTables.NameOf))
        {
            var count = 0L;
            await Until.TrueAsync(
                async () => (count = await CountAsync(table)) >= Published,
                () => $"{Published} rows in {table}, but {count}.\n{string.Join('\n', archivers.Select(one => one.Process.Everything))}",
                TimeSpan.FromSeconds(120),
                ArchiverProcess.Look);
            Assert.Equal(
                $"{Published} rows, {Published} numbers from 1 to {Published}",
                await AskAsync(
                    "SELECT concat(toString(count()), ' rows, ', toString(uniqExact(n)), ' numbers from ', toString(min(n)), ' to ', toString(max(n))) "
                    + $"FROM (SELECT toUnixTimestamp64Nano(received_at) - {Sample.Nanoseconds} AS n FROM {table} FINAL)"));
        }
        var (volume, found) = (await AskAsync("SELECT toString(sum(amount)) FROM trades FINAL"), "");
        foreach (var candles in (string[])["candles_1s", "candles_1m"])
        {
            // Written with the same insert, but after the trades.
            await Until.TrueAsync(
                async () => (found = await AskAsync($"SELECT concat(toString(sum(trades)), ' ', toString(sum(volume))) FROM {candles}")) == $"{Published} {volume}",
                () => $"{Published} trades of {volume} in {candles}, but {found}.",
                look: ArchiverProcess.Look);
        }
    }

    /// <summary>The records that were made dead letters: value, reason, and where each was.</summary>
    public IReadOnlyList<(string Value, string Reason, string Topic)> DeadLetters()
    {
        using var consumer = new ConsumerBuilder<string, byte[]>(new ConsumerConfig
        {
            BootstrapServers = Kafka.BootstrapServers, GroupId = "reader", EnableAutoCommit = false, EnablePartitionEof = true, FetchWaitMaxMs = 10,
        }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        var open = Enumerable.Range(0, new EmbeddedKafkaOptions().Partitions).ToHashSet();
        consumer.Assign(open.Select(partition => new TopicPartitionOffset("market.dead-letter", partition, Offset.Beginning)));
        var letters = new List<(string, string, string)>();
        while (open.Count > 0)
        {
            if (consumer.Consume(TimeSpan.FromMilliseconds(100)) is not { } result) continue;
            if (result.IsPartitionEOF) open.Remove(result.Partition.Value);
            else letters.Add((Encoding.UTF8.GetString(result.Message.Value), Header("reason"), Header("topic")));

            string Header(string name) => Encoding.UTF8.GetString(result.Message.Headers.GetLastBytes(name));
        }
        return letters;
    }

    public async ValueTask DisposeAsync()
    {
        _producer.Dispose();
        _client.Dispose();
        await Kafka.DisposeAsync();
    }

    private static MarketDataEvent Numbered(MarketDataEvent marketEvent, int number)
    {
        var name = $"I-{number % Instruments}";
        return marketEvent with { InstrumentName = name, Key = $"deribit.{name}", ReceivedAtUnixNs = Sample.Nanoseconds + number };
    }
}
