using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace MarketData.Kafka.Archive;

/// <summary>
/// Writes records that the history cannot hold to the dead-letter topic. Comes in: records with reasons. Goes out: dead letters, repeated
/// until a broker has acknowledged each. Owns: an idempotent producer; one that broke for good is replaced. Any thread.
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
    private readonly ProducerBuilder<byte[], byte[]> _builder;
    private readonly Lock _gate = new();
    private Line _line;
    private bool _isDisposed;

    /// <summary>Creates it; it connects by itself.</summary>
    /// <param name="options">Where Kafka is.</param>
    /// <param name="source">Names this process to Kafka and in the letters.</param>
    /// <param name="health">Told of each letter, and of trouble.</param>
    /// <param name="log">Gets the library's log.</param>
    /// <param name="timeProvider">The clock of pauses.</param>
    /// <param name="logger">Gets ours.</param>
    /// <param name="mostQueued">Letters that may wait in the library; null: as many as it takes by itself.</param>
    public DeadLetterProducer(
        KafkaOptions options, string source, ArchiveHealth health, LogRouter log, TimeProvider timeProvider, ILogger logger, int? mostQueued = null)
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
            QueueBufferingMaxMessages = mostQueued,
        };
        _builder = new ProducerBuilder<byte[], byte[]>(config)
            .SetLogHandler((_, message) => log.Write(message))
            .SetErrorHandler((_, error) => logger.ClientError(DeliveryErrors.Describe(error)));
        _line = new Line(_builder.Build());
    }

    /// <summary>Writes one; returns when it is acknowledged. Behind a producer that broke it may be there twice.</summary>
    public async Task SendAsync(ArchiveRecord record, string reason, CancellationToken cancellationToken)
    {
        var message = MessageOf(record, reason, DeadLetters.ValueLimit);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await ProduceAsync(message, cancellationToken);
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

    public void Dispose()
    {
        Line? unused;
        lock (_gate)
        {
            _isDisposed = true;
            // A send that has not left yet is the last, and ends the producer.
            unused = _line.Users == 0 ? _line : null;
        }
        unused?.Producer.Dispose();
    }

    private async Task ProduceAsync(Message<byte[], byte[]> message, CancellationToken cancellationToken)
    {
        Line line;
        lock (_gate)
        {
            line = _line;
            line.Users++;
        }
        try
        {
            await line.Producer.ProduceAsync(_topic, message, cancellationToken).WaitAsync(cancellationToken);
        }
        catch (ProduceException<byte[], byte[]> exception) when (DeliveryErrors.IsProducers(exception.Error))
        {
            Replace(line);
            throw;
        }
        finally
        {
            Leave(line);
        }
    }

    private void Replace(Line broken)
    {
        lock (_gate)
        {
            if (_line == broken && !_isDisposed) _line = new Line(_builder.Build());
        }
    }

    // A producer that ends answers nobody who still waits for it: the last one who leaves ends it.
    private void Leave(Line line)
    {
        lock (_gate)
        {
            if (--line.Users > 0 || (line == _line && !_isDisposed)) return;
        }
        line.Producer.Dispose();
    }

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

    private sealed class Line(IProducer<byte[], byte[]> producer)
    {
        public readonly IProducer<byte[], byte[]> Producer = producer;
        public int Users;
    }
}
