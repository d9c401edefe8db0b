using Deribit.Client;

namespace MarketData.Deribit;

/// <summary>Venue ticker -> domain ticker.</summary>
internal static class TickerTranslator
{
    /// <summary>
    /// Translates one ticker. An empty side comes as price 0 with amount 0 or as null, depending on the year and the product
    /// (Deribit API v2, <c>ticker</c>, <c>best_bid_price</c>): both become null, and so does the volatility of an empty side.
    /// </summary>
    public static TickerEvent Translate(DeribitTicker ticker, InstrumentRoute route)
    {
        var noBid = IsEmptySide(ticker.BestBidPrice, ticker.BestBidAmount);
        var noAsk = IsEmptySide(ticker.BestAskPrice, ticker.BestAskAmount);
        return new TickerEvent
        {
            Exchange = DeribitExchange.ExchangeName,
            InstrumentName = route.Instrument.Name,
            Key = route.Key,
            ExchangeTimeUnixMs = ticker.ExchangeTimeUnixMs,
            ReceivedAtUnixNs = ticker.ReceivedAtUnixNs,
            Epoch = route.Epoch,
            State = ticker.State,
            LastPrice = ticker.LastPrice,
            MarkPrice = ticker.MarkPrice,
            IndexPrice = ticker.IndexPrice,
            BestBidPrice = noBid ? null : ticker.BestBidPrice,
            BestBidAmount = noBid ? null : ticker.BestBidAmount,
            BestAskPrice = noAsk ? null : ticker.BestAskPrice,
            BestAskAmount = noAsk ? null : ticker.BestAskAmount,
            MinPrice = ticker.MinPrice,
            MaxPrice = ticker.MaxPrice,
            OpenInterest = ticker.OpenInterest,
            CurrentFunding = ticker.CurrentFunding,
            Funding8Hours = ticker.Funding8Hours,
            InterestValue = ticker.InterestValue,
            SettlementPrice = ticker.SettlementPrice,
            DeliveryPrice = ticker.DeliveryPrice,
            EstimatedDeliveryPrice = ticker.EstimatedDeliveryPrice,
            AskImpliedVolatility = noAsk ? null : ticker.AskImpliedVolatility,
            BidImpliedVolatility = noBid ? null : ticker.BidImpliedVolatility,
            MarkImpliedVolatility = ticker.MarkImpliedVolatility,
            UnderlyingPrice = ticker.UnderlyingPrice,
            UnderlyingIndex = ticker.UnderlyingIndex,
            InterestRate = ticker.InterestRate,
            Greeks = ticker.Greeks is { } greeks ? new Greeks(greeks.Delta, greeks.Gamma, greeks.Rho, greeks.Theta, greeks.Vega) : null,
            Stats = ticker.Stats is { } stats ? new TickerStats(stats.High, stats.Low, stats.Volume, stats.VolumeUsd, stats.PriceChange) : null,
        };
    }

    private static bool IsEmptySide(decimal? price, decimal? amount) => price is null || (price == 0 && amount is null or 0);
}
