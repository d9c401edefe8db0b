using Confluent.Kafka;

namespace MarketData.Kafka.Tests.Support;

/// <summary>Kafka's protocol: the numbers of requests and errors that tests make brokers answer with.</summary>
internal static class KafkaProtocol
{
    public const short FetchApi = 1;
    public const short OffsetCommitApi = 8;
    public const short OffsetFetchApi = 9;
    public const short JoinGroupApi = 11;
    public const short InitProducerIdApi = 22;

    public const int UnknownTopic = (int)ErrorCode.UnknownTopicOrPart;
    public const int NotLeader = (int)ErrorCode.NotLeaderForPartition;
    public const int RequestTimedOut = (int)ErrorCode.RequestTimedOut;
    public const int NotEnoughReplicas = (int)ErrorCode.NotEnoughReplicas;
    public const int InvalidSessionTimeout = (int)ErrorCode.InvalidSessionTimeout;
    public const int MessageTooLarge = (int)ErrorCode.MsgSizeTooLarge;
    public const int TopicAuthorizationFailed = (int)ErrorCode.TopicAuthorizationFailed;
    public const int GroupAuthorizationFailed = (int)ErrorCode.GroupAuthorizationFailed;
    public const int ClusterAuthorizationFailed = (int)ErrorCode.ClusterAuthorizationFailed;
    public const int OutOfOrderSequence = (int)ErrorCode.OutOfOrderSequenceNumber;
}
