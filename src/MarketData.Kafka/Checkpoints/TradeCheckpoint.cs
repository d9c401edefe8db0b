using System.Buffers;
using System.Text.Json;
using MarketData.Trades;

namespace MarketData.Kafka.Checkpoints;

/// <summary>
/// How far one trade tape is durable:
/// <c>trade/deribit.BTC-PERPETUAL</c> = <c>{"seq":1234,"id":"5678","time":1795447094480,"partition":7,"offset":99,"process":"0f3c..."}</c>.
/// </summary>
/// <param name="Position">The last trade without a hole before it.</param>
/// <param name="Partition">The partition of the trades' topic that holds the tape.</param>
/// <param name="Offset">Every trade up to the position stands at or before this offset.</param>
/// <param name="Process">The process that wrote it.</param>
internal sealed record TradeCheckpoint(TradePosition Position, int Partition, long Offset, string Process)
{
    private const string Prefix = "trade/";

    /// <summary>The key of an instrument's checkpoint.</summary>
    public static string KeyOf(string instrument) => Prefix + instrument;

    /// <summary>The instrument's key; null when the key is no checkpoint's.</summary>
    public static string? InstrumentOf(string key) => key.StartsWith(Prefix, StringComparison.Ordinal) ? key[Prefix.Length..] : null;

    /// <summary>The JSON.</summary>
    public byte[] Write()
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteNumber("seq", Position.TradeSequence);
            json.WriteString("id", Position.TradeId);
            json.WriteNumber("time", Position.ExchangeTimeUnixMs);
            json.WriteNumber("partition", Partition);
            json.WriteNumber("offset", Offset);
            json.WriteString("process", Process);
            json.WriteEndObject();
        }
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads the JSON; null when it is none of ours.</summary>
    public static TradeCheckpoint? Read(ReadOnlyMemory<byte> value)
    {
        try
        {
            using var json = JsonDocument.Parse(value);
            var root = json.RootElement;
            var position = new TradePosition(
                root.GetProperty("seq").GetInt64(), root.GetProperty("id").GetString() ?? "", root.GetProperty("time").GetInt64());
            return new TradeCheckpoint(
                position,
                root.GetProperty("partition").GetInt32(),
                root.GetProperty("offset").GetInt64(),
                root.GetProperty("process").GetString() ?? "");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
