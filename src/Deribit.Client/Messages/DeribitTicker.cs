using Deribit.Client.Json;

namespace Deribit.Client;

/// <summary>
/// One frame of a ticker channel. Prices and amounts are exact; figures that the exchange computes are doubles. Values are as sent: the
/// best price of an empty side is null, or 0 with amount 0. The client reuses one instance: it is valid until the next message is read, and
/// belongs to the thread that reads.
/// </summary>
public sealed class DeribitTicker : DeribitMessage
{
    internal DeribitTicker(PaddedBuffer? frame) => Frame = frame;

    /// <summary>The channel, for example <c>ticker.BTC-PERPETUAL.100ms</c>; empty when it comes from a response.</summary>
    public string Channel { get; internal set; } = "";

    /// <summary>The instrument.</summary>
    public string InstrumentName { get; internal set; } = "";

    /// <summary>The exchange's time in milliseconds since the Unix epoch.</summary>
    public long ExchangeTimeUnixMs { get; internal set; }

    /// <summary>The exchange's word for the instrument's state, for example <c>open</c>.</summary>
    public string? State { get; internal set; }

    /// <summary>Price of the last trade.</summary>
    public decimal? LastPrice { get; internal set; }

    /// <summary>Mark price.</summary>
    public decimal? MarkPrice { get; internal set; }

    /// <summary>Index price.</summary>
    public decimal? IndexPrice { get; internal set; }

    /// <summary>Best bid price as sent.</summary>
    public decimal? BestBidPrice { get; internal set; }

    /// <summary>Best bid amount as sent.</summary>
    public decimal? BestBidAmount { get; internal set; }

    /// <summary>Best ask price as sent.</summary>
    public decimal? BestAskPrice { get; internal set; }

    /// <summary>Best ask amount as sent.</summary>
    public decimal? BestAskAmount { get; internal set; }

    /// <summary>Lower end of the price band.</summary>
    public decimal? MinPrice { get; internal set; }

    /// <summary>Upper end of the price band.</summary>
    public decimal? MaxPrice { get; internal set; }

    /// <summary>Open interest, in the instrument's unit of amount.</summary>
    public double? OpenInterest { get; internal set; }

    /// <summary>Current funding as a fraction, perpetuals only.</summary>
    public double? CurrentFunding { get; internal set; }

    /// <summary>Funding over the last eight hours as a fraction, perpetuals only.</summary>
    public double? Funding8Hours { get; internal set; }

    /// <summary>The exchange's interest value, perpetuals only.</summary>
    public double? InterestValue { get; internal set; }

    /// <summary>Settlement price of the current session.</summary>
    public decimal? SettlementPrice { get; internal set; }

    /// <summary>Delivery price, after delivery only.</summary>
    public decimal? DeliveryPrice { get; internal set; }

    /// <summary>Estimated delivery price.</summary>
    public decimal? EstimatedDeliveryPrice { get; internal set; }

    /// <summary>Implied volatility of the best ask in percent, options only.</summary>
    public double? AskImpliedVolatility { get; internal set; }

    /// <summary>Implied volatility of the best bid in percent, options only.</summary>
    public double? BidImpliedVolatility { get; internal set; }

    /// <summary>Implied volatility of the mark price in percent, options only.</summary>
    public double? MarkImpliedVolatility { get; internal set; }

    /// <summary>Price of the underlying, options only.</summary>
    public decimal? UnderlyingPrice { get; internal set; }

    /// <summary>Name of the underlying, options only; a number is given as its text.</summary>
    public string? UnderlyingIndex { get; internal set; }

    /// <summary>Interest rate used for the volatilities, options only.</summary>
    public double? InterestRate { get; internal set; }

    /// <summary>Sensitivities, options only.</summary>
    public DeribitGreeks? Greeks { get; internal set; }

    /// <summary>Statistics of the last 24 hours.</summary>
    public DeribitTickerStats? Stats { get; internal set; }

    /// <summary>The frame's bytes; empty when it comes from a response.</summary>
    public ReadOnlySpan<byte> RawFrame => Frame is null ? default : Frame.Text;

    private PaddedBuffer? Frame { get; }

    internal void Clear()
    {
        State = UnderlyingIndex = null;
        LastPrice = MarkPrice = IndexPrice = MinPrice = MaxPrice = SettlementPrice = DeliveryPrice = EstimatedDeliveryPrice = null;
        BestBidPrice = BestBidAmount = BestAskPrice = BestAskAmount = UnderlyingPrice = null;
        OpenInterest = CurrentFunding = Funding8Hours = InterestValue = InterestRate = null;
        AskImpliedVolatility = BidImpliedVolatility = MarkImpliedVolatility = null;
        Greeks = null;
        Stats = null;
    }
}
