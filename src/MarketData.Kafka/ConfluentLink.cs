using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace MarketData.Kafka;

/// <summary>
/// A producer of librdkafka. Comes in: messages from the sender. Goes out: requests to the brokers, and outcomes to
/// <see cref="IProducerEvents"/> on the producer's poll thread. Owns: the native producer.
/// </summary>
internal sealed class ConfluentLink : IProducerLink
{
    private readonly IProducerEvents _events;
    private readonly ILogger _logger;
    private readonly BatchSize _batchSize;
    private readonly int _batchBytes;
    private readonly Action<DeliveryReport<byte[], PendingMessage>> _onReport;
    private readonly IProducer<byte[], PendingMessage> _producer;

    /// <summary>Creates the producer; it connects by itself.</summary>
    /// <param name="config">The producer's properties; the size of its batches is added.</param>
    /// <param name="batchSize">How large batches may be; made smaller when a broker refuses one.</param>
    /// <param name="events">Gets the outcomes.</param>
    /// <param name="log">Gets the library's log.</param>
    /// <param name="logger">Gets ours.</param>
    /// <exception cref="InvalidOperationException">librdkafka refuses the properties.</exception>
    public ConfluentLink(ProducerConfig config, BatchSize batchSize, IProducerEvents events, LogRouter log, ILogger logger)
    {
        (_events, _logger, _batchSize, _batchBytes) = (events, logger, batchSize, batchSize.Bytes);
        config.BatchSize = _batchBytes;
        _onReport = OnReport;
        _producer = new ProducerBuilder<byte[], PendingMessage>(config)
            .SetValueSerializer(PayloadSerializer.Instance)
            .SetErrorHandler((_, error) => Guard(() => OnError(error)))
            .SetLogHandler((_, message) => log.Write(message))
            .SetStatisticsHandler((_, statistics) => Guard(() => OnStatistics(statistics)))
            .Build();
    }

    /// <summary>The producer's handle, for tests that break it.</summary>
    internal Handle Handle => _producer.Handle;

    public ProduceOutcome Produce(PendingMessage message)
    {
        try
        {
            var content = new Message<byte[], PendingMessage> { Key = message.Key, Value = message, Headers = message.Headers };
            _producer.Produce(message.Topic, content, _onReport);
            return new ProduceOutcome(ProduceResult.Accepted);
        }
        catch (KafkaException exception)
        {
            var error = exception.Error;
            if (error.Code == ErrorCode.Local_QueueFull)
                return new ProduceOutcome(ProduceResult.QueueFull);
            if (DeliveryErrors.IsTopicMissing(error.Code))
                return new ProduceOutcome(ProduceResult.TopicMissing, MissingTopic(message, error));
            var refused = !DeliveryErrors.IsProducers(error) && DeliveryErrors.IsFinal(error.Code);
            return new ProduceOutcome(refused ? ProduceResult.Refused : ProduceResult.Broken, DeliveryErrors.Describe(error));
        }
    }

    public void Flush(TimeSpan timeout)
    {
        try
        {
            _producer.Flush(timeout);
        }
        catch (KafkaException exception)
        {
            // A broken producer may say so once more; what it did not report is sent again.
            _logger.FlushFailed(DeliveryErrors.Describe(exception.Error));
        }
    }

    public void Dispose() => _producer.Dispose();

    private void OnReport(DeliveryReport<byte[], PendingMessage> report)
    {
        try
        {
            if (report.Error.IsError)
                OnFailure(report, report.Value, report.Error);
            else
                _events.OnAcknowledged(report.Value, report.Partition.Value, report.Offset.Value);
        }
        catch (Exception exception)
        {
            _logger.CallbackFailed(exception);
        }
    }

    private void OnFailure(DeliveryReport<byte[], PendingMessage> report, PendingMessage message, Error error)
    {
        if (DeliveryErrors.IsTooLarge(error.Code) && _batchSize.TryShrink(message, _batchBytes))
        {
            _events.OnBatchRefused(
                message, $"{DeliveryErrors.Describe(error)}. Batches of {_batchBytes} bytes are too large for the topic; they are made smaller.");
            return;
        }
        if (DeliveryErrors.IsProducers(error))
            _events.OnUnresolved(message, MayBeStored(report), ownFault: false, DeliveryErrors.Describe(error));
        else if (DeliveryErrors.IsTopicMissing(error.Code))
            _events.OnTopicMissing(message, MissingTopic(message, error));
        else if (DeliveryErrors.IsFinal(error.Code))
            _events.OnRefused(message, DeliveryErrors.Describe(error));
        else
            _events.OnUnresolved(message, MayBeStored(report), ownFault: true, DeliveryErrors.Describe(error));
    }

    private void OnError(Error error)
    {
        if (error.IsFatal)
            _events.OnFatal(DeliveryErrors.Describe(error));
        else if (error.Code == ErrorCode.Local_AllBrokersDown)
            _events.OnUnreachable(error.Reason);
        else
            _logger.ClientError(DeliveryErrors.Describe(error));
    }

    private void OnStatistics(string statistics)
    {
        if (BrokerStatistics.AnyBrokerUp(statistics))
            _events.OnReachable();
    }

    private static string MissingTopic(PendingMessage message, Error error) => $"{message.Topic}: {DeliveryErrors.Describe(error)}.";

    private static bool MayBeStored(DeliveryReport<byte[], PendingMessage> report) => report.Status != PersistenceStatus.NotPersisted;

    /// <summary>The poll thread ends when a callback throws, and with it every delivery report: nothing may leave a callback.</summary>
    private void Guard(Action callback)
    {
        try
        {
            callback();
        }
        catch (Exception exception)
        {
            _logger.CallbackFailed(exception);
        }
    }

    private sealed class PayloadSerializer : ISerializer<PendingMessage>
    {
        public static readonly PayloadSerializer Instance = new();

        public byte[] Serialize(PendingMessage data, SerializationContext context) => data.Value;
    }
}
