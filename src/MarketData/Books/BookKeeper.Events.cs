using System.Diagnostics;

using MarketData.Telemetry;

namespace MarketData.Books;

/// <content>The events that a book's story becomes, and the clock behind them.</content>
public sealed partial class BookKeeper
{
    // The fractional part of the golden ratio: any number of books spreads evenly over the snapshot interval.
    private const double GoldenFraction = 0.6180339887498949;

    private double _slot;

    private static OrderBookEvent UpdateEvent(OrderBookSynchroniser book, in BookFrame frame)
    {
        // Both sides share one array of exactly the size needed.
        var levels = new BookLevel[frame.Bids.Length + frame.Asks.Length];
        frame.Bids.CopyTo(levels);
        frame.Asks.CopyTo(levels.AsSpan(frame.Bids.Length));
        return new OrderBookEvent
        {
            Exchange = book.Instrument.Exchange,
            InstrumentName = book.Instrument.Name,
            Key = book.Key,
            ExchangeTimeUnixMs = frame.ExchangeTimeUnixMs,
            ReceivedAtUnixNs = frame.ReceivedAtUnixNs,
            Epoch = book.Repair.Epoch,
            Action = BookAction.Update,
            Bids = levels.AsMemory(0, frame.Bids.Length),
            Asks = levels.AsMemory(frame.Bids.Length),
            ChangeId = frame.ChangeId,
            PreviousChangeId = frame.PreviousChangeId,
            BestBid = book.Book.BestBid,
            BestAsk = book.Book.BestAsk,
        };
    }

    private static OrderBookEvent SnapshotEvent(OrderBookSynchroniser book, long receivedAtUnixNs)
    {
        var levels = new BookLevel[book.Book.BidCount + book.Book.AskCount];
        var bids = book.Book.CopyBids(levels.AsSpan(0, book.Book.BidCount));
        book.Book.CopyAsks(levels.AsSpan(bids));
        return new OrderBookEvent
        {
            Exchange = book.Instrument.Exchange,
            InstrumentName = book.Instrument.Name,
            Key = book.Key,
            ExchangeTimeUnixMs = book.LastExchangeTimeUnixMs ?? 0,
            ReceivedAtUnixNs = receivedAtUnixNs,
            Epoch = book.Repair.Epoch,
            Action = BookAction.Snapshot,
            Bids = levels.AsMemory(0, bids),
            Asks = levels.AsMemory(bids),
            ChangeId = book.LastChangeId ?? 0,
            PreviousChangeId = null,
            BestBid = book.Book.BestBid,
            BestAsk = book.Book.BestAsk,
        };
    }

    private void Open(
        OrderBookSynchroniser book, IntegrityKind kind, string reason, List<MarketDataEvent> output,
        long? toId = null, long? toTimeUnixMs = null, long? receivedAtUnixNs = null, ReadOnlySpan<byte> raw = default,
        long? fromTimeUnixMs = null)
    {
        if (!book.Repair.IsOpen)
        {
            book.Repair.IsOpen = true;
            book.Repair.FromId = book.LastChangeId;
            book.Repair.FromTimeUnixMs = fromTimeUnixMs ?? book.LastExchangeTimeUnixMs;
            book.Repair.Span = Spans.Begin("book.resync")
                ?.SetTag("marketdata.key", book.Key).SetTag("marketdata.kind", kind.ToString()).SetTag("marketdata.from_id", book.LastChangeId);
        }

        book.Repair.Span?.SetStatus(ActivityStatusCode.Error, reason);

        output.Add(Integrity(book, kind, reason) with
        {
            ToId = toId,
            ToTimeUnixMs = NotBeforeOpening(book, toTimeUnixMs),
            ExchangeTimeUnixMs = toTimeUnixMs ?? book.Repair.FromTimeUnixMs ?? 0,
            ReceivedAtUnixNs = receivedAtUnixNs ?? NowUnixNs(),
            Raw = raw.ToArray(),
        });
    }

    // A snapshot bears the time of the book's last change, which may lie before the interruption: an interval never ends before it begins.
    private static long? NotBeforeOpening(OrderBookSynchroniser book, long? timeUnixMs) =>
        timeUnixMs < book.Repair.FromTimeUnixMs ? book.Repair.FromTimeUnixMs : timeUnixMs;

    private IntegrityEvent Integrity(OrderBookSynchroniser book, IntegrityKind kind, string detail) => new()
    {
        Exchange = book.Instrument.Exchange,
        InstrumentName = book.Instrument.Name,
        Key = book.Key,
        ExchangeTimeUnixMs = book.LastExchangeTimeUnixMs ?? book.Repair.FromTimeUnixMs ?? 0,
        ReceivedAtUnixNs = NowUnixNs(),
        Epoch = book.Repair.Epoch,
        Channel = "orderbook",
        Kind = kind,
        FromId = book.Repair.IsOpen ? book.Repair.FromId : book.LastChangeId,
        FromTimeUnixMs = book.Repair.IsOpen ? book.Repair.FromTimeUnixMs : book.LastExchangeTimeUnixMs,
        Detail = detail,
    };

    private static string Describe(BookApplyResult result) => result switch
    {
        BookApplyResult.NegativeAmount => "The frame was refused: an amount is negative.",
        BookApplyResult.ZeroAmount => "The frame was refused: an amount in a snapshot is zero.",
        BookApplyResult.NotRepresentable => "The frame was refused: a price or an amount cannot be held exactly.",
        BookApplyResult.TooManyLevels => "The frame was refused: it has more levels than the book may hold.",
        _ => result.ToString(),
    };

    private double NextSlot() => _slot = (_slot + GoldenFraction) % 1;

    // The next moment after now at which the clock is at the book's slot within the interval.
    private long NextSnapshot(double slot, long now)
    {
        var interval = Math.Max(1, ToTimestamp(_options.SnapshotInterval));
        var offset = (now - (long)(slot * interval)) % interval;
        return now - offset + (offset < 0 ? 0 : interval);
    }

    private long DeadlineAfter(TimeSpan delay) => _time.GetTimestamp() + ToTimestamp(delay);

    private long ToTimestamp(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);

    private long NowUnixNs() => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
}
