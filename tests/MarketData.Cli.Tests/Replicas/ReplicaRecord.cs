using System.Text;
using System.Text.Json;

using Confluent.Kafka;

using MarketData.Cli.Tests.Rigs;

namespace MarketData.Cli.Tests.Replicas;

/// <summary>One record of a topic with where and when it was stored, as an independent client reads it.</summary>
internal sealed record ReplicaRecord(string Key, string Source, int Partition, long Offset, long CreatedUnixMs, byte[] Value)
{
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
    public static List<ReplicaRecord> ReadAll(string bootstrapServers, string topic) =>
        [.. IndependentReader.ReadAll(bootstrapServers, topic).Where(result => result.Message.Value is not null).Select(Of)];

    private static ReplicaRecord Of(ConsumeResult<string, byte[]> result) => new(
        result.Message.Key ?? "",
        result.Message.Headers.TryGetLastBytes("source", out var source) ? Encoding.UTF8.GetString(source) : "",
        result.Partition.Value,
        result.Offset.Value,
        result.Message.Timestamp.UnixTimestampMs,
        result.Message.Value);
}
