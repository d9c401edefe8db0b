using System.Buffers;
using MarketData.Books;
using MarketData.Events;

namespace MarketData.Redis.Slots;

/// <summary>
/// The latest book of one instrument, kept as a replica that the events build. It has a value only while its chain of change ids is
/// whole and no integrity event has muted it.
/// </summary>
internal sealed class BookSlot : LaneSlot
{
    private readonly OrderBook _book = new();
    private readonly TimeSpan _refreshAfter;
    private OrderBookEvent? _newest;
    private bool _inSync;
    private bool _broken;
    private bool _withheld;
    private long _touchedAt;

    public BookSlot(string name, TimeSpan ttl, SlotContext context) : base(name, ttl, context) => _refreshAfter = ttl / 3;

    /// <inheritdoc/>
    protected override bool HasValue => _inSync && !_withheld;

    /// <inheritdoc/>
    protected override long ValueReceivedAtUnixNs => _newest!.ReceivedAtUnixNs;

    /// <summary>Applies a snapshot or an update to the replica.</summary>
    /// <returns>False when the slot is dead and the caller must look up its successor.</returns>
    public bool TryOffer(OrderBookEvent bookEvent)
    {
        lock (Gate)
        {
            if (!TryEnter())
                return false;
            if (bookEvent.Action == BookAction.Snapshot)
                OfferSnapshot(bookEvent);
            else
                OfferUpdate(bookEvent);
            return true;
        }
    }

    /// <summary>The book is out of sync: its key goes at once and comes back with the next snapshot.</summary>
    public void Mute()
    {
        lock (Gate)
            LeaveSync();
    }

    /// <summary>
    /// The book cannot be followed for now (true): its key goes at once, but its chain is not broken. When it can be again (false), it is
    /// written anew.
    /// </summary>
    public void Withhold(bool withheld)
    {
        lock (Gate)
        {
            if (_withheld == withheld)
                return;
            _withheld = withheld;
            if (withheld)
                OrderDelete();
            else if (_inSync)
                OrderWrite();
        }
    }

    /// <summary>Whether the life of the key is to be prolonged now. Only the sender calls it.</summary>
    public bool NeedsRefresh(out TimeSpan ttl)
    {
        ttl = Ttl;
        lock (Gate)
            return IsSettled && Context.Time.GetElapsedTime(_touchedAt) >= _refreshAfter;
    }

    /// <summary>The outcome of a refresh. Only the sender calls it.</summary>
    /// <param name="exists">Whether Redis still had the key; if not, it is written again.</param>
    /// <param name="sentAt">Monotonic timestamp from before the command was sent.</param>
    public void EndRefresh(bool exists, long sentAt)
    {
        lock (Gate)
        {
            if (exists)
                _touchedAt = sentAt;
            else if (HasValue)
                OrderWrite();
        }
    }

    /// <inheritdoc/>
    protected override TimeSpan Encode(IBufferWriter<byte> writer, out long receivedAtUnixNs)
    {
        var newest = _newest!;
        // What only repeats the book says nothing of the lag; 0 is not recorded.
        receivedAtUnixNs = newest.VerifiedAtUnixNs is null ? newest.ReceivedAtUnixNs : 0;
        EventJson.WriteBookSnapshot(
            writer, newest.Exchange, newest.InstrumentName, newest.ExchangeTimeUnixMs, newest.ReceivedAtUnixNs, newest.ChangeId, _book,
            Context.Options.Depth);
        return Ttl;
    }

    /// <inheritdoc/>
    protected override void Touched(long sentAt) => _touchedAt = sentAt;

    /// <inheritdoc/>
    protected override void DropValue()
    {
        _inSync = false;
        _book.Clear();
    }

    /// <inheritdoc/>
    protected override bool WorthRebuilding() => true;

    /// <inheritdoc/>
    protected override void OnRemoved()
    {
        LeaveSync();
        Mend();
    }

    private void OfferSnapshot(OrderBookEvent snapshot)
    {
        if (_book.Replace(snapshot.Bids.Span, snapshot.Asks.Span) == BookApplyResult.Applied)
        {
            _inSync = true;
            Mend();
            Accept(snapshot);
        }
        else
        {
            Refuse(snapshot);
        }
    }

    private void OfferUpdate(OrderBookEvent update)
    {
        if (!_inSync || update.PreviousChangeId != _newest?.ChangeId)
        {
            // Logged once per break: what follows until the snapshot is only counted.
            if (!_broken)
                RedisLog.ChainBroken(Context.Logger, Name, update.ChangeId, update.PreviousChangeId, _inSync ? _newest?.ChangeId : null);
            Break();
        }
        else if (_book.Apply(update.Bids.Span, update.Asks.Span) == BookApplyResult.Applied)
        {
            Accept(update);
        }
        else
        {
            Refuse(update);
        }
    }

    private void Accept(OrderBookEvent bookEvent)
    {
        _newest = bookEvent;
        AcceptPending();
    }

    private void Refuse(OrderBookEvent bookEvent)
    {
        RedisLog.BookUnusable(Context.Logger, Name, bookEvent.ChangeId);
        Break();
    }

    private void Break()
    {
        Context.Counters.AddRejected();
        LeaveSync();
        if (_broken)
            return;
        _broken = true;
        Context.Health.BookBroke(Name);
    }

    private void Mend()
    {
        if (_broken)
            Context.Health.BookMended();
        _broken = false;
    }

    private void LeaveSync()
    {
        DropValue();
        OrderDelete();
    }
}
