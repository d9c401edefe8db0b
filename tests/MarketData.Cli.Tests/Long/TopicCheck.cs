using System.Text.Json;

using Confluent.Kafka;

using Deribit.Simulator;

namespace MarketData.Cli.Tests.Long;

/// <summary>One topic, read from its beginning to its end by a client with none of our code; only counts are kept, for millions of events.</summary>
internal sealed class TopicCheck
{
    private readonly Dictionary<string, HashSet<long>> _ids = new(StringComparer.Ordinal);

    /// <summary>The last id of each key.</summary>
    public Dictionary<string, long> Last { get; } = new(StringComparer.Ordinal);

    public long Records { get; private set; }

    /// <summary>Records whose id was there before; those of them that do not say so.</summary>
    public long Duplicates { get; private set; }

    public long Unmarked { get; private set; }

    /// <summary>Records with a lower id than one before, that are no duplicates.</summary>
    public long OutOfOrder { get; private set; }

    /// <summary>Records with a lower id that were fetched later than those behind them, and say so: <c>source: backfill</c>.</summary>
    public long LateRepairs { get; private set; }

    /// <summary>Places where the chain of ids is broken and a snapshot begins a new one.</summary>
    public long Breaks { get; private set; }

    /// <summary>Places where the chain of ids is broken and no snapshot says so: the first of them, told in full.</summary>
    public List<string> Torn { get; } = [];

    public override string ToString() => $"{Records} records of {Last.Count} keys, {Duplicates} duplicates, {OutOfOrder} out of order, "
        + $"{LateRepairs} repaired late, {Breaks} breaks, {Torn.Count} torn";

    /// <summary>Reads a topic to its present end.</summary>
    /// <param name="bootstrapServers">The broker.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="id">The member that identifies an event of a key and rises.</param>
    /// <param name="previous">The member that names the id before, if there is one.</param>
    public static Task<TopicCheck> ReadAsync(string bootstrapServers, string topic, string id, string? previous) =>
        Task.Run(() => Read(bootstrapServers, topic, id, previous), TestContext.Current.CancellationToken);

    /// <summary>The trades that are not on the topic, from the first one on that is.</summary>
    public IEnumerable<SimulatedTrade> Missing(string key, IReadOnlyList<SimulatedTrade> truth)
    {
        if (!_ids.TryGetValue(key, out var ids))
            return [];
        var first = ids.Min();
        return truth.Where(trade => trade.TradeSeq >= first && !ids.Contains(trade.TradeSeq));
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
                Unmarked++;
            return;
        }
        var last = Last.GetValueOrDefault(message.Key);
        var isRepair = json.RootElement.TryGetProperty("source", out var source) && source.GetString() == "backfill";
        if (number < last && isNew)
            (LateRepairs, OutOfOrder) = isRepair ? (LateRepairs + 1, OutOfOrder) : (LateRepairs, OutOfOrder + 1);
        if (previous is not null && last != 0)
            NoteChain(json.RootElement, previous, last, isSnapshot, number, result);
        Last[message.Key] = Math.Max(last, number);
    }

    private void NoteChain(JsonElement json, string previous, long last, bool isSnapshot, long number, ConsumeResult<string, byte[]> result)
    {
        if (isSnapshot)
        {
            var continues = json.TryGetProperty(previous, out var before) && before.ValueKind == JsonValueKind.Number && before.GetInt64() == last;
            if (number > last && !continues)
                Breaks++;
            return;
        }
        if (json.GetProperty(previous).GetInt64() is var named && named != last && Torn.Count < 10)
            Torn.Add($"{result.TopicPartitionOffset} {result.Message.Key} at {result.Message.Timestamp.UtcDateTime:T}: {named} -> {number} behind {last}");
    }
}
