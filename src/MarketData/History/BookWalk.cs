using System.Globalization;
using MarketData.Books;

namespace MarketData.History;

/// <summary>
/// A book on its way from a snapshot to an instant. Comes in: a snapshot, then updates in the order of their ids. Goes out: the book, what is
/// missing, what proves it. Owns: the book; one thread. An update after state <c>5</c>:
/// <code>
/// change_id  prev_change_id  what happens
/// 5 or less  any             passed over: the book has it already
/// 8          5               applied: it continues the chain
/// 8          3               applied: it brings every level that changed since 3, so also those since 5 (amounts are absolute)
/// 8          7               a hole from 5 to 7
/// 8          none            a hole from 5 to 8
/// </code>
/// A chain is of one connection: updates of another epoch are passed over, because the exchange may have counted its ids anew in between. So
/// are those that were received before the snapshot and do not continue it. The walk ends at the first change after the instant; if that one
/// continues the book, it is the witness that proves it.
/// </summary>
internal sealed class BookWalk
{
    private readonly OrderBook _book = new();
    private readonly OrderBookEvent _snapshot;
    private OrderBookEvent _last;
    private bool _isPast;

    public BookWalk(OrderBookEvent snapshot, long atUnixMs)
    {
        (_snapshot, _last, AtUnixMs) = (snapshot, snapshot, atUnixMs);
        Judge(snapshot, _book.Replace(snapshot.Bids.Span, snapshot.Asks.Span));
    }

    /// <summary>The instant, in milliseconds since the Unix epoch.</summary>
    public long AtUnixMs { get; }

    /// <summary>The event that brought the book to where it is.</summary>
    public OrderBookEvent Last => _last;

    /// <summary>How many updates were applied.</summary>
    public long Applied { get; private set; }

    /// <summary>The first change after the instant, if it continues the book.</summary>
    public OrderBookEvent? Witness { get; private set; }

    /// <summary>What is missing behind the book; null when nothing is known to be.</summary>
    public BookHole? Hole { get; private set; }

    /// <summary>Whether the hole begins a way that would have gone on before the instant.</summary>
    public bool IsHoleBefore => Hole is not null && !_isPast;

    /// <summary>Why an event cannot be used, as a sentence; null when all could.</summary>
    public string? Fault { get; private set; }

    /// <summary>Takes the next update.</summary>
    /// <returns>Whether more of them can change anything.</returns>
    public bool Take(OrderBookEvent update)
    {
        if (Fault is not null) return false;
        // 1. What the book holds already.
        if (update.ChangeId <= _last.ChangeId) return true;
        // 2. What is not of this chain.
        if (update.Epoch != _snapshot.Epoch) return true;
        var continues = update.PreviousChangeId == _last.ChangeId;
        if (!continues && update.ReceivedAtUnixNs <= _snapshot.ReceivedAtUnixNs) return true;
        // 3. What comes after the instant is only a witness.
        _isPast |= update.ExchangeTimeUnixMs > AtUnixMs;
        var covers = update.PreviousChangeId <= _last.ChangeId;
        if (_isPast && covers)
        {
            Witness = continues ? update : null;
            return !continues;
        }

        // 4. A hole ends the way.
        if (!covers)
        {
            Hole = new BookHole(_last.ChangeId, update.PreviousChangeId ?? update.ChangeId, _last.ExchangeTimeUnixMs, update.ExchangeTimeUnixMs);
            return false;
        }

        // 5. The change continues the chain.
        Judge(update, _book.Apply(update.Bids.Span, update.Asks.Span));
        if (Fault is not null) return false;
        _last = update;
        Applied++;
        return true;
    }

    /// <summary>The book as a snapshot.</summary>
    public OrderBookEvent ToSnapshot()
    {
        var levels = new BookLevel[_book.BidCount + _book.AskCount];
        var bids = _book.CopyBids(levels.AsSpan(0, _book.BidCount));
        _book.CopyAsks(levels.AsSpan(bids));
        return _last with
        {
            Action = BookAction.Snapshot,
            Bids = levels.AsMemory(0, bids),
            Asks = levels.AsMemory(bids),
            PreviousChangeId = null,
            VerifiedAtUnixNs = null,
            BestBid = _book.BestBid,
            BestAsk = _book.BestAsk,
        };
    }

    // Every event bears the best levels of the book after it: what was published and what is rebuilt must agree.
    private void Judge(OrderBookEvent taken, BookApplyResult result)
    {
        if (result == BookApplyResult.Applied && _book.BestBid == taken.BestBid && _book.BestAsk == taken.BestAsk) return;
        var what = taken.Action == BookAction.Snapshot ? "The snapshot of change" : "The change";
        Fault = string.Create(CultureInfo.InvariantCulture, $"{what} {taken.ChangeId} of {BookAtText.Time(taken.ExchangeTimeUnixMs)} ")
            + (result == BookApplyResult.Applied
                ? $"says that the best levels are {Best(taken.BestBid)} and {Best(taken.BestAsk)}, "
                    + $"but the book that is rebuilt has {Best(_book.BestBid)} and {Best(_book.BestAsk)}."
                : $"cannot be applied as it is stored ({result}).");
    }

    private static string Best(BookLevel? level) =>
        level is { } best ? string.Create(CultureInfo.InvariantCulture, $"{best.Amount} at {best.Price}") : "none";
}
