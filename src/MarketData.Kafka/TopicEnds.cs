using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace MarketData.Kafka;

/// <summary>Asks where partitions begin and end. Any thread.</summary>
internal static class TopicEnds
{
    /// <summary>How long the brokers have for an answer.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>The offset behind the last record of each partition.</summary>
    /// <exception cref="KafkaException">The brokers did not say.</exception>
    public static Task<long[]> AskAsync(Handle client, string topic, int partitions, CancellationToken cancellationToken) =>
        AskAsync(client, topic, partitions, OffsetSpec.Latest(), cancellationToken);

    /// <summary>The offset of the oldest record that each partition keeps.</summary>
    /// <exception cref="KafkaException">The brokers did not say.</exception>
    public static Task<long[]> AskBeginningsAsync(Handle client, string topic, int partitions, CancellationToken cancellationToken) =>
        AskAsync(client, topic, partitions, OffsetSpec.Earliest(), cancellationToken);

    /// <summary>The offsets of partitions of any topics.</summary>
    /// <exception cref="ListOffsetsException">Some have no answer; its result has the others, see <see cref="Answered"/>.</exception>
    /// <exception cref="KafkaException">The brokers did not say.</exception>
    public static async Task<Dictionary<TopicPartition, long>> AskAsync(
        Handle client, IEnumerable<TopicPartition> partitions, OffsetSpec which, CancellationToken cancellationToken)
    {
        using var admin = new DependentAdminClientBuilder(client).Build();
        var question = partitions.Select(partition => new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = which });
        var answer = await admin.ListOffsetsAsync(question, new ListOffsetsOptions { RequestTimeout = Timeout }).WaitAsync(cancellationToken);
        return Answered(answer.ResultInfos);
    }

    /// <summary>The offsets in an answer, without the partitions that have none.</summary>
    public static Dictionary<TopicPartition, long> Answered(IEnumerable<ListOffsetsResultInfo> answers) =>
        answers.Select(info => info.TopicPartitionOffsetError).Where(answer => !answer.Error.IsError)
            .ToDictionary(answer => answer.TopicPartition, answer => answer.Offset.Value);

    private static async Task<long[]> AskAsync(
        Handle client, string topic, int partitions, OffsetSpec which, CancellationToken cancellationToken)
    {
        var offsets = new long[partitions];
        var all = Enumerable.Range(0, partitions).Select(partition => new TopicPartition(topic, partition));
        foreach (var (partition, offset) in await AskAsync(client, all, which, cancellationToken))
            offsets[partition.Partition.Value] = offset;
        return offsets;
    }
}
