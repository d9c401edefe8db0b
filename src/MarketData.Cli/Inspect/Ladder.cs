using System.Globalization;
using System.Text.Json;

namespace MarketData.Cli.Inspect;

/// <summary>Draws a book as a ladder: asks above, bids below, best prices in the middle.</summary>
internal static class Ladder
{
    private const int BarWidth = 24;

    public static void Write(TextWriter output, string key, ReadOnlyMemory<byte> bookJson, TimeSpan? timeToLive, int depth)
    {
        using var document = JsonDocument.Parse(bookJson);
        var book = document.RootElement;
        var asks = Levels(book.GetProperty("asks"), depth);
        var bids = Levels(book.GetProperty("bids"), depth);
        var largest = asks.Concat(bids).Select(level => level.Amount).DefaultIfEmpty(1).Max();
        var time = DateTimeOffset.FromUnixTimeMilliseconds(book.GetProperty("timestamp").GetInt64());
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{key}  change_id {book.GetProperty("change_id").GetInt64()}  exchange time {time:yyyy-MM-dd HH:mm:ss.fff}Z") +
            (timeToLive is { } ttl ? string.Create(CultureInfo.InvariantCulture, $"  (current for {ttl.TotalSeconds:0.0} s more)") : ""));
        output.WriteLine($"{"amount",16}  {"price",14}");
        foreach (var level in Enumerable.Reverse(asks))
            output.WriteLine(Line(level, largest, "ask"));
        output.WriteLine(asks.Count > 0 && bids.Count > 0
            ? $"{"",16}  {"spread " + Number(asks[0].Price - bids[0].Price),14}"
            : $"{"",16}  {"one-sided",14}");
        foreach (var level in bids)
            output.WriteLine(Line(level, largest, "bid"));
    }

    private static string Line(BookLevel level, decimal largest, string side)
    {
        var bar = largest > 0 ? (int)Math.Ceiling(level.Amount / largest * BarWidth) : 0;
        return $"{Number(level.Amount),16}  {Number(level.Price),14}  {side} {new string('#', Math.Clamp(bar, 0, BarWidth))}";
    }

    private static List<BookLevel> Levels(JsonElement side, int depth) =>
    [
        .. side.EnumerateArray().Take(depth)
            .Select(level => new BookLevel(level.GetProperty("price").GetDecimal(), level.GetProperty("amount").GetDecimal())),
    ];

    private static string Number(decimal value) => value.ToString("0.############", CultureInfo.InvariantCulture);
}
