using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace MarketData.Kafka.Archive;

/// <summary>
/// Writes records that the history cannot hold to the dead-letter topic. Comes in: records with reasons. Goes out: dead letters, repeated
/// until a broker has acknowledged each. Owns: an idempotent producer. Any thread.
/// </summary>
internal sealed class DeadLetterProducer : IDisposable
{
    private const int MessageTimeoutMs = 10_000;
    private readonly string _topic;
    private readonly DeadLetters _letters;
    private readonly ArchiveHealth _health;
    private readonly Backoff _backoff;
    private readonly LogThrottle _throttle;
    private readonly ILogger _logger;
    private readonly IProducer<byte[], byte[]> _producer;

    public DeadLetterProducer(
        KafkaOptions options, string source, ArchiveHealth health, LogRouter log, TimeProvider timeProvider, ILogger logger)
    {
        (_topic, _letters, _health, _logger) = (options.Topics.DeadLetter, new DeadLetters(source), health, logger);
        _backoff = new Backoff(timeProvider, Random.Shared.NextDouble);
        _throttle = new LogThrottle(timeProvider, TimeSpan.FromSeconds(10));
        var config = new ProducerConfig(ClientSettings.Common(options, source))
        {
            EnableIdempotence = true,
            MaxInFlight = ClientSettings.RequestsInFlight,
            Acks = Acks.All,
            MessageTimeoutMs = MessageTimeoutMs,
            CompressionType = CompressionType.Lz4,
        };
        _producer = new ProducerBuilder<byte[], byte[]>(config)
            .SetLogHandler((_, message) => log.Write(message))
            .SetErrorHandler((_, error) => logger.ClientError(DeliveryErrors.Describe(error)))
            .Build();
    }

    /// <summary>Writes one; returns when it is acknowledged.</summary>
    /// <exception cref="SinkError">The producer broke: the process must start again, which reads the record again.</exception>
    public async Task SendAsync(ArchiveRecord record, string reason, CancellationToken cancellationToken)
    {
        var message = MessageOf(record, reason, DeadLetters.ValueLimit);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await _producer.ProduceAsync(_topic, message, cancellationToken).WaitAsync(cancellationToken);
                break;
            }
            catch (ProduceException<byte[], byte[]> exception) when (DeliveryErrors.IsTooLarge(exception.Error.Code) && message.Value.Length > 0)
            {
                // The topic takes less than others do.
                message = MessageOf(record, reason, message.Value.Length / 2);
                continue;
            }
            catch (ProduceException<byte[], byte[]> exception)
            {
                var error = DeliveryErrors.Describe(exception.Error);
                if (DeliveryErrors.IsProducers(exception.Error))
                    throw new SinkError("kafka", $"The producer of dead letters broke ({error}). Start the archiver again.", exception);
                _health.DeadLetterTrouble = $"dead_letters_kept: {_topic} takes nothing: {error}. Nothing behind a dead letter is committed before it does.";
                if (_throttle.Allow("dead letter", out var suppressed)) _logger.ArchiveDeadLetterKept(_topic, error, suppressed);
            }
            await _backoff.WaitAsync(attempt, cancellationToken);
        }
        _health.DeadLetterTrouble = null;
        _health.Buried(record.Partition, record.Offset, reason);
        if (_throttle.Allow("reason", out var held))
            _logger.ArchiveDeadLetter(record.Partition.Topic, record.Partition.Partition.Value, record.Offset, reason, held);
    }

    public void Dispose() => _producer.Dispose();

    private Message<byte[], byte[]> MessageOf(ArchiveRecord record, string reason, int most)
    {
        var key = Encoding.UTF8.GetString(record.Key);
        var instrument = record.Event?.InstrumentName ?? key[(key.IndexOf('.', StringComparison.Ordinal) + 1)..];
        var headers = _letters.Headers(reason, "", instrument, record.Epoch);
        headers.Add("topic", Encoding.UTF8.GetBytes(record.Partition.Topic));
        headers.Add("partition", Number(record.Partition.Partition.Value));
        headers.Add("offset", Number(record.Offset));
        return new Message<byte[], byte[]> { Key = record.Key, Value = DeadLetters.Cut(record.Value, headers, most), Headers = headers };
    }

    private static byte[] Number(long value) => Encoding.UTF8.GetBytes(value.ToString(CultureInfo.InvariantCulture));
}
