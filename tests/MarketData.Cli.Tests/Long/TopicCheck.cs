using System.Text.Json;

using Confluent.Kafka;

using Deribit.Simulator;

using MarketData.Cli.Tests.Rigs;

namespace MarketData.Cli.Tests.Long;

/// <summary>One topic, read from its beginning to its end by a client with none of our code; only counts are kept, for millions of events.</summary>
internal sealed class TopicCheck
{
    private readonly Dictionary<string, HashSet<long>> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _lastTimes = new(StringComparer.Ordinal);

    /// <summary>The first id of each key.</summary>
    public Dictionary<string, long> First { get; } = new(StringComparer.Ordinal);

    /// <summary>The last id of each key.</summary>
    public Dictionary<string, long> Last { get; } = new(StringComparer.Ordinal);

    public long Records { get; private set; }

    /// <summary>Records whose id was there before.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Those of them that do not say so: of each key the first one, told in full, and how many follow it.</summary>
    public Dictionary<string, (string First, long Count)> Unmarked { get; } = new(StringComparer.Ordinal);

    /// <summary>Records with a lower id than one before, that are no duplicates.</summary>
    public long OutOfOrder { get; private set; }

    /// <summary>Records with a lower id that were fetched later than those behind them, and say so: <c>source: backfill</c>.</summary>
    public long LateRepairs { get; private set; }

    /// <summary>Places where the chain of ids is broken and a snapshot begins a new one.</summary>
    public List<BookBreak> Breaks { get; } = [];

    /// <summary>Places where the chain of ids is broken, or begins, and no snapshot says so: the first of them, told in full.</summary>
    public List<string> Torn { get; } = [];

    public override string ToString() => $"{Records} records of {Last.Count} keys, {Duplicates} duplicates, {OutOfOrder} out of order, "
        + $"{LateRepairs} repaired late, {Breaks.Count} breaks, {Torn.Count} torn";

    /// <summary>Reads a topic to its present end.</summary>
    /// <param name="bootstrapServers">The broker.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="id">The member that identifies an event of a key and rises.</param>
    /// <param name="previous">The member that names the id before, if there is one.</param>
    public static Task<TopicCheck> ReadAsync(string bootstrapServers, string topic, string id, string? previous) =>
        Task.Run(() => Read(bootstrapServers, topic, id, previous), TestContext.Current.CancellationToken);

    /// <summary>The trades behind a number that are not on the topic; all of them when nothing of the key is.</summary>
    public IEnumerable<SimulatedTrade> Missing(string key, IReadOnlyList<SimulatedTrade> truth, long behind)
    {
        var ids = _ids.GetValueOrDefault(key) ?? [];
        return truth.Where(trade => trade.TradeSeq > behind && !ids.Contains(trade.TradeSeq));
    }

    private static TopicCheck Read(string bootstrapServers, string topic, string id, string? previous)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = bootstrapServers, GroupId = "check", EnableAutoCommit = false, EnablePartitionEof = true,
        };
        using var consumer = new ConsumerBuilder<string, byte[]>(config).SetLogHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var open = admin.GetMetadata(topic, TimeSpan.FromSeconds(30)).Topics.Single().Partitions.Select(part => part.PartitionId).ToHashSet();
        consumer.Assign(open.Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        var check = new TopicCheck();
        while (open.Count > 0)
        {
            var result = consumer.Consume(TestContext.Current.CancellationToken);
            if (result.IsPartitionEOF)
                open.Remove(result.Partition.Value);
            else
                check.Add(result, id, previous);
        }
        return check;
    }

    private void Add(ConsumeResult<string, byte[]> result, string id, string? previous)
    {
        var message = result.Message;
        Records++;
        using var json = JsonDocument.Parse(message.Value);
        var number = json.RootElement.GetProperty(id).GetInt64();
        if (!_ids.TryGetValue(message.Key, out var ids))
            ids = _ids[message.Key] = [];
        var isSnapshot = json.RootElement.TryGetProperty("action", out var action) && action.GetString() == "snapshot";
        var isNew = ids.Add(number);

        // A snapshot repeats the id that the book stands at.
        if (!isNew && !isSnapshot)
        {
            Duplicates++;
            if (!message.Headers.TryGetLastBytes("resent", out _))
            {
                var (first, count) = Unmarked.GetValueOrDefault(message.Key, ($"{number} at {result.TopicPartitionOffset}, {message.Timestamp.UtcDateTime:O}", 0));
                Unmarked[message.Key] = (first, count + 1);
            }
            return;
        }
        var last = Last.GetValueOrDefault(message.Key);
        var isRepair = json.RootElement.TryGetProperty("source", out var source) && source.GetString() == "backfill";
        if (number < last && isNew)
            (LateRepairs, OutOfOrder) = isRepair ? (LateRepairs + 1, OutOfOrder) : (LateRepairs, OutOfOrder + 1);
        if (previous is not null)
            NoteChain(json.RootElement, previous, last, isSnapshot, number, result);
        First.TryAdd(message.Key, number);
        Last[message.Key] = Math.Max(last, number);
        _lastTimes[message.Key] = json.RootElement.GetProperty("timestamp").GetInt64();
    }

    private void NoteChain(JsonElement json, string previous, long last, bool isSnapshot, long number, ConsumeResult<string, byte[]> result)
    {
        var key = result.Message.Key;
        if (isSnapshot)
        {
            var continues = json.TryGetProperty(previous, out var before) && before.ValueKind == JsonValueKind.Number && before.GetInt64() == last;
            if (last != 0 && number > last && !continues)
                Breaks.Add(new BookBreak(key, last, _lastTimes[key], number, json.GetProperty("timestamp").GetInt64()));
            return;
        }
        if (json.GetProperty(previous).GetInt64() is var named && named != last && Torn.Count < 10)
            Torn.Add($"{result.TopicPartitionOffset} {key} at {result.Message.Timestamp.UtcDateTime:T}: {named} -> {number} behind {last}");
    }
}
