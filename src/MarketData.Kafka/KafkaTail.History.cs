using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Confluent.Kafka;

namespace MarketData.Kafka;

/// <content>The past of one key, from one partition, as far as it is known which that is.</content>
public sealed partial class KafkaTail
{
    /// <summary>
    /// Reads what a topic holds of one key, up to where it ended when the reading began. Our producers place a key as Java clients do
    /// (murmur2), so one partition is enough, unless the number of partitions was changed or <c>kafka.extra</c> names another partitioner.
    /// </summary>
    /// <param name="topic">The topic.</param>
    /// <param name="key">The key (<c>exchange.instrument</c>).</param>
    /// <param name="sinceUnixMs">
    /// Begin with the first record that Kafka holds of this time or later, in milliseconds since the Unix epoch; null for the oldest.
    /// A broker that cannot tell is read from the beginning.
    /// </param>
    /// <param name="everyPartition">Whether to look in all partitions.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="SinkError">No broker answers, not even in the middle, or the topic does not exist.</exception>
    /// <exception cref="OperationCanceledException">The reading was cancelled.</exception>
    public async IAsyncEnumerable<KafkaRecord> ReadHistoryAsync(
        string topic, string key, long? sinceUnixMs = null, bool everyPartition = false,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Overflow policy: the reader waits.
        var records = Channel.CreateBounded<KafkaRecord>(
            new BoundedChannelOptions(ReadAhead) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true, SingleWriter = true });
        var reading = Task.Run(
            () => PumpHistoryAsync(topic, key, sinceUnixMs, everyPartition, records.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var record in records.Reader.ReadAllAsync(cancellationToken))
                yield return record;
        }
        finally
        {
            await stop.CancelAsync();
            await reading;
        }
    }

    /// <summary>How much a topic holds where a key is, and since when it holds everything.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="key">The key (<c>exchange.instrument</c>).</param>
    /// <param name="everyPartition">Whether to look in all partitions.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="SinkError">No broker answers, or the topic does not exist.</exception>
    /// <exception cref="OperationCanceledException">The waiting was cancelled.</exception>
    public Task<KafkaHeld> HeldAsync(string topic, string key, bool everyPartition = false, CancellationToken cancellationToken = default) =>
        Task.Run(() => Held(topic, key, everyPartition, cancellationToken), cancellationToken);

    private KafkaHeld Held(string topic, string key, bool everyPartition, CancellationToken cancellationToken)
    {
        var logins = new LoginErrors(_options);
        try
        {
            using var consumer = NewConsumer(logins);
            var records = 0L;
            long? since = null;
            var wasEmptied = false;
            foreach (var partition in PartitionsOf(consumer, topic, key, everyPartition))
            {
                var place = new TopicPartition(topic, partition);
                var ends = consumer.QueryWatermarkOffsets(place, MetadataTimeout);
                records += ends.High.Value - ends.Low.Value;
                wasEmptied |= ends.Low > 0 && ends.Low == ends.High;
                if (ends.Low > 0 && ends.Low < ends.High)
                    since = Math.Max(since ?? 0, CompleteFrom(consumer, place, ends, cancellationToken));
            }

            // An empty partition beside others was not the key's, or is a small part of its past.
            return new KafkaHeld(records, since is null && wasEmptied && records == 0 ? long.MaxValue : since);
        }
        catch (KafkaException exception)
        {
            throw ToError(topic, exception, logins);
        }
    }

    // What was received after the oldest record was made is all there, give or take how far times and offsets are out of order: clocks of
    // several producers differ, and a message that was tried again keeps its first time.
    private long CompleteFrom(
        IConsumer<string?, byte[]?> consumer, TopicPartition partition, WatermarkOffsets ends, CancellationToken cancellationToken)
    {
        consumer.Assign(new TopicPartitionOffset(partition, ends.Low));
        var wait = NewSilenceLimit(partition.Topic);
        var newest = 0L;
        for (var seen = 0; seen < OldestRecords;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (consumer.Consume(PollTimeout) is not { } result)
            {
                wait.Check();
                continue;
            }

            if (result.IsPartitionEOF)
                break;
            newest = Math.Max(newest, result.Message.Timestamp.UnixTimestampMs);
            seen++;
        }

        return newest;
    }

    private SilenceLimit NewSilenceLimit(string topic) => new(_options, topic, MostSilence, _timeProvider);

    private async Task PumpHistoryAsync(
        string topic, string key, long? sinceUnixMs, bool everyPartition, ChannelWriter<KafkaRecord> output,
        CancellationToken cancellationToken)
    {
        var logins = new LoginErrors(_options);
        try
        {
            using var consumer = NewConsumer(logins);
            foreach (var partition in PartitionsOf(consumer, topic, key, everyPartition))
                await ReadPartitionAsync(consumer, new TopicPartition(topic, partition), key, sinceUnixMs, output, cancellationToken);
            output.TryComplete();
        }
        catch (Exception exception)
        {
            // Handed to the one who enumerates.
            output.TryComplete(ToError(topic, exception, logins));
        }
    }

    private IEnumerable<int> PartitionsOf(IConsumer<string?, byte[]?> consumer, string topic, string key, bool everyPartition)
    {
        var partitions = Partitions(consumer, topic);
        return everyPartition || !IsPartitionerKnown
            ? partitions.Order()
            : [Murmur2.PartitionOf(Encoding.UTF8.GetBytes(key), partitions.Count)];
    }

    private bool IsPartitionerKnown =>
        !_options.Extra.TryGetValue("partitioner", out var partitioner) || partitioner is "murmur2" or "murmur2_random";

    private async Task ReadPartitionAsync(
        IConsumer<string?, byte[]?> consumer, TopicPartition partition, string key, long? sinceUnixMs, ChannelWriter<KafkaRecord> output,
        CancellationToken cancellationToken)
    {
        var ends = consumer.QueryWatermarkOffsets(partition, MetadataTimeout);
        var start = sinceUnixMs is { } since ? StartOf(consumer, partition, ends, since) : ends.Low;
        if (start >= ends.High)
            return;
        consumer.Assign(new TopicPartitionOffset(partition, start));
        var wait = NewSilenceLimit(partition.Topic);
        while (!cancellationToken.IsCancellationRequested)
        {
            if (consumer.Consume(PollTimeout) is not { } result)
            {
                wait.Check();
                continue;
            }

            if (!result.IsPartitionEOF && result.Message.Key == key && result.Offset < ends.High)
                await output.WriteAsync(ToRecord(result), cancellationToken);
            wait.Heard();
            // The end may lie behind records that are not ours to see (compacted away, or marks of transactions).
            if (result.IsPartitionEOF || result.Offset.Value + 1 >= ends.High.Value)
                return;
        }
    }

    private static Offset StartOf(IConsumer<string?, byte[]?> consumer, TopicPartition partition, WatermarkOffsets ends, long sinceUnixMs)
    {
        var time = new TopicPartitionTimestamp(partition, new Timestamp(sinceUnixMs, TimestampType.CreateTime));
        var found = consumer.OffsetsForTimes([time], MetadataTimeout)[0].Offset;
        if (found.Value >= 0)
            return found;
        // "Nothing so late" or "I do not know": the last record tells which.
        return ends.High > ends.Low && NewestTime(consumer, partition, ends) >= sinceUnixMs ? ends.Low : ends.High;
    }

    private static long NewestTime(IConsumer<string?, byte[]?> consumer, TopicPartition partition, WatermarkOffsets ends)
    {
        consumer.Assign(new TopicPartitionOffset(partition, ends.High - 1));
        var result = consumer.Consume(MetadataTimeout);
        // Without an answer, reading everything is slow but right.
        return result is null || result.IsPartitionEOF ? long.MaxValue : result.Message.Timestamp.UnixTimestampMs;
    }
}
