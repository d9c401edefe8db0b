using System.Text;
using System.Text.Json;

using Confluent.Kafka;

namespace MarketData.Cli.Tests.Replicas;

/// <summary>One record of a topic with where and when it was stored, as an independent client reads it.</summary>
internal sealed record ReplicaRecord(string Key, string Source, int Partition, long Offset, long CreatedUnixMs, byte[] Value)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public string? Text(string name)
    {
        using var json = JsonDocument.Parse(Value);
        return json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    public long Number(string name)
    {
        using var json = JsonDocument.Parse(Value);
        return json.RootElement.GetProperty(name).GetInt64();
    }

    /// <summary>All records of a topic, in the order of each key.</summary>
    public static List<ReplicaRecord> ReadAll(string bootstrapServers, string topic)
    {
        using var consumer = new ConsumerBuilder<string, byte[]>(new ConsumerConfig
        {
            BootstrapServers = bootstrapServers,
            GroupId = "independent",
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            FetchWaitMaxMs = 10,
        }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var open = admin.GetMetadata(topic, TimeSpan.FromSeconds(10)).Topics[0].Partitions.Select(one => one.PartitionId).ToHashSet();
        consumer.Assign(open.Select(partition => new TopicPartitionOffset(topic, partition, Confluent.Kafka.Offset.Beginning)));
        var records = new List<ReplicaRecord>();
        var started = TimeProvider.System.GetTimestamp();
        while (open.Count > 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Deadline, $"{topic} could not be read to its end.");
            if (consumer.Consume(TimeSpan.FromMilliseconds(100)) is not { } result)
                continue;
            if (result.IsPartitionEOF)
                open.Remove(result.Partition.Value);
            else if (result.Message.Value is not null)
                records.Add(Of(result));
        }

        return records;
    }

    private static ReplicaRecord Of(ConsumeResult<string, byte[]> result) => new(
        result.Message.Key ?? "",
        result.Message.Headers.TryGetLastBytes("source", out var source) ? Encoding.UTF8.GetString(source) : "",
        result.Partition.Value,
        result.Offset.Value,
        result.Message.Timestamp.UnixTimestampMs,
        result.Message.Value);
}
