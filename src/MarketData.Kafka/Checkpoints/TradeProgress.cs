using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace MarketData.Kafka.Checkpoints;

/// <summary>
/// How far a process's checkpoints cover one partition of the trades' topic, so that a quiet instrument's old checkpoint does not mean a
/// long search: <c>progress/host/trades/7</c> = <c>{"offset":99,"process":"0f3c..."}</c>.
/// </summary>
/// <param name="Offset">Every trade of the process up to this offset is in its instrument's checkpoint.</param>
/// <param name="Process">The process, as its checkpoints name it; another name after each loss of an instrument.</param>
internal sealed record TradeProgress(long Offset, string Process)
{
    private const string Prefix = "progress/";

    /// <summary>The key of a process's progress in a partition.</summary>
    public static string KeyOf(string source, int partition) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{source}/{partition}");

    /// <summary>The partition that a key is about; -1 when it is no progress.</summary>
    public static int PartitionOf(string key) => key.StartsWith(Prefix, StringComparison.Ordinal)
        && int.TryParse(key.AsSpan(key.LastIndexOf('/') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
            ? partition
            : -1;

    /// <summary>The JSON.</summary>
    public byte[] Write()
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteNumber("offset", Offset);
            json.WriteString("process", Process);
            json.WriteEndObject();
        }
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads the JSON; null when it is none of ours.</summary>
    public static TradeProgress? Read(ReadOnlyMemory<byte> value)
    {
        try
        {
            using var json = JsonDocument.Parse(value);
            return new TradeProgress(
                json.RootElement.GetProperty("offset").GetInt64(), json.RootElement.GetProperty("process").GetString() ?? "");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
