using System.Text;
using System.Text.Json;
using MarketData.Exchanges;

namespace MarketData.Symbols;

/// <summary>
/// The records of <c>market.symbols</c>, both ways. Anybody with access to the topic can write there, so nothing is taken on trust.
/// <para>Sample: key <c>deribit.BTC-*</c>, value <c>{"enabled":true,"kinds":["orderbook","trade","ticker"]}</c>; no value removes it.</para>
/// </summary>
public static class SymbolRecord
{
    /// <summary>Longest value that is looked at, in bytes.</summary>
    public const int MaxValueBytes = 4_096;

    private const int MaxExchangeLength = 32;
    private const int MaxDepth = 8;

    private static readonly (string Word, DataKind Kind)[] s_kinds =
        [("orderbook", DataKind.OrderBook), ("trade", DataKind.Trade), ("ticker", DataKind.Ticker)];

    /// <summary>The words for kinds of data, in their order in a record.</summary>
    public static IReadOnlyList<string> KindWords { get; } = [.. s_kinds.Select(kind => kind.Word)];

    /// <summary>Takes a key apart.</summary>
    /// <param name="key">The key; null when the record has none.</param>
    /// <param name="entry">The entry of that key with all defaults; null when the key cannot be used.</param>
    /// <returns>Why the key cannot be used, as part of a sentence; empty when it can.</returns>
    public static string ReadKey(string? key, out SymbolEntry? entry)
    {
        entry = null;
        var dot = key?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        if (key is null || dot is <= 0 or > MaxExchangeLength
            || !key[..dot].All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '_'))
            return "its key does not begin with an exchange's name in lower case and a dot";
        if (SymbolSelector.TryParse(key[(dot + 1)..], out var fault) is null)
            return fault;
        entry = new SymbolEntry { Exchange = key[..dot], Selector = key[(dot + 1)..] };
        return "";
    }

    /// <summary>Reads a value into an entry.</summary>
    /// <param name="value">The value's bytes.</param>
    /// <param name="entry">The entry that the key gave; completed when the value can be used.</param>
    /// <returns>Why the value cannot be used, as part of a sentence; empty when it can.</returns>
    public static string ReadValue(ReadOnlyMemory<byte> value, ref SymbolEntry entry)
    {
        if (value.Length > MaxValueBytes)
            return $"its value is longer than {MaxValueBytes} bytes";
        try
        {
            using var json = JsonDocument.Parse(value, new JsonDocumentOptions { MaxDepth = MaxDepth });
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                return "its value is no JSON object";
            var enabled = true;
            var kinds = SymbolEntry.AllKinds;
            foreach (var member in json.RootElement.EnumerateObject())
            {
                // Members that are not known yet are somebody's later addition.
                if (member.NameEquals("enabled"u8))
                {
                    if (member.Value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
                        return "\"enabled\" is not true or false";
                    enabled = member.Value.GetBoolean();
                }
                else if (member.NameEquals("kinds"u8) && ReadKinds(member.Value, out kinds) is { Length: > 0 } fault)
                {
                    return fault;
                }
            }

            entry = entry with { Enabled = enabled, Kinds = kinds };
            return "";
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second is a text that is no UTF-8.
            return "its value is no JSON";
        }
    }

    /// <summary>The value of an entry's record.</summary>
    /// <param name="entry">The entry.</param>
    public static byte[] WriteValue(SymbolEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var kinds = string.Join(',', Words(entry.Kinds).Select(word => $"\"{word}\""));
        return Encoding.UTF8.GetBytes($$"""{"enabled":{{(entry.Enabled ? "true" : "false")}},"kinds":[{{kinds}}]}""");
    }

    /// <summary>The words of kinds.</summary>
    /// <param name="kinds">The kinds.</param>
    public static IEnumerable<string> Words(DataKind kinds) => s_kinds.Where(one => kinds.HasFlag(one.Kind)).Select(one => one.Word);

    /// <summary>The kind that a word means; <see cref="DataKind.None"/> for an unknown one.</summary>
    /// <param name="word">For example <c>orderbook</c>.</param>
    public static DataKind KindOf(string word) => Array.Find(s_kinds, one => one.Word == word).Kind;

    private static string ReadKinds(JsonElement value, out DataKind kinds)
    {
        kinds = DataKind.None;
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
            return "\"kinds\" is no list of kinds";
        foreach (var item in value.EnumerateArray())
        {
            var word = item.ValueKind == JsonValueKind.String ? item.GetString()! : "";
            if (KindOf(word) is not (not DataKind.None and var kind))
                return $"\"kinds\" has {SymbolHints.Quote(word)}; known are {string.Join(", ", KindWords)}";
            kinds |= kind;
        }

        return "";
    }
}
