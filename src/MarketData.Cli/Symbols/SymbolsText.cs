using System.Text.Json;

using MarketData.Cli.Up;
using MarketData.Symbols;

namespace MarketData.Cli.Symbols;

/// <summary>How entries look on a terminal: what may be long stands last, so that a narrow one shows it whole.</summary>
internal static class SymbolsText
{
    private const int KindsWidth = 22;
    private const int CountWidth = 7;

    public static string Kinds(DataKind kinds) => string.Join(' ', SymbolRecord.Words(kinds));

    public static string Instruments(int count) => count == 1 ? "1 instrument" : $"{Format.Count(count)} instruments";

    public static void WriteTable(TextWriter output, IReadOnlyList<(SymbolEntry Entry, int? Matches)> lines)
    {
        output.WriteLine($"{"Matches",CountWidth}  {"Kinds",-KindsWidth}  Entry");
        foreach (var (entry, matches) in lines)
        {
            var count = !entry.Enabled ? "off" : matches is { } known ? Format.Count(known) : "?";
            output.WriteLine($"{count,CountWidth}  {Kinds(entry.Kinds),-KindsWidth}  {entry.Selector}");
        }
    }

    public static void WriteJson(TextWriter output, SymbolEntry entry, int? matches)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("exchange", entry.Exchange);
            json.WriteString("selector", entry.Selector);
            json.WriteBoolean("enabled", entry.Enabled);
            json.WriteStartArray("kinds");
            foreach (var word in SymbolRecord.Words(entry.Kinds))
                json.WriteStringValue(word);
            json.WriteEndArray();
            if (matches is { } known)
                json.WriteNumber("matches", known);
            else
                json.WriteNull("matches");
            json.WriteEndObject();
        }

        output.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }
}
