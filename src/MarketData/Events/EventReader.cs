using System.Text.Json;

namespace MarketData.Events;

/// <summary>
/// Reads back the JSON of the unified schema, for those who read the ledger and the topics. Comes in: the bytes of one record. Goes out: the
/// event, exactly. Members that this version does not know are skipped, as the schema only ever grows. Owns: nothing; any thread.
/// <code>
/// {"data_type":"integrity","exchange":"x","instrument_name":"A-B","timestamp":0,"received_at":1700000000000000000,"channel":"trade",
///  "kind":"trade_gap","from_id":5,"to_id":7,"from_time":null,"to_time":1700000000000,"detail":"3 trades are missing."}
/// </code>
/// </summary>
public static partial class EventReader
{
    /// <summary>Reads an integrity event.</summary>
    /// <param name="json">One JSON object in UTF-8.</param>
    /// <param name="epoch">The connection generation, from the record's header.</param>
    /// <param name="integrity">The event; null unless the answer is <see cref="EventRead.Ok"/>. Its key is made from exchange and name.</param>
    public static EventRead ReadIntegrity(ReadOnlyMemory<byte> json, long epoch, out IntegrityEvent? integrity)
    {
        integrity = null;
        using var document = Parse(json);
        if (document is null) return EventRead.Malformed;
        var members = new EventMembers(document.RootElement);
        if (members.Text("data_type") is not "integrity" and not "") return EventRead.Unknown;
        var read = Integrity(HeadOf(members, epoch), members, out var isKnown);
        if (members.Fault is not null) return EventRead.Malformed;
        if (!isKnown) return EventRead.Unknown;
        integrity = read;
        return EventRead.Ok;
    }

    /// <summary>Reads what is common to the events on the data topics.</summary>
    /// <param name="json">One JSON object in UTF-8.</param>
    /// <param name="head">What was read; only of use when the answer is <see cref="EventRead.Ok"/>.</param>
    public static EventRead ReadHead(ReadOnlyMemory<byte> json, out EventHead head)
    {
        head = default;
        using var document = Parse(json);
        if (document is null) return EventRead.Malformed;
        var root = document.RootElement;
        var isWhole = Text(root, "data_type", out var type) is true
            & Number(root, "timestamp", out var time) is true
            & Number(root, "received_at", out var receivedAt) is true
            & Number(root, "verified_at", out var verifiedAt) is not false
            & Number(root, "trade_seq", out var sequence) is not false
            & Text(root, "trade_id", out var id) is not false
            & Text(root, "source", out var source) is not false;
        if (!isWhole || (type == "trade" && (sequence is null || id is null))) return EventRead.Malformed;
        head = new EventHead(type!, time!.Value, receivedAt!.Value, verifiedAt, sequence, id, source == "backfill");
        return type is "orderbook" or "trade" or "ticker" ? EventRead.Ok : EventRead.Unknown;
    }

    private static JsonDocument? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
        }
        catch (JsonException)
        {
            // Said by the answer.
        }

        return null;
    }

    // True: there; null: null or not there; false: something else.
    private static bool? Text(JsonElement root, string name, out string? value)
    {
        value = null;
        try
        {
            if (!root.TryGetProperty(name, out var member) || member.ValueKind == JsonValueKind.Null) return null;
            if (member.ValueKind != JsonValueKind.String) return false;
            value = member.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            // Bytes or an escape that are no text, in the value or in a name that the search met.
            return false;
        }
    }

    private static bool? Number(JsonElement root, string name, out long? value)
    {
        value = null;
        try
        {
            if (!root.TryGetProperty(name, out var member) || member.ValueKind == JsonValueKind.Null) return null;
            if (member.ValueKind != JsonValueKind.Number || !member.TryGetInt64(out var number)) return false;
            value = number;
            return true;
        }
        catch (InvalidOperationException)
        {
            // A name that the search met is no text.
            return false;
        }
    }
}
