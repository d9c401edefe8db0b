using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace MarketData.Kafka;

/// <summary>
/// Reads along on a topic, as a person with a terminal does. Comes in: records of all partitions. Goes out: the same, one by one, in the
/// order of each partition. Owns: a consumer per enumeration, on a pool thread of its own; joins no group and commits nothing.
/// </summary>
public sealed partial class KafkaTail
{
    /// <summary>Records read ahead of the one who enumerates.</summary>
    private const int ReadAhead = 1_000;

    private const int LoginPolls = 10;

    /// <summary>Records at the beginning of a partition whose times say how far it goes back.</summary>
    private const int OldestRecords = 100;

    /// <summary>How long brokers may give nothing while the past is read, before the reading fails.</summary>
    private static readonly TimeSpan MostSilence = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan MetadataTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PollTimeout = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Brokers hold an idle fetch back for so long; the embedded Kafka always does, so it bounds how late a record shows.
    /// </summary>
    private static readonly TimeSpan FetchWait = TimeSpan.FromMilliseconds(20);

    private readonly KafkaOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly LogRouter _log;

    /// <summary>Creates a reader; nothing is opened before the enumeration.</summary>
    /// <param name="options">Where Kafka is.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Gets the client library's log.</param>
    public KafkaTail(KafkaOptions options, TimeProvider timeProvider, ILogger<KafkaTail> logger)
    {
        (_options, _timeProvider) = (options, timeProvider);
        _log = new LogRouter(options, logger, timeProvider);
    }

    /// <summary>Hears the keys of the records that <see cref="ReadAsync"/> passes over for their key; on the reading thread. Null: nobody.</summary>
    public Action<string>? Skipped { get; init; }

    /// <summary>Reads until cancelled, or to the end.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="key">Only records of this key (<c>exchange.instrument</c>); null takes all.</param>
    /// <param name="fromBeginning">Whether to begin with the oldest record kept rather than with the next one.</param>
    /// <param name="stopAtEnd">Whether to stop where each partition ended when it was reached.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="SinkError">No broker answers, or the topic does not exist.</exception>
    /// <exception cref="OperationCanceledException">The reading was cancelled.</exception>
    public async IAsyncEnumerable<KafkaRecord> ReadAsync(
        string topic, string? key = null, bool fromBeginning = false, bool stopAtEnd = false,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Overflow policy: the reader waits.
        var records = Channel.CreateBounded<KafkaRecord>(
            new BoundedChannelOptions(ReadAhead) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true, SingleWriter = true });
        var reading = Task.Run(() => PumpAsync(topic, key, fromBeginning, stopAtEnd, records.Writer, stop.Token), CancellationToken.None);
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

    private async Task PumpAsync(
        string topic, string? key, bool fromBeginning, bool stopAtEnd, ChannelWriter<KafkaRecord> output,
        CancellationToken cancellationToken)
    {
        var logins = new LoginErrors(_options);
        try
        {
            using var consumer = NewConsumer(logins);
            var open = Assign(consumer, topic, fromBeginning);
            var wait = NewSilenceLimit(topic);
            while (!cancellationToken.IsCancellationRequested && (open.Count > 0 || !stopAtEnd))
            {
                if (consumer.Consume(PollTimeout) is not { } result)
                {
                    if (stopAtEnd)
                        wait.Check();
                    continue;
                }

                wait.Heard();
                if (result.IsPartitionEOF)
                    open.Remove(result.Partition.Value);
                else if (key is null || result.Message.Key == key)
                    await output.WriteAsync(ToRecord(result), cancellationToken);
                else
                    Skipped?.Invoke(result.Message.Key ?? "");
            }
            output.TryComplete();
        }
        catch (Exception exception)
        {
            // Handed to the one who enumerates.
            output.TryComplete(ToError(topic, exception, logins));
        }
    }

    private IConsumer<string?, byte[]?> NewConsumer(LoginErrors logins) =>
        new ConsumerBuilder<string?, byte[]?>(ClientSettings.Tail(_options, FetchWait))
            .SetLogHandler((_, message) => _log.Write(message))
            .SetErrorHandler((_, error) => logins.Note(error))
            .Build();

    private HashSet<int> Assign(IConsumer<string?, byte[]?> consumer, string topic, bool fromBeginning)
    {
        var partitions = Partitions(consumer, topic);
        var offset = fromBeginning ? Offset.Beginning : Offset.End;
        consumer.Assign(partitions.Select(partition => new TopicPartitionOffset(topic, partition, offset)));
        return partitions;
    }

    private HashSet<int> Partitions(IConsumer<string?, byte[]?> consumer, string topic)
    {
        var metadata = MetadataOf(consumer, topic).Topics.Single(found => found.Topic == topic);
        if (metadata.Error.IsError || metadata.Partitions.Count == 0)
        {
            var error = DeliveryErrors.Describe(metadata.Error);
            throw new SinkError("kafka", $"The topic {topic} cannot be read on {_options.BootstrapServers}: {error}. Check its name.");
        }
        return [.. metadata.Partitions.Select(partition => partition.PartitionId)];
    }

    private static Metadata MetadataOf(IConsumer<string?, byte[]?> consumer, string topic)
    {
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        try
        {
            return admin.GetMetadata(topic, MetadataTimeout);
        }
        catch (KafkaException)
        {
            // A refused login is among the consumer's own events, which only a read brings up.
            for (var polls = 0; polls < LoginPolls; polls++)
                consumer.Consume(PollTimeout);
            throw;
        }
    }

    private Exception ToError(string topic, Exception exception, LoginErrors logins)
    {
        if (exception is not KafkaException kafka)
            return exception;
        if (logins.Latest is { } refusal)
            return new SinkError("kafka", refusal, kafka);
        var error = DeliveryErrors.Describe(kafka.Error);
        var message = $"The topic {topic} cannot be read on {_options.BootstrapServers}: {error}. Check that Kafka is up.";
        return new SinkError("kafka", message, kafka);
    }

    private static KafkaRecord ToRecord(ConsumeResult<string?, byte[]?> result) => new(
        result.Topic,
        result.Partition.Value,
        result.Offset.Value,
        result.Message.Key ?? "",
        // Without the cast, the null of a tombstone would become an empty value by way of byte[].
        result.Message.Value is { } value ? value : (ReadOnlyMemory<byte>?)null,
        [.. result.Message.Headers.Select(header => KeyValuePair.Create(header.Key, TextOf(header)))],
        result.Message.Timestamp.UnixTimestampMs);

    private static string TextOf(IHeader header) => Encoding.UTF8.GetString(header.GetValueBytes() ?? []);
}
