using System.Text.Json;

namespace MarketData.Cli.Tests.Recorded;

/// <summary>What a correct reader of a recorded session publishes, read straight from the file with <see cref="JsonDocument"/>.</summary>
internal sealed class RecordedSession
{
    private readonly SortedDictionary<string, RecordedBookReader> _books = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, List<JsonElement>> _trades = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, List<JsonElement>> _tickers = new(StringComparer.Ordinal);
    private readonly List<(string Instrument, JsonElement Data, string Missing)> _unusable = [];

    /// <summary>Books by instrument; without those that nothing may be published of.</summary>
    public IReadOnlyDictionary<string, RecordedBookReader> Books => _books.Where(book => book.Value.States.Count > 0).ToDictionary();

    /// <summary>Trades by instrument, each once, in the order of their sequence.</summary>
    public IReadOnlyDictionary<string, List<JsonElement>> Trades => _trades;

    /// <summary>Tickers by instrument, in the order of the file.</summary>
    public IReadOnlyDictionary<string, List<JsonElement>> Tickers => _tickers;

    /// <summary>Frames of channels that are collected which cannot be used, with the member they lack.</summary>
    public IReadOnlyList<(string Instrument, JsonElement Data, string Missing)> Unusable => _unusable;

    public static RecordedSession Read(string file)
    {
        var session = new RecordedSession();
        foreach (var line in File.ReadLines(file).Where(line => line.Length > 0))
        {
            var frame = JsonDocument.Parse(line).RootElement;
            if (frame.ValueKind == JsonValueKind.Object
                && frame.TryGetProperty("method", out var method) && method.GetString() == "subscription")
                session.Take(frame.GetProperty("params"));
        }

        foreach (var trades in session._trades.Values)
            trades.Sort((left, right) => Sequence(left).CompareTo(Sequence(right)));
        return session;
    }

    private void Take(JsonElement parameters)
    {
        var channel = parameters.GetProperty("channel").GetString()!.Split('.');
        var data = parameters.GetProperty("data");
        switch (channel)
        {
            // Grouped books (book.X.none.20.100ms) are no chain of changes and are not collected.
            case ["book", var name, _]:
                TakeBook(name, data);
                break;
            case ["ticker", var name, _]:
                Of(_tickers, name).Add(data);
                break;
            case ["trades", ..]:
                foreach (var trade in data.EnumerateArray())
                    TakeTrade(trade);
                break;
        }
    }

    private void TakeBook(string name, JsonElement data)
    {
        if (new[] { "change_id", "bids", "asks" }.FirstOrDefault(member => !data.TryGetProperty(member, out _)) is { } missing)
        {
            _unusable.Add((name, data, missing));
            return;
        }

        if (!_books.TryGetValue(name, out var book))
            _books.Add(name, book = new RecordedBookReader());
        book.Apply(data);
    }

    private void TakeTrade(JsonElement trade)
    {
        var trades = Of(_trades, trade.GetProperty("instrument_name").GetString()!);
        if (trades.TrueForAll(known => Sequence(known) != Sequence(trade)))
            trades.Add(trade);
    }

    private static long Sequence(JsonElement trade) => trade.GetProperty("trade_seq").GetInt64();

    private static List<JsonElement> Of(SortedDictionary<string, List<JsonElement>> lists, string name) =>
        lists.TryGetValue(name, out var list) ? list : lists[name] = [];
}
