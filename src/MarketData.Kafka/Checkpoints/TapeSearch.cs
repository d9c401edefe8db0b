using MarketData.Trades;

namespace MarketData.Kafka.Checkpoints;

/// <summary>
/// Finds the end of one trade tape on the topic. Comes in: the checkpoint, then the trades behind it in the order of the topic. Goes out:
/// the last trade that nothing is missing before.
/// </summary>
internal sealed class TapeSearch(TradePosition? start)
{
    private readonly SortedDictionary<long, TradePosition> _ahead = [];

    /// <summary>The last trade that nothing is missing before; null when none was seen.</summary>
    public TradePosition? Position { get; private set; } = start;

    /// <summary>The next trade.</summary>
    public void Add(TradePosition trade)
    {
        if (Position is null || trade.TradeSequence == Position.TradeSequence + 1)
        {
            Position = trade;
            while (_ahead.Remove(Position.TradeSequence + 1, out var next))
                Position = next;
        }
        else if (trade.TradeSequence > Position.TradeSequence)
        {
            // Behind a hole that its repair may still close.
            _ahead[trade.TradeSequence] = trade;
        }
        else if (trade.ExchangeTimeUnixMs > Position.ExchangeTimeUnixMs)
        {
            // The exchange's sequence started over; an older trade again is only a duplicate.
            Position = trade;
            _ahead.Clear();
        }
    }
}
