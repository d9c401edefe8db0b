using System.Buffers;
using MarketData.Books;

namespace MarketData.Events;

/// <summary>
/// Writes events as the JSON of the unified schema (<c>market-data/1</c>): UTF-8, snake_case, members in a fixed order, decimals exact.
/// Comes in: an event. Goes out: its bytes, into the caller's buffer. Owns: nothing; any thread. Allocates nothing beyond what the buffer
/// needs to grow.
/// <code>
/// {"data_type":"trade","exchange":"x","instrument_name":"A-B","timestamp":1700000000000,"received_at":1700000000000000000,"trade_id":"7",
/// ...}
/// </code>
/// </summary>
public static partial class EventJson
{
    /// <summary>The version of the schema, as sent in the <c>schema</c> header.</summary>
    public const string Schema = "market-data/1";

    private static readonly Dictionary<string, IntegrityKind> _kinds =
        Enum.GetValues<IntegrityKind>().ToDictionary(KindName, StringComparer.Ordinal);

    /// <summary>The value of <c>data_type</c> for an event.</summary>
    /// <param name="marketEvent">The event.</param>
    /// <exception cref="ArgumentException">The event is of a kind that the schema does not know.</exception>
    public static string DataType(MarketDataEvent marketEvent) => marketEvent switch
    {
        OrderBookEvent => "orderbook",
        TradeEvent => "trade",
        TickerEvent => "ticker",
        IntegrityEvent => "integrity",
        _ => throw new ArgumentException($"The schema has no data type for {marketEvent.GetType().Name}.", nameof(marketEvent)),
    };

    /// <summary>The schema's word for a kind of integrity event.</summary>
    /// <param name="kind">The kind.</param>
    public static string KindName(IntegrityKind kind) => kind switch
    {
        IntegrityKind.Connected => "connected",
        IntegrityKind.Disconnected => "disconnected",
        IntegrityKind.Gap => "gap",
        IntegrityKind.Resynced => "resynced",
        IntegrityKind.Stale => "stale",
        IntegrityKind.Quarantined => "quarantined",
        IntegrityKind.TradeGap => "trade_gap",
        IntegrityKind.Backfilled => "backfilled",
        IntegrityKind.Unrecoverable => "unrecoverable",
        IntegrityKind.Rejected => "rejected",
        IntegrityKind.Verified => "verified",
        IntegrityKind.Closed => "closed",
        IntegrityKind.Restarted => "restarted",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "The schema has no word for this kind of integrity event."),
    };

    /// <summary>The kind of integrity event that the schema's word means; null when this version does not know it.</summary>
    /// <param name="name">The word.</param>
    public static IntegrityKind? KindOf(string name) => _kinds.TryGetValue(name, out var kind) ? kind : null;

    /// <summary>Writes one event as one JSON object, without a line end.</summary>
    /// <param name="writer">Takes the bytes; reuse one so that nothing is allocated.</param>
    /// <param name="marketEvent">The event.</param>
    /// <exception cref="ArgumentException">The event is of a kind that the schema does not know.</exception>
    public static void Write(IBufferWriter<byte> writer, MarketDataEvent marketEvent)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(marketEvent);
        var json = new JsonOutput(writer);
        switch (marketEvent)
        {
            case OrderBookEvent book: WriteBook(ref json, book); break;
            case TradeEvent trade: WriteTrade(ref json, trade); break;
            case TickerEvent ticker: WriteTicker(ref json, ticker); break;
            case IntegrityEvent integrity: WriteIntegrity(ref json, integrity); break;
            default: _ = DataType(marketEvent); break;
        }

        json.Complete();
    }

    /// <summary>Writes the top of a book as an <c>orderbook</c> snapshot, without building an event.</summary>
    /// <param name="writer">Takes the bytes; reuse one so that nothing is allocated.</param>
    /// <param name="exchange">The exchange's name in lower case.</param>
    /// <param name="instrumentName">The exchange's own name of the instrument.</param>
    /// <param name="exchangeTimeUnixMs">The exchange's time of the book's last change, in milliseconds since the Unix epoch.</param>
    /// <param name="receivedAtUnixNs">Our clock when that change left the socket, in nanoseconds since the Unix epoch.</param>
    /// <param name="changeId">The exchange's id of this state of the book.</param>
    /// <param name="book">The book.</param>
    /// <param name="depth">Most levels per side; zero or more.</param>
    public static void WriteBookSnapshot(
        IBufferWriter<byte> writer,
        string exchange,
        string instrumentName,
        long exchangeTimeUnixMs,
        long receivedAtUnixNs,
        long changeId,
        OrderBook book,
        int depth)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(book);
        ArgumentOutOfRangeException.ThrowIfNegative(depth);
        var json = new JsonOutput(writer);
        WriteHead(ref json, "{\"data_type\":\"orderbook\",\"exchange\":"u8, exchange, instrumentName, exchangeTimeUnixMs, receivedAtUnixNs);
        json.Raw(",\"action\":\"snapshot\",\"bids\":["u8);
        WriteSide(ref json, book, book.BidSide, depth);
        json.Raw("],\"asks\":["u8);
        WriteSide(ref json, book, book.AskSide, depth);
        json.Raw("]"u8);
        WriteBookTail(ref json, changeId, null, book.BestBid, book.BestAsk);
        json.Complete();
    }

    private static void WriteHead(
        ref JsonOutput json,
        ReadOnlySpan<byte> opening,
        string exchange,
        string instrumentName,
        long exchangeTimeUnixMs,
        long receivedAtUnixNs)
    {
        json.Raw(opening);
        json.Text(exchange);
        json.Raw(",\"instrument_name\":"u8);
        json.Text(instrumentName);
        json.Raw(",\"timestamp\":"u8);
        json.Number(exchangeTimeUnixMs);
        json.Raw(",\"received_at\":"u8);
        json.Number(receivedAtUnixNs);
    }

    private static void WriteHead(ref JsonOutput json, ReadOnlySpan<byte> opening, MarketDataEvent marketEvent) =>
        WriteHead(
            ref json,
            opening,
            marketEvent.Exchange,
            marketEvent.InstrumentName,
            marketEvent.ExchangeTimeUnixMs,
            marketEvent.ReceivedAtUnixNs);

    private static void WriteBook(ref JsonOutput json, OrderBookEvent book)
    {
        WriteHead(ref json, "{\"data_type\":\"orderbook\",\"exchange\":"u8, book);
        json.Raw(book.Action == BookAction.Snapshot ? ",\"action\":\"snapshot\",\"bids\":["u8 : ",\"action\":\"update\",\"bids\":["u8);
        WriteLevels(ref json, book.Bids.Span);
        json.Raw("],\"asks\":["u8);
        WriteLevels(ref json, book.Asks.Span);
        json.Raw("]"u8);
        WriteBookTail(ref json, book.ChangeId, book.PreviousChangeId, book.BestBid, book.BestAsk, book.VerifiedAtUnixNs);
    }

    private static void WriteBookTail(
        ref JsonOutput json, long changeId, long? previousChangeId, BookLevel? bestBid, BookLevel? bestAsk, long? verifiedAtUnixNs = null)
    {
        json.Raw(",\"change_id\":"u8);
        json.Number(changeId);
        json.Raw(",\"prev_change_id\":"u8);
        json.Number(previousChangeId);
        json.Raw(",\"best_bid_price\":"u8);
        json.Number(bestBid?.Price);
        json.Raw(",\"best_bid_amount\":"u8);
        json.Number(bestBid?.Amount);
        json.Raw(",\"best_ask_price\":"u8);
        json.Number(bestAsk?.Price);
        json.Raw(",\"best_ask_amount\":"u8);
        json.Number(bestAsk?.Amount);
        if (verifiedAtUnixNs is { } verifiedAt)
        {
            json.Raw(",\"verified_at\":"u8);
            json.Number(verifiedAt);
        }

        json.Raw("}"u8);
    }

    private static void WriteLevels(ref JsonOutput json, ReadOnlySpan<BookLevel> levels)
    {
        for (var i = 0; i < levels.Length; i++)
        {
            json.Raw(i == 0 ? "{\"price\":"u8 : ",{\"price\":"u8);
            json.Number(levels[i].Price);
            json.Raw(",\"amount\":"u8);
            json.Number(levels[i].Amount);
            json.Raw("}"u8);
        }
    }

    private static void WriteSide(ref JsonOutput json, OrderBook book, BookSide side, int depth)
    {
        var count = Math.Min(depth, side.Count);
        for (var i = 0; i < count; i++)
        {
            var level = side.At(i);
            json.Raw(i == 0 ? "{\"price\":"u8 : ",{\"price\":"u8);
            json.Scaled(side.ToPrice(level.Key), book.PriceScale);
            json.Raw(",\"amount\":"u8);
            json.Scaled(level.Amount, book.AmountScale);
            json.Raw("}"u8);
        }
    }
}
