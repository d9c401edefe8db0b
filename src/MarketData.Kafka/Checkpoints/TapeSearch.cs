using MarketData.Trades;

namespace MarketData.Kafka.Checkpoints;

/// <summary>
/// Finds the end of one trade tape on the topic. Comes in: the checkpoint, then the trades behind it in the order of the topic. Goes out:
/// the last trade that nothing is missing before, with those behind a hole.
/// </summary>
internal sealed class TapeSearch(TradePosition? start)
{
    private readonly SortedDictionary<long, (TradePosition Trade, long Offset)> _ahead = [];
    private TradePosition? _position = start;

    /// <summary>The last trade that nothing is missing before; null when none was seen.</summary>
    public TradePosition? Position =>
        _position is null || _ahead.Count == 0 ? _position : _position with { Ahead = [.. _ahead.Values.Select(one => one.Trade)] };

    /// <summary>The offset of the first trade behind a hole; null when there is none.</summary>
    public long? FirstAhead => _ahead.Count == 0 ? null : _ahead.Values.Min(one => one.Offset);

    /// <summary>The next trade.</summary>
    /// <param name="trade">The trade.</param>
    /// <param name="offset">Where it stands on the topic.</param>
    public void Add(TradePosition trade, long offset)
    {
        if (_position is null || trade.TradeSequence == _position.TradeSequence + 1)
        {
            _position = trade;
            while (_ahead.Remove(_position.TradeSequence + 1, out var next))
                _position = next.Trade;
        }
        else if (trade.TradeSequence > _position.TradeSequence)
        {
            // Behind a hole that its repair may still close.
            _ahead.TryAdd(trade.TradeSequence, (trade, offset));
        }
        else if (trade.ExchangeTimeUnixMs > _position.ExchangeTimeUnixMs)
        {
            // The exchange's sequence started over; an older trade again is only a duplicate.
            _position = trade;
            _ahead.Clear();
        }
    }
}
