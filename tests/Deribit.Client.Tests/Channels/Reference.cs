using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Deribit.Client.Tests.Channels;

/// <summary>
/// A slow, independent reading of frames with JsonDocument and big integers, which the decoder is compared with. A frame and a message are
/// each written as text, member by member, and the texts must be equal.
/// </summary>
internal static class Reference
{
    public static string Describe(JsonElement frame)
    {
        JsonElement parameters = frame.GetProperty("params");
        string channel = parameters.GetProperty("channel").GetString() ?? "";
        JsonElement data = parameters.GetProperty("data");
        switch (DeribitChannels.Parse(channel).Kind)
        {
            case DeribitChannelKind.Book:
                bool isChange = data.TryGetProperty("prev_change_id", out JsonElement previous);
                if (data.TryGetProperty("type", out JsonElement type)) isChange = type.GetString() == "change";
                return $"book {channel} {Text(data, "instrument_name")} {(isChange ? "Change" : "Snapshot")} {Number(data, "timestamp")} "
                    + $"{Number(data, "change_id")} {(isChange ? Exact(previous.GetRawText()) : "-")}"
                    + $" bids{Actions(data.GetProperty("bids"))} asks{Actions(data.GetProperty("asks"))}";
            case DeribitChannelKind.GroupedBook:
                return $"grouped {channel} {Text(data, "instrument_name")} {Number(data, "timestamp")} {Number(data, "change_id")}"
                    + $" bids{Pairs(data.GetProperty("bids"))} asks{Pairs(data.GetProperty("asks"))}";
            case DeribitChannelKind.Trades:
            case DeribitChannelKind.TradesByKind:
                return $"trades {channel} " + string.Join(" | ", data.EnumerateArray().Select(Trade));
            case DeribitChannelKind.Ticker:
                return $"ticker {channel} " + Ticker(data);
            case DeribitChannelKind.InstrumentState:
                return $"state {channel} {Text(data, "instrument_name")} {Text(data, "state")} {Number(data, "timestamp")}";
            case DeribitChannelKind.PlatformState:
                return $"platform {Flag(data, "maintenance")} {Flag(data, "locked")} {Text(data, "price_index")}";
            case DeribitChannelKind.PublicMethodsState:
                return $"methods {Flag(data, "allow_unauthenticated_public_requests")}";
            default:
                return $"unknown {channel}";
        }
    }

    public static string Describe(DeribitMessage message) => message switch
    {
        DeribitBook b => $"book {b.Channel} {b.InstrumentName} {b.Kind} {b.ExchangeTimeUnixMs} {b.ChangeId} {Show(b.PreviousChangeId)}"
            + $" bids{Levels(b.Bids)} asks{Levels(b.Asks)}",
        DeribitGroupedBook b => $"grouped {b.Channel} {b.InstrumentName} {b.ExchangeTimeUnixMs} {b.ChangeId} bids{Levels(b.Bids)} asks{Levels(b.Asks)}",
        DeribitTrades t => $"trades {t.Channel} " + string.Join(" | ", t.Trades.Select(Trade)),
        DeribitTicker t => $"ticker {t.Channel} " + Ticker(t),
        DeribitInstrumentState s => $"state {s.Channel} {s.InstrumentName} {s.State} {s.ExchangeTimeUnixMs}",
        DeribitPlatformState s => $"platform {Show(s.Maintenance)} {Show(s.Locked)} {Show(s.PriceIndex)}",
        DeribitPublicMethodsState s => $"methods {s.AllowUnauthenticatedPublicRequests}",
        DeribitUnknownChannel u => $"unknown {u.Channel}",
        DeribitUnusableFrame u => $"unusable {u.Reason}",
        _ => message.GetType().Name,
    };

    /// <summary>The exact value of a JSON number without trailing zeros: digits, and the power of ten behind them.</summary>
    public static string Exact(string text)
    {
        int e = text.IndexOfAny(['e', 'E']);
        string mantissa = e < 0 ? text : text[..e];
        int power = e < 0 ? 0 : int.Parse(text[(e + 1)..], CultureInfo.InvariantCulture);
        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0) power -= mantissa.Length - point - 1;
        BigInteger digits = BigInteger.Parse(mantissa.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        if (digits.IsZero) return "0";
        for (; power < 0 && digits % 10 == 0; power++) digits /= 10;
        if (power >= 0) return (digits * BigInteger.Pow(10, power)).ToString(CultureInfo.InvariantCulture);
        string padded = BigInteger.Abs(digits).ToString(CultureInfo.InvariantCulture).PadLeft(1 - power, '0');
        return (digits.Sign < 0 ? "-" : "") + padded[..(padded.Length + power)] + "." + padded[(padded.Length + power)..];
    }

    private static string Actions(JsonElement side) => string.Concat(side.EnumerateArray().Select(level =>
        $" {Exact(level[1].GetRawText())}@{(level[0].GetString() == "delete" ? "0" : Exact(level[2].GetRawText()))}"));

    private static string Pairs(JsonElement side) => string.Concat(side.EnumerateArray().Select(level =>
        $" {Exact(level[0].GetRawText())}@{Exact(level[1].GetRawText())}"));

    private static string Levels(ReadOnlySpan<DeribitBookLevel> levels) =>
        string.Concat(levels.ToArray().Select(level => $" {Show(level.Price)}@{Show(level.Amount)}"));

    private static string Trade(JsonElement t) => string.Join(
        ' ', Text(t, "trade_id"), Number(t, "trade_seq"), Text(t, "instrument_name"), Number(t, "timestamp"), Number(t, "price"),
        Number(t, "amount"), Text(t, "direction"), Number(t, "tick_direction"), Number(t, "index_price"), Number(t, "mark_price"),
        Figure(t, "iv"), Text(t, "liquidation"), Number(t, "contracts"), Text(t, "combo_id"), Text(t, "combo_trade_id"),
        Text(t, "block_trade_id"), Number(t, "block_trade_leg_count"), Number(t, "block_rfq_id"), Number(t, "starbase_match_id"),
        Number(t, "starbase_timestamp"));

    private static string Trade(DeribitTrade t) => string.Join(
        ' ', t.TradeId, t.TradeSequence, t.InstrumentName, t.ExchangeTimeUnixMs, Show(t.Price), Show(t.Amount), t.Direction,
        Show(t.TickDirection), Show(t.IndexPrice), Show(t.MarkPrice), Show(t.ImpliedVolatility), Show(t.Liquidation), Show(t.Contracts),
        Show(t.ComboId), Show(t.ComboTradeId), Show(t.BlockTradeId), Show(t.BlockTradeLegCount), Show(t.BlockRfqId), Show(t.StarbaseMatchId),
        Show(t.StarbaseTimeUnixNs));

    private static string Ticker(JsonElement t) => string.Join(
        ' ', Text(t, "instrument_name"), Number(t, "timestamp"), Text(t, "state"), Number(t, "last_price"), Number(t, "mark_price"),
        Number(t, "index_price"), Number(t, "best_bid_price"), Number(t, "best_bid_amount"), Number(t, "best_ask_price"),
        Number(t, "best_ask_amount"), Number(t, "min_price"), Number(t, "max_price"), Figure(t, "open_interest"),
        Figure(t, "current_funding"), Figure(t, "funding_8h"), Figure(t, "interest_value"), Number(t, "settlement_price"),
        Number(t, "delivery_price"), Number(t, "estimated_delivery_price"), Figure(t, "ask_iv"), Figure(t, "bid_iv"), Figure(t, "mark_iv"),
        Number(t, "underlying_price"), Text(t, "underlying_index"), Figure(t, "interest_rate"),
        t.TryGetProperty("greeks", out JsonElement g)
            ? string.Join(',', Figure(g, "delta"), Figure(g, "gamma"), Figure(g, "rho"), Figure(g, "theta"), Figure(g, "vega")) : "-",
        t.TryGetProperty("stats", out JsonElement s)
            ? string.Join(',', Figure(s, "high"), Figure(s, "low"), Figure(s, "volume"), Figure(s, "volume_usd"), Figure(s, "volume_notional"), Figure(s, "price_change"))
            : "-");

    private static string Ticker(DeribitTicker t) => string.Join(
        ' ', t.InstrumentName, t.ExchangeTimeUnixMs, Show(t.State), Show(t.LastPrice), Show(t.MarkPrice), Show(t.IndexPrice),
        Show(t.BestBidPrice), Show(t.BestBidAmount), Show(t.BestAskPrice), Show(t.BestAskAmount), Show(t.MinPrice), Show(t.MaxPrice),
        Show(t.OpenInterest), Show(t.CurrentFunding), Show(t.Funding8Hours), Show(t.InterestValue), Show(t.SettlementPrice),
        Show(t.DeliveryPrice), Show(t.EstimatedDeliveryPrice), Show(t.AskImpliedVolatility), Show(t.BidImpliedVolatility),
        Show(t.MarkImpliedVolatility), Show(t.UnderlyingPrice), Show(t.UnderlyingIndex), Show(t.InterestRate),
        t.Greeks is { } g ? string.Join(',', Show(g.Delta), Show(g.Gamma), Show(g.Rho), Show(g.Theta), Show(g.Vega)) : "-",
        t.Stats is { } s
            ? string.Join(',', Show(s.High), Show(s.Low), Show(s.Volume), Show(s.VolumeUsd), Show(s.VolumeNotional), Show(s.PriceChange)) : "-");

    private static string Number(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? Exact(value.GetRawText()) : "-";

    private static string Figure(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? Show(value.GetDouble()) : "-";

    private static string Text(JsonElement parent, string name) => !parent.TryGetProperty(name, out JsonElement value) ? "-"
        : value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : value.ValueKind == JsonValueKind.Number ? value.GetRawText() : "-";

    private static string Flag(JsonElement parent, string name) => parent.TryGetProperty(name, out JsonElement value) ? Show(value.GetBoolean()) : "-";

    private static string Show(object? value) => value switch
    {
        null => "-",
        double d => d == 0 ? "0" : d.ToString("R", CultureInfo.InvariantCulture), // the sign of a zero is not kept
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "-",
    };
}
