using System.Text;
using Confluent.Kafka;
using MarketData.Kafka.Replicas;
using Microsoft.Extensions.Logging;

namespace MarketData.Kafka.Checkpoints;

/// <summary>
/// Looks on the trades' topic for what is newer than the checkpoints. Comes in: questions. Goes out: where each tape ends. Owns: a consumer
/// for the length of a search, on a thread of its own. While no broker answers, the search waits.
/// </summary>
internal sealed class TradeTopicSearch(
    KafkaOptions options, string source, TimeProvider timeProvider, LogRouter log, ILogger logger)
{
    /// <summary>A tape without a checkpoint is at most a second or two old, or was written before there were any.</summary>
    private const long SearchWithoutCheckpoint = 5_000;

    /// <summary>A bound for a checkpoint whose writer left no word of its progress.</summary>
    private const long LongestSearch = 500_000;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Question = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    private readonly LogThrottle _throttle = new(timeProvider, LogInterval);

    /// <summary>Finds the ends of tapes; a tape that has none is left out.</summary>
    /// <param name="questions">By the instruments' keys; null for a key without a checkpoint.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SinkError">The topic may not be read.</exception>
    public async Task<IReadOnlyDictionary<string, TapeFound>> FindAsync(
        IReadOnlyDictionary<string, TapeQuestion?> questions, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await FindOnceAsync(questions, cancellationToken);
            }
            catch (KafkaException exception) when (exception.Error.Code == ErrorCode.TopicAuthorizationFailed)
            {
                throw new SinkError("kafka", $"The topic {options.Topics.Trades} may not be read: {exception.Error.Reason}", exception);
            }
            catch (KafkaException exception)
            {
                if (_throttle.Allow("search", out var suppressed))
                    logger.CheckpointsNotRead(options.Topics.Trades, $"{DeliveryErrors.Describe(exception.Error)}.", suppressed);
                await Task.Delay(Retry, timeProvider, cancellationToken);
            }
        }
    }

    private async Task<IReadOnlyDictionary<string, TapeFound>> FindOnceAsync(
        IReadOnlyDictionary<string, TapeQuestion?> questions, CancellationToken cancellationToken)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]?>(ReplicaClients.Reader(options, source))
            .SetLogHandler((_, message) => log.Write(message))
            .SetErrorHandler((_, _) => { })
            .Build();
        var partitions = await Task.Run(() => CountPartitions(consumer.Handle), cancellationToken);
        var beginnings = await TopicEnds.AskBeginningsAsync(consumer.Handle, options.Topics.Trades, partitions, cancellationToken);
        var ends = await TopicEnds.AskAsync(consumer.Handle, options.Topics.Trades, partitions, cancellationToken);
        var from = new Dictionary<int, long>();
        var homes = questions.Keys.ToDictionary(key => key, key => KeyPartitioner.Of(key, partitions), StringComparer.Ordinal);
        foreach (var (key, question) in questions)
        {
            var home = homes[key];
            var start = question is not null && question.Partition == home
                ? Math.Max(question.CoveredUpTo + 1, ends[home] - LongestSearch)
                : ends[home] - SearchWithoutCheckpoint;
            from[home] = Math.Max(beginnings[home], Math.Min(start, from.GetValueOrDefault(home, long.MaxValue)));
        }
        var searches = questions.ToDictionary(pair => pair.Key, pair => new TapeSearch(pair.Value?.Start), StringComparer.Ordinal);
        var open = from.Where(pair => pair.Value < ends[pair.Key]).ToDictionary();
        if (open.Count > 0)
        {
            consumer.Assign(open.Select(pair => new TopicPartitionOffset(options.Topics.Trades, pair.Key, pair.Value)));
            // On a thread of its own: the library's calls block.
            await Task.Factory.StartNew(
                () => Read(consumer, [.. open.Keys], ends, questions, searches, cancellationToken),
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        return searches.Where(pair => pair.Value.Position is not null).ToDictionary(
            pair => pair.Key,
            pair => new TapeFound(pair.Value.Position!, homes[pair.Key], (pair.Value.FirstAhead ?? ends[homes[pair.Key]]) - 1),
            StringComparer.Ordinal);
    }

    private static void Read(
        IConsumer<byte[], byte[]?> consumer, HashSet<int> open, long[] ends, IReadOnlyDictionary<string, TapeQuestion?> questions,
        Dictionary<string, TapeSearch> searches, CancellationToken cancellationToken)
    {
        while (open.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (consumer.Consume(Poll) is not { } result)
                continue;
            var partition = result.Partition.Value;
            if (result.IsPartitionEOF || result.Offset.Value >= ends[partition] - 1)
                open.Remove(partition);
            if (result.IsPartitionEOF || result.Message is not { Key: { } bytes, Value: { } value })
                continue;
            var key = Encoding.UTF8.GetString(bytes);
            var covered = questions.GetValueOrDefault(key)?.CoveredUpTo ?? -1;
            if (result.Offset.Value > covered && searches.TryGetValue(key, out var search) && TradeRecord.Read(value) is { } trade)
                search.Add(trade, result.Offset.Value);
        }
    }

    private int CountPartitions(Handle client)
    {
        using var admin = new DependentAdminClientBuilder(client).Build();
        var found = admin.GetMetadata(options.Topics.Trades, Question).Topics.Find(topic => topic.Topic == options.Topics.Trades);
        if (found is null || found.Error.IsError || found.Partitions.Count == 0)
            throw new KafkaException(found?.Error ?? new Error(ErrorCode.Local_UnknownTopic));
        return found.Partitions.Count;
    }
}
