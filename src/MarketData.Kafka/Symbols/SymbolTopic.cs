using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace MarketData.Kafka;

/// <summary>
/// One consumer on all partitions of the control topic, from the beginning. Comes in: records. Goes out: the same, one by one, without
/// waiting. Owns: the consumer, which joins no group and commits nothing. Runs on: the source's task.
/// </summary>
internal sealed class SymbolTopic : IDisposable
{
    private static readonly TimeSpan QuestionTimeout = TimeSpan.FromSeconds(5);

    // How late a change may be seen; the embedded Kafka holds every idle fetch back for all of it.
    private static readonly TimeSpan FetchWait = TimeSpan.FromMilliseconds(50);

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly string _topic;
    private readonly HashSet<int> _unfinished = [];
    private readonly Dictionary<int, long> _next = [];

    public SymbolTopic(KafkaOptions options, LogRouter log, ILogger logger)
    {
        _topic = options.Topics.Symbols;
        _consumer = new ConsumerBuilder<byte[]?, byte[]?>(ClientSettings.Tail(options, FetchWait))
            .SetLogHandler((_, message) => log.Write(message))
            .SetErrorHandler((_, error) => logger.ClientError(DeliveryErrors.Describe(error)))
            .Build();
    }

    /// <summary>Whether each partition was read to its end once.</summary>
    public bool IsRead => _unfinished.Count == 0;

    /// <summary>Finds the partitions and begins to read. Blocks for as long as the brokers take.</summary>
    /// <exception cref="KafkaException">No broker answers, or the topic does not exist yet.</exception>
    public void Open()
    {
        using var admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
        var metadata = admin.GetMetadata(_topic, QuestionTimeout).Topics.Single(found => found.Topic == _topic);
        if (metadata.Error.IsError)
            throw new KafkaException(metadata.Error);
        if (metadata.Partitions.Count == 0)
            throw new KafkaException(new Error(ErrorCode.UnknownTopicOrPart, "The topic has no partition."));
        _unfinished.UnionWith(metadata.Partitions.Select(partition => partition.PartitionId));
        _consumer.Assign(_unfinished.Select(partition => new TopicPartitionOffset(_topic, partition, Offset.Beginning)));
    }

    /// <summary>
    /// Whether the topic has never had a record. Compaction removes records, tombstones included, but no partition's end goes back. Blocks.
    /// </summary>
    public bool IsUnused() => _consumer.Assignment.TrueForAll(
        partition => _consumer.QueryWatermarkOffsets(partition, QuestionTimeout).High.Value == 0);

    /// <summary>Whether everything up to a place was taken.</summary>
    public bool HasPassed((int Partition, long Offset) place) => _next.GetValueOrDefault(place.Partition) > place.Offset;

    /// <summary>Takes one record if there is one; does not wait.</summary>
    /// <param name="key">Its key; null when it has none or none that is UTF-8.</param>
    /// <param name="value">Its value; null for a tombstone.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="KafkaException">The topic cannot be read.</exception>
    public bool TryTake(out string? key, out byte[]? value)
    {
        (key, value) = (null, null);
        while (_consumer.Consume(TimeSpan.Zero) is { } result)
        {
            if (result.IsPartitionEOF)
            {
                _unfinished.Remove(result.Partition.Value);
                continue;
            }

            _next[result.Partition.Value] = result.Offset.Value + 1;
            (key, value) = (TextOf(result.Message.Key), result.Message.Value);
            return true;
        }

        return false;
    }

    public void Dispose()
    {
        _consumer.Close();
        _consumer.Dispose();
    }

    private static string? TextOf(byte[]? key)
    {
        try
        {
            return key is null ? null : Strict.GetString(key);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
