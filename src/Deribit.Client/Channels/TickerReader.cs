using Deribit.Client.Json;

namespace Deribit.Client.Channels;

/// <summary>
/// Reads the optional members of a ticker, which tickers and book responses share. A value of another kind than expected (null, or a word
/// such as <c>"expired"</c> where a price belongs) is null; a number that cannot be held is a fault.
/// </summary>
internal static class TickerReader
{
    /// <summary>Takes one member's value; false when the member is not one of the optional ones.</summary>
    /// <exception cref="DeribitProtocolException">The value is malformed or cannot be held.</exception>
    public static bool TryRead(ref Utf8Scanner scanner, TickerMember member, DeribitTicker ticker, Utf8Words words)
    {
        switch (member)
        {
            case TickerMember.State: ticker.State = words.ReadOptional(ref scanner); return true;
            case TickerMember.LastPrice: ticker.LastPrice = scanner.ReadOptionalDecimal("last_price"); return true;
            case TickerMember.MarkPrice: ticker.MarkPrice = scanner.ReadOptionalDecimal("mark_price"); return true;
            case TickerMember.IndexPrice: ticker.IndexPrice = scanner.ReadOptionalDecimal("index_price"); return true;
            case TickerMember.BestBidPrice: ticker.BestBidPrice = scanner.ReadOptionalDecimal("best_bid_price"); return true;
            case TickerMember.BestBidAmount: ticker.BestBidAmount = scanner.ReadOptionalDecimal("best_bid_amount"); return true;
            case TickerMember.BestAskPrice: ticker.BestAskPrice = scanner.ReadOptionalDecimal("best_ask_price"); return true;
            case TickerMember.BestAskAmount: ticker.BestAskAmount = scanner.ReadOptionalDecimal("best_ask_amount"); return true;
            case TickerMember.MinPrice: ticker.MinPrice = scanner.ReadOptionalDecimal("min_price"); return true;
            case TickerMember.MaxPrice: ticker.MaxPrice = scanner.ReadOptionalDecimal("max_price"); return true;
            case TickerMember.OpenInterest: ticker.OpenInterest = scanner.ReadOptionalDouble("open_interest"); return true;
            case TickerMember.CurrentFunding: ticker.CurrentFunding = scanner.ReadOptionalDouble("current_funding"); return true;
            case TickerMember.Funding8Hours: ticker.Funding8Hours = scanner.ReadOptionalDouble("funding_8h"); return true;
            case TickerMember.InterestValue: ticker.InterestValue = scanner.ReadOptionalDouble("interest_value"); return true;
            case TickerMember.SettlementPrice: ticker.SettlementPrice = scanner.ReadOptionalDecimal("settlement_price"); return true;
            case TickerMember.DeliveryPrice: ticker.DeliveryPrice = scanner.ReadOptionalDecimal("delivery_price"); return true;
            case TickerMember.EstimatedDeliveryPrice:
                ticker.EstimatedDeliveryPrice = scanner.ReadOptionalDecimal("estimated_delivery_price");
                return true;
            case TickerMember.AskImpliedVolatility: ticker.AskImpliedVolatility = scanner.ReadOptionalDouble("ask_iv"); return true;
            case TickerMember.BidImpliedVolatility: ticker.BidImpliedVolatility = scanner.ReadOptionalDouble("bid_iv"); return true;
            case TickerMember.MarkImpliedVolatility: ticker.MarkImpliedVolatility = scanner.ReadOptionalDouble("mark_iv"); return true;
            case TickerMember.UnderlyingPrice: ticker.UnderlyingPrice = scanner.ReadOptionalDecimal("underlying_price"); return true;
            case TickerMember.UnderlyingIndex: ticker.UnderlyingIndex = words.ReadStringOrNumber(ref scanner); return true;
            case TickerMember.InterestRate: ticker.InterestRate = scanner.ReadOptionalDouble("interest_rate"); return true;
            case TickerMember.Greeks: ticker.Greeks = ReadGreeks(ref scanner); return true;
            case TickerMember.Stats: ticker.Stats = ReadStats(ref scanner); return true;
            default: return false;
        }
    }

    // {"vega":20.05335,"theta":-5.65962,"rho":4.91491,"gamma":0.00001,"delta":0.05785}
    private static DeribitGreeks? ReadGreeks(ref Utf8Scanner scanner)
    {
        if (!TryBeginObject(ref scanner)) return null;
        double? delta = null, gamma = null, rho = null, theta = null, vega = null;
        for (bool more = scanner.HasMember(); more; more = scanner.HasNextMember())
        {
            ReadOnlySpan<byte> name = scanner.ReadName();
            if (name.SequenceEqual("delta"u8)) delta = scanner.ReadOptionalDouble("delta");
            else if (name.SequenceEqual("gamma"u8)) gamma = scanner.ReadOptionalDouble("gamma");
            else if (name.SequenceEqual("rho"u8)) rho = scanner.ReadOptionalDouble("rho");
            else if (name.SequenceEqual("theta"u8)) theta = scanner.ReadOptionalDouble("theta");
            else if (name.SequenceEqual("vega"u8)) vega = scanner.ReadOptionalDouble("vega");
            else scanner.SkipValue();
        }

        return new DeribitGreeks(delta, gamma, rho, theta, vega);
    }

    // {"volume_usd":545442610.0,"volume":17945.19644566,"price_change":-5.4014,"low":29265.5,"high":31903.5}
    private static DeribitTickerStats? ReadStats(ref Utf8Scanner scanner)
    {
        if (!TryBeginObject(ref scanner)) return null;
        double? high = null, low = null, volume = null, usd = null, notional = null, change = null;
        for (bool more = scanner.HasMember(); more; more = scanner.HasNextMember())
        {
            ReadOnlySpan<byte> name = scanner.ReadName();
            if (name.SequenceEqual("high"u8)) high = scanner.ReadOptionalDouble("high");
            else if (name.SequenceEqual("low"u8)) low = scanner.ReadOptionalDouble("low");
            else if (name.SequenceEqual("volume"u8)) volume = scanner.ReadOptionalDouble("volume");
            else if (name.SequenceEqual("volume_usd"u8)) usd = scanner.ReadOptionalDouble("volume_usd");
            else if (name.SequenceEqual("volume_notional"u8)) notional = scanner.ReadOptionalDouble("volume_notional");
            else if (name.SequenceEqual("price_change"u8)) change = scanner.ReadOptionalDouble("price_change");
            else scanner.SkipValue();
        }

        return new DeribitTickerStats(high, low, volume, usd, notional, change);
    }

    private static bool TryBeginObject(ref Utf8Scanner scanner)
    {
        if (scanner.PeekToken() == '{')
        {
            scanner.BeginObject();
            return true;
        }

        scanner.SkipValue();
        return false;
    }
}
