namespace Deribit.Client;

/// <summary>One trade as the exchange sent it (Deribit API v2, <c>trades.*</c>). Immutable; may be kept.</summary>
public sealed class DeribitTrade
{
    /// <summary>The exchange's id, unique within a currency; digits, possibly with a prefix (<c>ETH-2696055</c>).</summary>
    public required string TradeId { get; init; }

    /// <summary>Counts the instrument's trades, without holes.</summary>
    public required long TradeSequence { get; init; }

    /// <summary>The instrument.</summary>
    public required string InstrumentName { get; init; }

    /// <summary>The exchange's time in milliseconds since the Unix epoch.</summary>
    public required long ExchangeTimeUnixMs { get; init; }

    /// <summary>Exact price; may be zero or negative on combos.</summary>
    public required decimal Price { get; init; }

    /// <summary>Exact amount in the instrument's unit; positive.</summary>
    public required decimal Amount { get; init; }

    /// <summary>The taker's side: <c>buy</c>, <c>sell</c>, or a word that this library does not know.</summary>
    public required string Direction { get; init; }

    /// <summary>Against the trade before: 0 plus, 1 zero-plus, 2 minus, 3 zero-minus; null when absent.</summary>
    public int? TickDirection { get; init; }

    /// <summary>Index price at the trade.</summary>
    public decimal? IndexPrice { get; init; }

    /// <summary>Mark price at the trade.</summary>
    public decimal? MarkPrice { get; init; }

    /// <summary>Implied volatility in percent, options only.</summary>
    public double? ImpliedVolatility { get; init; }

    /// <summary>Which side was liquidated: <c>M</c>, <c>T</c> or <c>MT</c>; never in real time on public channels.</summary>
    public string? Liquidation { get; init; }

    /// <summary>Amount in contracts.</summary>
    public decimal? Contracts { get; init; }

    /// <summary>The combo that this leg belongs to.</summary>
    public string? ComboId { get; init; }

    /// <summary>The combo's trade that this leg belongs to; the exchange writes it as a string or a number.</summary>
    public string? ComboTradeId { get; init; }

    /// <summary>The block trade that this trade belongs to.</summary>
    public string? BlockTradeId { get; init; }

    /// <summary>Legs of that block trade.</summary>
    public int? BlockTradeLegCount { get; init; }

    /// <summary>The block request for quote that led to the trade.</summary>
    public long? BlockRfqId { get; init; }

    /// <summary>On a combo's trade, the trades of its legs; null when there are none. Not in the exchange's schema.</summary>
    public IReadOnlyList<DeribitTradeLeg>? Legs { get; init; }

    /// <summary>The next matching engine's id of the match; exceeds 2^53.</summary>
    public long? StarbaseMatchId { get; init; }

    /// <summary>The next matching engine's time in nanoseconds since the Unix epoch.</summary>
    public long? StarbaseTimeUnixNs { get; init; }
}
