using System.Text.Json;
using MarketData.Trades;

namespace MarketData.Kafka.Checkpoints;

/// <summary>What of a trade's JSON says where it stands: <c>{"data_type":"trade",...,"timestamp":1,...,"trade_id":"9","trade_seq":3,...}</c>.</summary>
internal static class TradeRecord
{
    /// <summary>Reads a trade's position; null when the record is no trade.</summary>
    public static TradePosition? Read(ReadOnlySpan<byte> value)
    {
        long? sequence = null, time = null;
        string? id = null;
        try
        {
            var json = new Utf8JsonReader(value);
            while (json.Read())
            {
                if (json.TokenType != JsonTokenType.PropertyName || json.CurrentDepth != 1)
                    continue;
                if (json.ValueTextEquals("trade_seq"u8) && json.Read())
                    sequence = json.GetInt64();
                else if (json.ValueTextEquals("timestamp"u8) && json.Read())
                    time = json.GetInt64();
                else if (json.ValueTextEquals("trade_id"u8) && json.Read())
                    id = json.GetString();
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
        return sequence is { } s && id is not null ? new TradePosition(s, id, time ?? 0) : null;
    }
}
