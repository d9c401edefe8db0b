using System.Text;
using Confluent.Kafka;
using MarketData.Symbols;
using Microsoft.Extensions.Logging;

namespace MarketData.Kafka;

/// <summary>
/// Writes to <c>market.symbols</c>. Comes in: changes. Goes out: acknowledged records (acks=all, idempotent). Owns: a producer per call,
/// because symbols change seldom. Any thread.
/// </summary>
public sealed class KafkaSymbolWriter : ISymbolWriter
{
    private const int MessageTimeoutMs = 10_000;

    private readonly KafkaOptions _options;
    private readonly string _source;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly LogRouter _log;

    /// <summary>Creates a writer; nothing is opened before the first call.</summary>
    /// <param name="options">Where Kafka is.</param>
    /// <param name="source">Who writes, for the record's <c>source</c> header.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Gets the client library's log.</param>
    public KafkaSymbolWriter(KafkaOptions options, string source, TimeProvider timeProvider, ILogger<KafkaSymbolWriter> logger)
        : this(options, source, timeProvider, (ILogger)logger)
    {
    }

    internal KafkaSymbolWriter(KafkaOptions options, string source, TimeProvider timeProvider, ILogger logger)
    {
        (_options, _source, _timeProvider, _logger) = (options, source, timeProvider, logger);
        _log = new LogRouter(options, logger, timeProvider);
    }

    /// <summary>Sees to it that the topics exist, as the collectors do.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SinkError">No broker answers, or the topics are missing and cannot be created.</exception>
    public async Task EnsureTopicAsync(CancellationToken cancellationToken)
    {
        var outcome = await new TopicProvisioner(_options, _source, _log, _logger, _timeProvider).TryAsync(cancellationToken);
        if (outcome.State != TopicsState.Ready)
            throw new SinkError("kafka", $"Kafka at {_options.BootstrapServers} cannot be used: {outcome.Reason}");
    }

    /// <inheritdoc/>
    public Task ChangeAsync(IReadOnlyCollection<SymbolChange> changes, CancellationToken cancellationToken) => WriteAsync(changes, cancellationToken);

    /// <summary>Writes changes and waits until all are acknowledged.</summary>
    /// <param name="changes">The changes, in their order.</param>
    /// <param name="cancellationToken">Gives up waiting; what was sent may still arrive.</param>
    /// <returns>Where each record stands.</returns>
    /// <exception cref="ArgumentException">A key could not be read again; nothing is written then.</exception>
    /// <exception cref="SinkError">Kafka refused a record, or did not acknowledge it within 10 s.</exception>
    public async Task<IReadOnlyList<(int Partition, long Offset)>> WriteAsync(
        IReadOnlyCollection<SymbolChange> changes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        foreach (var change in changes)
        {
            if (SymbolRecord.ReadKey(change.Key, out _) is { Length: > 0 } fault)
                throw new ArgumentException($"The key cannot be written: {fault}.", nameof(changes));
        }

        var config = ClientSettings.Producer(_options, _source);
        config.MessageTimeoutMs = MessageTimeoutMs;
        config.LingerMs = 0;
        config.StatisticsIntervalMs = 0;
        using var producer = new ProducerBuilder<string, byte[]?>(config)
            .SetLogHandler((_, message) => _log.Write(message))
            .SetErrorHandler((_, _) => { })
            .Build();
        var headers = new Headers { { "source", Encoding.UTF8.GetBytes(_source) }, { "content-type", "application/json"u8.ToArray() } };
        var writes = changes.Select(change => producer.ProduceAsync(
            _options.Topics.Symbols,
            new Message<string, byte[]?>
            {
                Key = change.Key,
                Value = change.Entry is { } entry ? SymbolRecord.WriteValue(entry) : null!,
                Headers = headers,
            },
            cancellationToken)).ToList();
        try
        {
            return [.. (await Task.WhenAll(writes)).Select(written => (written.Partition.Value, written.Offset.Value))];
        }
        catch (KafkaException exception)
        {
            var error = DeliveryErrors.Describe(exception.Error);
            throw new SinkError(
                "kafka", $"The topic {_options.Topics.Symbols} on {_options.BootstrapServers} did not take the change: {error}.", exception);
        }
    }
}
