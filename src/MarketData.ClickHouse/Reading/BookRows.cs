using System.Globalization;
using MarketData.Coverage;
using MarketData.Events;

namespace MarketData.ClickHouse.Reading;

/// <summary>
/// Makes events of rows, exactly: what .NET's decimal cannot hold is refused, not rounded. Samples of levels, prices and amounts:
/// <c>[92011.5,92011]</c>, <c>[10,0.25]</c>, <c>[]</c>.
/// </summary>
internal static class BookRows
{
    // Any decimal of so many digits is held exactly.
    private const int MostDigits = 28;

    /// <summary>A snapshot or an update.</summary>
    /// <exception cref="IOException">A value is none of its column's.</exception>
    public static OrderBookEvent Read(Instrument instrument, string key, BookAction action, string[] row) => new()
    {
        Exchange = instrument.Exchange,
        InstrumentName = instrument.Name,
        Key = key,
        Action = action,
        ExchangeTimeUnixMs = Whole(row[0]),
        ReceivedAtUnixNs = Whole(row[1]),
        Epoch = Whole(row[2]),
        ChangeId = Whole(row[3]),
        PreviousChangeId = OptionalWhole(row[4]),
        VerifiedAtUnixNs = OptionalWhole(row[5]),
        Bids = Levels(row[6], row[7]),
        Asks = Levels(row[8], row[9]),
        BestBid = Best(row[10], row[11]),
        BestAsk = Best(row[12], row[13]),
    };

    /// <summary>An entry of the ledger; null when this version does not know its kind.</summary>
    /// <exception cref="IOException">A value is none of its column's.</exception>
    public static LedgerEntry? ReadLedger(Instrument instrument, string key, string[] row)
    {
        if (EventJson.KindOf(row[0]) is not { } kind) return null;
        var receivedAt = Whole(row[2]);
        return new LedgerEntry(
            new IntegrityEvent
            {
                Exchange = instrument.Exchange,
                InstrumentName = instrument.Name,
                Key = key,
                Channel = "orderbook",
                Kind = kind,
                ExchangeTimeUnixMs = Whole(row[1]),
                ReceivedAtUnixNs = receivedAt,
                Epoch = Whole(row[3]),
                FromId = OptionalWhole(row[4]),
                ToId = OptionalWhole(row[5]),
                FromTimeUnixMs = OptionalWhole(row[6]),
                ToTimeUnixMs = OptionalWhole(row[7]),
                // With a mark in front: a detail that is empty is not one that is missing.
                Detail = row[8].Length == 0 ? null : row[8][1..],
            },
            Source: "",
            receivedAt / 1_000_000);
    }

    public static long Whole(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : throw Wrong(text);

    private static long? OptionalWhole(string text) => text.Length == 0 ? null : Whole(text);

    private static BookLevel? Best(string price, string amount) => price.Length == 0 ? null : new BookLevel(Exact(price), Exact(amount));

    private static BookLevel[] Levels(string prices, string amounts)
    {
        if (prices.Length < 2 || prices[0] != '[' || amounts.Length < 2 || amounts[0] != '[') throw Wrong($"{prices} {amounts}");
        if (prices == "[]" && amounts == "[]") return [];
        var levels = new List<BookLevel>();
        var amount = amounts.AsSpan(1, amounts.Length - 2);
        foreach (var part in prices.AsSpan(1, prices.Length - 2).Split(','))
        {
            if (amount.IsEmpty) throw Wrong($"{prices} {amounts}");
            var end = amount.IndexOf(',');
            levels.Add(new BookLevel(Exact(prices.AsSpan(1)[part]), Exact(end < 0 ? amount : amount[..end])));
            amount = end < 0 ? [] : amount[(end + 1)..];
        }

        return amount.IsEmpty ? [.. levels] : throw Wrong($"{prices} {amounts}");
    }

    private static decimal Exact(ReadOnlySpan<char> text)
    {
        const NumberStyles Form = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (!decimal.TryParse(text, Form, CultureInfo.InvariantCulture, out var value)) throw Wrong(text.ToString());
        // A longer one was rounded unless it comes back as it was.
        var digits = text.Length - text.Count('.') - text.Count('-');
        return digits <= MostDigits || value.ToString(CultureInfo.InvariantCulture).AsSpan().SequenceEqual(text) ? value : throw Wrong(text.ToString());
    }

    private static IOException Wrong(string text) => new($"It answered '{text}', which is no value that an event can have.");
}
