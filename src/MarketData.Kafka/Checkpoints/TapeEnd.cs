using MarketData.Trades;

namespace MarketData.Kafka.Checkpoints;

/// <summary>
/// The end of one trade tape as its acknowledgements tell it. Comes in: acknowledged trades in the order of their key. Goes out: the last
/// trade that nothing is missing before. Not safe for threads.
/// </summary>
internal sealed class TapeEnd
{
    private TradePosition? _highest;
    private long _firstAhead = long.MaxValue;
    private long _offset = -1;

    /// <summary>The last trade without a hole before it; null before the first.</summary>
    public TradePosition? Position { get; private set; }

    /// <summary>The partition of the trades' topic.</summary>
    public int Partition { get; private set; } = -1;

    /// <summary>
    /// A search for what is newer begins behind this offset: every trade up to <see cref="Position"/> stands at or before it or, while trades
    /// behind a hole stand between them, is found once more.
    /// </summary>
    public long Offset => HasHole ? Math.Min(_offset, _firstAhead - 1) : _offset;

    /// <summary>The exchange's time of the newest trade that is known, in milliseconds since the Unix epoch; 0 before the first.</summary>
    public long LastTimeUnixMs => _highest?.ExchangeTimeUnixMs ?? 0;

    /// <summary>Whether it moved since it was last written.</summary>
    public bool IsChanged { get; set; }

    /// <summary>Whether trades stand behind a hole that is still open.</summary>
    public bool HasHole => _highest is not null && (Position is null || _highest.TradeSequence > Position.TradeSequence);

    /// <summary>Goes on from what was found at a start or a takeover.</summary>
    public void Adopt(TradePosition position, int partition, long offset)
    {
        // An acknowledgement that was late says less.
        if (Position is { } own && own.TradeSequence >= position.TradeSequence && own.ExchangeTimeUnixMs >= position.ExchangeTimeUnixMs)
            return;
        if (_highest is null || _highest.TradeSequence < position.TradeSequence)
            _highest = position;
        Move(position, partition, offset);
        if (position.Ahead is not [.., var last])
            return;
        _highest = _highest.TradeSequence < last.TradeSequence ? last : _highest;
        _firstAhead = Math.Min(_firstAhead, offset + 1);
    }

    /// <summary>A broker has stored a trade.</summary>
    /// <param name="trade">The trade.</param>
    /// <param name="completeUpTo">Up to where the tape has no hole with this trade; 0 when that is not known.</param>
    /// <param name="partition">Its partition.</param>
    /// <param name="offset">Its offset; -1 when it is not known.</param>
    public void Acknowledged(TradePosition trade, long completeUpTo, int partition, long offset)
    {
        var goesBack = Position is { } last && trade.TradeSequence <= last.TradeSequence;
        if (goesBack && trade.ExchangeTimeUnixMs > Position!.ExchangeTimeUnixMs)
        {
            // The exchange's sequence started over.
            _highest = trade;
            Move(trade, partition, offset);
            return;
        }
        if (_highest is null || trade.TradeSequence > _highest.TradeSequence)
            _highest = trade;
        var isAhead = Position is null ? completeUpTo != 0 && completeUpTo < trade.TradeSequence : trade.TradeSequence > Position.TradeSequence + 1;
        if (isAhead)
            _firstAhead = Math.Min(_firstAhead, Math.Max(0, offset));
        if (completeUpTo == 0)
            completeUpTo = Position is null || trade.TradeSequence == Position.TradeSequence + 1 ? trade.TradeSequence : Position.TradeSequence;
        // Of the trades in between, only these two are known by their ids.
        var end = completeUpTo == trade.TradeSequence ? trade : completeUpTo == _highest.TradeSequence ? _highest : null;
        if (end is not null && (Position is null || end.TradeSequence > Position.TradeSequence))
            Move(end, partition, offset);
    }

    private void Move(TradePosition position, int partition, long offset)
    {
        (Position, Partition, _offset, IsChanged) = (position with { Ahead = [] }, partition, offset, true);
        if (!HasHole)
            _firstAhead = long.MaxValue;
    }
}
