using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Deribit.Simulator.Channels;

namespace Deribit.Simulator.Faults;

/// <summary>
/// Faults in the content: the JSON stays well formed (but for a repeated key) and lies. Numbers not concerned keep their spelling.
/// </summary>
internal static class JsonFaults
{
    private const int DefaultHostileCharacters = 100_000;
    private const int DefaultManyLevels = 200_000;
    private static readonly JsonDocumentOptions Lenient = new() { MaxDepth = 64 };

    /// <summary>The spoiled frame, or null when the fault does not fit this frame.</summary>
    public static byte[]? Spoil(Fault fault, byte[] payload, Venue venue)
    {
        var root = JsonNode.Parse(payload, documentOptions: Lenient)!.AsObject();
        var parameters = root["params"]!.AsObject();
        if (fault.Kind == FaultKind.UnknownChannel)
        {
            parameters["channel"] = "nobody.asked.for.this";
            return Encode(root);
        }

        if (fault.Kind == FaultKind.HostileText)
        {
            var forged = "nobody.\r\n2026-01-01T00:00:00Z CRITICAL forged.\u001b[31m.";
            parameters["channel"] = forged.PadRight(fault.Size == 0 ? DefaultHostileCharacters : fault.Size, 'x');
            return Encode(root);
        }

        var channel = parameters["channel"]!.GetValue<string>();
        var data = parameters["data"];
        var done = data switch
        {
            JsonArray { Count: > 0 } trades => SpoilFields(fault.Kind, trades[0]!.AsObject(), "trade_seq", "price", "amount", "direction"),
            JsonObject book when channel.StartsWith("book.", StringComparison.Ordinal) => SpoilBook(fault, book, venue),
            JsonObject other => SpoilFields(fault.Kind, other, "timestamp", "best_bid_price", "best_bid_amount", "state"),
            _ => false,
        };
        if (!done)
        {
            return null;
        }

        var spoiled = Encode(root);
        return fault.Kind == FaultKind.DuplicateKey ? RepeatKey(spoiled) : spoiled;
    }

    private static bool SpoilFields(FaultKind kind, JsonObject item, string id, string price, string amount, string word)
    {
        switch (kind)
        {
            case FaultKind.NegativeAmount when item.ContainsKey(amount):
                item[amount] = -1m;
                return true;
            case FaultKind.ZeroAmount when item.ContainsKey(amount) && id == "trade_seq":
                item[amount] = 0m;
                return true;
            case FaultKind.MissingField:
                return item.Remove(id);
            case FaultKind.NullField:
                return SetNull(item, id == "timestamp" ? [price, "best_ask_price", "best_ask_amount"] : ["mark_price", "index_price"]);
            case FaultKind.MissingOptionalField:
                return Remove(item, "greeks", "index_price", "mark_price");
            case FaultKind.ChangedType:
                item[id] = new JsonObject { ["value"] = item[id]?.DeepClone() };
                return true;
            case FaultKind.UnknownEnum when item.ContainsKey(word):
                item[word] = "sideways";
                return true;
            case FaultKind.OffTickPrice when Number(item[price]) is { } value:
                item[price] = value + 0.0000001m;
                return true;
            case FaultKind.DuplicateKey:
                return true;
            default:
                return false;
        }
    }

    private static bool SpoilBook(Fault fault, JsonObject book, Venue venue)
    {
        var bids = book["bids"]!.AsArray();
        var asks = book["asks"]!.AsArray();
        var set = bids.Concat(asks).FirstOrDefault(IsSet)?.AsArray();
        switch (fault.Kind)
        {
            case FaultKind.NegativeAmount when set is not null:
                set[^1] = -1m;
                return true;
            case FaultKind.ZeroAmount when set is not null:
                set[^1] = 0m;
                return true;
            case FaultKind.OffTickPrice when set is not null:
                set[^2] = Number(set[^2]) + 0.0000001m;
                return true;
            case FaultKind.WrongAmount when set is not null:
                set[^1] = Number(set[^1]) * 2;
                return true;
            case FaultKind.ManyLevels:
                for (var i = 1; i <= (fault.Size == 0 ? DefaultManyLevels : fault.Size); i++)
                {
                    bids.Add(new JsonArray("new", -i, 1m));
                }

                return true;
            case FaultKind.UnknownAction when (set ?? bids.Concat(asks).FirstOrDefault()) is JsonArray { Count: 3 } entry:
                entry[0] = "explode";
                return true;
            case FaultKind.DeleteUnknownLevel:
                bids.Add(new JsonArray("delete", 0.12345678m, 0m));
                return true;
            case FaultKind.CrossedBook:
                return Cross(bids, asks, venue.BestPrices(book["instrument_name"]!.GetValue<string>()));
            case FaultKind.MissingField:
                return book.Remove("change_id");
            case FaultKind.MissingOptionalField:
                return book.Remove("type");
            case FaultKind.ChangedType:
                book["change_id"] = new JsonArray(book["change_id"]?.DeepClone());
                return true;
            case FaultKind.UnknownEnum when book.ContainsKey("type"):
                book["type"] = "sideways";
                return true;
            case FaultKind.DuplicateKey:
                return true;
            default:
                return false;
        }
    }

    private static bool SetNull(JsonObject item, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            item[name] = null;
        }

        return true;
    }

    private static bool Remove(JsonObject item, params ReadOnlySpan<string> names)
    {
        var removed = false;
        foreach (var name in names)
        {
            removed |= item.Remove(name);
        }

        return removed;
    }

    private static bool Cross(JsonArray bids, JsonArray asks, (decimal? Bid, decimal? Ask) best)
    {
        if (best.Ask is { } ask)
        {
            bids.Insert(0, new JsonArray("new", ask + Math.Max(1m, Math.Round(Math.Abs(ask) * 0.01m)), 1m));
        }
        else if (best.Bid is { } bid)
        {
            asks.Insert(0, new JsonArray("new", bid - Math.Max(1m, Math.Round(Math.Abs(bid) * 0.01m)), 1m));
        }
        else
        {
            return false;
        }

        return true;
    }

    private static bool IsSet(JsonNode? entry) => entry is JsonArray { Count: 3 } level && level[0]!.GetValue<string>() != "delete";

    private static decimal? Number(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.Number
            ? decimal.Parse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture)
            : null;

    // {"timestamp":0,"timestamp":1700000000000}: which of the two counts is the reader's choice, and that is the trouble.
    private static byte[] RepeatKey(byte[] frame)
    {
        var text = Encoding.UTF8.GetString(frame);
        var at = text.IndexOf("\"timestamp\":", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(at < 0 ? text : text.Insert(at, "\"timestamp\":0,"));
    }

    private static byte[] Encode(JsonObject root) => Encoding.UTF8.GetBytes(root.ToJsonString());
}
