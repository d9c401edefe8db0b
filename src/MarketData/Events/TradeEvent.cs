namespace MarketData;

/// <summary>One trade (<c>data_type</c> <c>trade</c>).</summary>
public sealed record TradeEvent : MarketDataEvent
{
    private long _completeUpTo;

    /// <summary>The exchange's trade id.</summary>
    public required string TradeId { get; init; }

    /// <summary>Position of the trade in the instrument's own sequence, starting at 1.</summary>
    public required long TradeSequence { get; init; }

    /// <summary>Exact price.</summary>
    public required decimal Price { get; init; }

    /// <summary>Exact amount, in the instrument's unit.</summary>
    public required decimal Amount { get; init; }

    /// <summary>The taker's side.</summary>
    public required TradeDirection Direction { get; init; }

    /// <summary>The exchange's word for the direction when <see cref="Direction"/> is <see cref="TradeDirection.Unknown"/>; else null.</summary>
    public string? UnknownDirection { get; init; }

    /// <summary>Price move against the previous trade: 0 plus, 1 zero-plus, 2 minus, 3 zero-minus.</summary>
    public int? TickDirection { get; init; }

    /// <summary>Index price at the trade.</summary>
    public decimal? IndexPrice { get; init; }

    /// <summary>Mark price at the trade.</summary>
    public decimal? MarkPrice { get; init; }

    /// <summary>Implied volatility in percent, options only.</summary>
    public double? ImpliedVolatility { get; init; }

    /// <summary>Whose liquidation: <c>M</c>, <c>T</c> or <c>MT</c>; null when none.</summary>
    public string? Liquidation { get; init; }

    /// <summary>Number of contracts.</summary>
    public decimal? Contracts { get; init; }

    /// <summary>The combo that this leg belongs to.</summary>
    public string? ComboId { get; init; }

    /// <summary>The trade of the combo that this leg belongs to.</summary>
    public string? ComboTradeId { get; init; }

    /// <summary>Whether the trade is a combo's, or a leg's because of a combo: volume is counted on one of the two only.</summary>
    public ComboRole ComboRole { get; init; }

    /// <summary>On a combo's trade, the trades of its legs; null when there are none, or the exchange did not say.</summary>
    public IReadOnlyList<TradeLeg>? Legs { get; init; }

    /// <summary>The block trade that this trade belongs to.</summary>
    public string? BlockTradeId { get; init; }

    /// <summary>Live or repaired.</summary>
    public TradeSource Source { get; init; }

    /// <summary>
    /// The highest sequence number up to which, with this event, every trade of the instrument was published or given up; 0 when no tape
    /// has seen the event; <see cref="BeginningUnknown"/> while the tape does not know yet what is missing before its first trade. Equal to
    /// <see cref="TradeSequence"/> on a tape without a hole; lower while an earlier hole is open, so that whoever remembers where to go on
    /// stays before the hole. An event that carries its own number here is a place to go on from. Not part of the JSON.
    /// </summary>
    public long CompleteUpTo
    {
        get => _completeUpTo;
        init => _completeUpTo = value;
    }

    /// <summary>The value of <see cref="CompleteUpTo"/> on a tape that awaits where an earlier one ended.</summary>
    public const long BeginningUnknown = -1;

    /// <summary>Called once by the tape, before the event is published; a copy of every trade would double what a trade allocates.</summary>
    internal void SetCompleteUpTo(long sequence) => _completeUpTo = sequence;
}
