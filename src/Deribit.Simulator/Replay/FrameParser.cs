using System.Globalization;
using System.Text.Json;
using Deribit.Simulator.Channels;

namespace Deribit.Simulator.Replay;

/// <summary>In: one line of a recording. Out: the notification in it, or null for anything else.</summary>
internal static class FrameParser
{
    /// <exception cref="JsonException">The line is not JSON.</exception>
    public static RecordedFrame? Parse(ReadOnlyMemory<byte> line, double? receivedMs, double lastMs)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("method", out var method) || method.ValueKind != JsonValueKind.String
            || !method.ValueEquals("subscription")
            || !root.TryGetProperty("params", out var parameters) || parameters.ValueKind != JsonValueKind.Object
            || !parameters.TryGetProperty("channel", out var channel) || channel.ValueKind != JsonValueKind.String
            || !parameters.TryGetProperty("data", out var data))
        {
            return null;
        }

        var name = channel.GetString()!;
        var parsed = ChannelName.Parse(name) ?? new ChannelName(ChannelFamily.Other, name, "", "", "", 0, "");
        var (start, end, dataRange) = Locate(line.Span);
        var trades = parsed.Family is ChannelFamily.Trades or ChannelFamily.TradesByKind && data.ValueKind == JsonValueKind.Array
            ? Trades(line, data, dataRange)
            : [];
        return new RecordedFrame
        {
            Line = line,
            ChannelStart = start,
            ChannelEnd = end,
            Channel = parsed,
            ChannelText = name,
            Data = dataRange,
            TimeMs = receivedMs ?? Timestamp(data) ?? lastMs,
            PriceScale = Decimals(data, "price", 0),
            AmountScale = Decimals(data, "amount", 1),
            Book = parsed.Family == ChannelFamily.Book ? Book(data) : null,
            Trades = trades,
        };
    }

    // A second pass over the tokens finds the places; the document gives no offsets.
    private static (int Start, int End, Range Data) Locate(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        var start = 0;
        var end = 0;
        var data = new Range(0, 0);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 2)
            {
                continue;
            }

            if (reader.ValueTextEquals("channel"u8))
            {
                reader.Read();
                start = (int)reader.TokenStartIndex + 1;
                end = (int)reader.BytesConsumed - 1;
            }
            else if (reader.ValueTextEquals("data"u8))
            {
                reader.Read();
                var from = (int)reader.TokenStartIndex;
                reader.Skip();
                data = from..(int)reader.BytesConsumed;
            }
        }

        return (start, end, data);
    }

    private static double? Timestamp(JsonElement data)
    {
        var item = data.ValueKind == JsonValueKind.Array && data.GetArrayLength() > 0 ? data[0] : data;
        return item.ValueKind == JsonValueKind.Object && Integer(item, "timestamp") is { } timestamp ? timestamp : null;
    }

    private static RecordedBookEvent? Book(JsonElement data)
    {
        // A quoted frame may lack a side. It is served as it is, but what the book was after it is not known.
        if (data.ValueKind != JsonValueKind.Object || Integer(data, "change_id") is not { } id
            || !HasSide(data, "bids") || !HasSide(data, "asks"))
        {
            return null;
        }

        var link = Integer(data, "prev_change_id");
        var type = data.TryGetProperty("type", out var word) && word.ValueKind == JsonValueKind.String ? word.GetString() : null;
        return new RecordedBookEvent(
            id, link, type is null ? link is null : type == "snapshot", Integer(data, "timestamp") ?? 0,
            Levels(data, "bids"), Levels(data, "asks"));
    }

    private static bool HasSide(JsonElement data, string side) =>
        data.TryGetProperty(side, out var levels) && levels.ValueKind == JsonValueKind.Array;

    private static List<RecordedLevel> Levels(JsonElement data, string side)
    {
        var levels = new List<RecordedLevel>();
        foreach (var entry in data.GetProperty(side).EnumerateArray())
        {
            if (entry.ValueKind == JsonValueKind.Array && entry.GetArrayLength() == 3
                && Number(entry[1]) is { } price && Number(entry[2]) is { } amount)
            {
                var gone = entry[0].ValueKind == JsonValueKind.String && entry[0].ValueEquals("delete");
                levels.Add(new RecordedLevel(price, gone ? 0 : amount, entry[1].GetRawText(), entry[2].GetRawText()));
            }
        }

        return levels;
    }

    private static List<RecordedTrade> Trades(ReadOnlyMemory<byte> line, JsonElement data, Range range)
    {
        var trades = new List<RecordedTrade>();
        var reader = new Utf8JsonReader(line.Span[range]);
        reader.Read();
        foreach (var trade in data.EnumerateArray())
        {
            reader.Read();
            var from = (int)reader.TokenStartIndex;
            reader.Skip();
            if (trade.ValueKind == JsonValueKind.Object && trade.TryGetProperty("instrument_name", out var name))
            {
                trades.Add(new RecordedTrade(
                    name.GetString() ?? "", Integer(trade, "trade_seq") ?? 0, Integer(trade, "timestamp") ?? 0,
                    DecimalsOf(trade, "price"), DecimalsOf(trade, "amount"),
                    line[range][from..(int)reader.BytesConsumed]));
            }
        }

        return trades;
    }

    // Levels are [action, price, amount] or [price, amount]; a ticker names its best levels and last price.
    private static int Decimals(JsonElement data, string what, int place)
    {
        if (data.ValueKind != JsonValueKind.Object)
        {
            return 0;
        }

        var most = Math.Max(
            Math.Max(DecimalsOf(data, "best_bid_" + what), DecimalsOf(data, "best_ask_" + what)), DecimalsOf(data, "last_" + what));
        foreach (var side in (ReadOnlySpan<string>)["bids", "asks"])
        {
            if (data.TryGetProperty(side, out var levels) && levels.ValueKind == JsonValueKind.Array)
            {
                foreach (var level in levels.EnumerateArray())
                {
                    if (level.ValueKind == JsonValueKind.Array && level.GetArrayLength() >= 2)
                    {
                        most = Math.Max(most, ScaleOf(Number(level[level.GetArrayLength() - 2 + place])));
                    }
                }
            }
        }

        return most;
    }

    private static int DecimalsOf(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) ? ScaleOf(Number(value)) : 0;

    // Dividing by one in full precision drops trailing zeros.
    private static int ScaleOf(decimal? value) => value is { } number ? (number / 1.000000000000000000000000000000000m).Scale : 0;

    private static long? Integer(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && Number(value) is { } number && number == decimal.Truncate(number) ? (long)number : null;

    private static decimal? Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number
        && decimal.TryParse(value.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
