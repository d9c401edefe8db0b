using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace MarketData.Kafka.Checkpoints;

/// <summary>Asks where the partitions of a topic end.</summary>
internal static class TopicEnds
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>The offset behind the last record of each partition.</summary>
    /// <exception cref="KafkaException">The brokers did not say.</exception>
    public static Task<long[]> AskAsync(Handle client, string topic, int partitions, CancellationToken cancellationToken) =>
        AskAsync(client, topic, partitions, OffsetSpec.Latest(), cancellationToken);

    /// <summary>The offset of the oldest record that each partition keeps.</summary>
    /// <exception cref="KafkaException">The brokers did not say.</exception>
    public static Task<long[]> AskBeginningsAsync(Handle client, string topic, int partitions, CancellationToken cancellationToken) =>
        AskAsync(client, topic, partitions, OffsetSpec.Earliest(), cancellationToken);

    private static async Task<long[]> AskAsync(
        Handle client, string topic, int partitions, OffsetSpec which, CancellationToken cancellationToken)
    {
        using var admin = new DependentAdminClientBuilder(client).Build();
        var question = Enumerable.Range(0, partitions).Select(partition => new TopicPartitionOffsetSpec
        {
            TopicPartition = new TopicPartition(topic, partition),
            OffsetSpec = which,
        });
        var answer = await admin.ListOffsetsAsync(question, new ListOffsetsOptions { RequestTimeout = Timeout }).WaitAsync(cancellationToken);
        var offsets = new long[partitions];
        foreach (var info in answer.ResultInfos)
            offsets[info.TopicPartitionOffsetError.Partition.Value] = info.TopicPartitionOffsetError.Offset.Value;
        return offsets;
    }
}
