namespace MarketData.HistoryRate;

/// <summary>A market that goes on as it went: copies of its events, each as much later, with ids as much higher, as all of them are long.</summary>
internal sealed class Copies
{
    private const int NanosecondsPerMillisecond = 1_000_000;

    private readonly IReadOnlyList<MarketDataEvent> _market;
    private readonly long _milliseconds;
    private readonly long _ids;

    public Copies(IReadOnlyList<MarketDataEvent> market)
    {
        _market = market;
        _milliseconds = market.Max(made => made.ExchangeTimeUnixMs) - market.Min(made => made.ExchangeTimeUnixMs) + 1_000;
        _ids = market.Max(IdOf) + 1;
    }

    /// <summary>The event of a number, from 0 on, without an end.</summary>
    public MarketDataEvent this[long number]
    {
        get
        {
            var (copy, place) = Math.DivRem(number, _market.Count);
            var later = _market[(int)place] with
            {
                ExchangeTimeUnixMs = _market[(int)place].ExchangeTimeUnixMs + (copy * _milliseconds),
                ReceivedAtUnixNs = _market[(int)place].ReceivedAtUnixNs + (copy * _milliseconds * NanosecondsPerMillisecond),
            };
            return later switch
            {
                TradeEvent trade => trade with { TradeSequence = trade.TradeSequence + (copy * _ids), TradeId = $"{trade.TradeId}-{copy}" },
                IntegrityEvent entry => entry with { FromId = entry.FromId + (copy * _ids), ToId = entry.ToId + (copy * _ids) },
                OrderBookEvent book => book with { ChangeId = book.ChangeId + (copy * _ids), PreviousChangeId = book.PreviousChangeId + (copy * _ids) },
                _ => later,
            };
        }
    }

    private static long IdOf(MarketDataEvent made) => made switch
    {
        TradeEvent trade => trade.TradeSequence,
        OrderBookEvent book => book.ChangeId,
        IntegrityEvent entry => entry.ToId ?? 0,
        _ => 0,
    };
}
