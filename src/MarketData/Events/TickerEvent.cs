namespace MarketData;

/// <summary>
/// The exchange's summary of one instrument (<c>data_type</c> <c>ticker</c>). Every figure may be null. Prices and amounts are exact;
/// figures that the exchange computes (volatilities, greeks, funding, volumes, percentages) are doubles.
/// </summary>
public sealed record TickerEvent : MarketDataEvent
{
    /// <summary>The exchange's word for the instrument's state, for example <c>open</c>.</summary>
    public string? State { get; init; }

    /// <summary>Price of the last trade.</summary>
    public decimal? LastPrice { get; init; }

    /// <summary>Mark price.</summary>
    public decimal? MarkPrice { get; init; }

    /// <summary>Index price.</summary>
    public decimal? IndexPrice { get; init; }

    /// <summary>Best bid price; null when there is no bid.</summary>
    public decimal? BestBidPrice { get; init; }

    /// <summary>Best bid amount; null when there is no bid.</summary>
    public decimal? BestBidAmount { get; init; }

    /// <summary>Best ask price; null when there is no ask.</summary>
    public decimal? BestAskPrice { get; init; }

    /// <summary>Best ask amount; null when there is no ask.</summary>
    public decimal? BestAskAmount { get; init; }

    /// <summary>Lower end of the price band.</summary>
    public decimal? MinPrice { get; init; }

    /// <summary>Upper end of the price band.</summary>
    public decimal? MaxPrice { get; init; }

    /// <summary>Open interest, in the instrument's unit of amount.</summary>
    public double? OpenInterest { get; init; }

    /// <summary>Current funding as a fraction, perpetuals only.</summary>
    public double? CurrentFunding { get; init; }

    /// <summary>Funding over the last eight hours as a fraction, perpetuals only.</summary>
    public double? Funding8Hours { get; init; }

    /// <summary>The exchange's interest value, perpetuals only.</summary>
    public double? InterestValue { get; init; }

    /// <summary>Settlement price of the current session.</summary>
    public decimal? SettlementPrice { get; init; }

    /// <summary>Delivery price, after delivery only.</summary>
    public decimal? DeliveryPrice { get; init; }

    /// <summary>Estimated delivery price.</summary>
    public decimal? EstimatedDeliveryPrice { get; init; }

    /// <summary>Implied volatility of the best ask in percent, options only.</summary>
    public double? AskImpliedVolatility { get; init; }

    /// <summary>Implied volatility of the best bid in percent, options only.</summary>
    public double? BidImpliedVolatility { get; init; }

    /// <summary>Implied volatility of the mark price in percent, options only.</summary>
    public double? MarkImpliedVolatility { get; init; }

    /// <summary>Price of the underlying, options only.</summary>
    public decimal? UnderlyingPrice { get; init; }

    /// <summary>Name of the underlying, options only.</summary>
    public string? UnderlyingIndex { get; init; }

    /// <summary>Interest rate used for the volatilities, options only.</summary>
    public double? InterestRate { get; init; }

    /// <summary>Option sensitivities.</summary>
    public Greeks? Greeks { get; init; }

    /// <summary>Statistics of the last 24 hours.</summary>
    public TickerStats? Stats { get; init; }
}
