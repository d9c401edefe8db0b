using Confluent.Kafka;

namespace MarketData.Kafka;

/// <summary>What Kafka's errors mean, and which of a delivery are final.</summary>
internal static class DeliveryErrors
{
    /// <summary>
    /// Whether no further attempt can deliver the message. librdkafka has already retried whatever the protocol calls retriable, so what is
    /// not in this list is unknown, and is tried again a few times by a new producer.
    /// </summary>
    public static bool IsFinal(ErrorCode code) => code is
        ErrorCode.MsgSizeTooLarge or ErrorCode.InvalidMsgSize or ErrorCode.RecordListTooLarge or
        ErrorCode.InvalidMsg or ErrorCode.InvalidRecord or ErrorCode.InvalidTimestamp or ErrorCode.Local_BadMsg or
        ErrorCode.TopicAuthorizationFailed or ErrorCode.TopicException or ErrorCode.PolicyViolation or
        ErrorCode.UnsupportedCompressionType or ErrorCode.UnsupportedForMessageFormat or ErrorCode.UnsupportedVersion or
        ErrorCode.InvalidRequiredAcks or ErrorCode.Local_InvalidArg or
        ErrorCode.Local_KeySerialization or ErrorCode.Local_ValueSerialization;

    /// <summary>
    /// Whether the topic is not there. It may have been deleted, or a broker that has just started knows too little; in neither case is it the
    /// message's fault: the topic is looked for, created if need be, and the message is sent again.
    /// </summary>
    public static bool IsTopicMissing(ErrorCode code) => code is
        ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition;

    /// <summary>Whether a broker found the batch too large that the message was in, or the message itself.</summary>
    public static bool IsTooLarge(ErrorCode code) => code is ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge;

    /// <summary>Whether the error tells of the producer and not of the message that carries it.</summary>
    public static bool IsProducers(Error error) => error.IsFatal || error.Code is
        ErrorCode.Local_Fatal or ErrorCode.Local_PurgeQueue or ErrorCode.Local_PurgeInflight or ErrorCode.Local_Destroy or
        ErrorCode.OutOfOrderSequenceNumber or ErrorCode.UnknownProducerId or ErrorCode.InvalidProducerEpoch or
        ErrorCode.ProducerFenced or ErrorCode.Local_Fenced or ErrorCode.ClusterAuthorizationFailed;

    /// <summary>The error as text: the protocol's name of it, the library's words and, where the settings cause it, what to do.</summary>
    public static string Describe(Error error) => error.Code == ErrorCode.InvalidSessionTimeout
        ? $"{error.Code}: {error.Reason}. Set kafka.session_timeout_seconds between the broker's group.min.session.timeout.ms (6 s by default) and "
            + "group.max.session.timeout.ms"
        : $"{error.Code}: {error.Reason}";
}
