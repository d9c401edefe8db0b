using System.Globalization;
using System.Text;

using MarketData.Soak.Time;

namespace MarketData.Soak.Venue;

/// <summary>
/// The exchange's JSON, written by hand from the protocol's description: nothing of it comes from the client. Numbers appear in the forms
/// that the exchange uses: <c>2700</c>, <c>1054.0</c>, <c>6.4e4</c>.
/// </summary>
internal static class Json
{
    private const string Notification = "{\"jsonrpc\":\"2.0\",\"method\":\"subscription\",\"params\":{\"channel\":\"";

    // {"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.X.100ms","data":{"timestamp":1,"type":"change","change_id":2,
    //  "instrument_name":"X","bids":[["new",1.5,10.0]],"asks":[],"prev_change_id":1}}}
    public static string Book(
        string channel, VenueInstrument instrument, long timeUnixMs, long changeId, long? previous, IEnumerable<LevelChange> levels, Dice dice)
    {
        var text = new StringBuilder(256).Append(Notification).Append(channel).Append("\",\"data\":{\"timestamp\":").Append(timeUnixMs)
            .Append(",\"type\":\"").Append(previous is null ? "snapshot" : "change").Append("\",\"change_id\":").Append(changeId)
            .Append(",\"instrument_name\":\"").Append(instrument.Name).Append("\",\"bids\":[");
        var list = levels as IReadOnlyCollection<LevelChange> ?? [.. levels];
        AppendSide(text, list, isBid: true, dice);
        text.Append("],\"asks\":[");
        AppendSide(text, list, isBid: false, dice);
        text.Append(']');
        if (previous is { } before)
            text.Append(",\"prev_change_id\":").Append(before);
        return text.Append("}}}").ToString();
    }

    public static string Trades(string channel, VenueInstrument instrument, IReadOnlyList<VenueTrade> trades, Dice dice) =>
        new StringBuilder(512).Append(Notification).Append(channel).Append("\",\"data\":[")
            .AppendJoin(',', trades.Select(trade => Trade(instrument, trade, dice))).Append("]}}").ToString();

    public static string Trade(VenueInstrument instrument, VenueTrade trade, Dice dice)
    {
        var text = new StringBuilder(256).Append("{\"timestamp\":").Append(trade.TimeUnixMs).Append(",\"price\":")
            .Append(Number(trade.Price, dice)).Append(",\"amount\":").Append(Number(trade.Amount, dice)).Append(",\"direction\":\"")
            .Append(trade.IsBuy ? "buy" : "sell").Append("\",\"index_price\":").Append(Number(trade.Price, dice))
            .Append(",\"instrument_name\":\"").Append(instrument.Name).Append("\",\"trade_seq\":").Append(trade.Sequence)
            .Append(",\"mark_price\":").Append(Number(trade.Price, dice)).Append(",\"tick_direction\":").Append(trade.Sequence % 4);
        if (trade.ComboId is { } combo)
            text.Append(",\"combo_id\":\"").Append(combo).Append("\",\"combo_trade_id\":\"").Append(trade.ComboTradeId).Append('"');
        return text.Append(",\"trade_id\":\"").Append(trade.Id).Append("\"}").ToString();
    }

    public static string Ticker(string channel, VenueInstrument instrument, long timeUnixMs, Dice dice) =>
        $"{Notification}{channel}\",\"data\":{{{TickerMembers(instrument, timeUnixMs, dice)}}}}}}}";

    public static string OrderBook(VenueInstrument instrument, long timeUnixMs, Dice dice)
    {
        var state = instrument.State;
        return $"{{{TickerMembers(instrument, timeUnixMs, dice)},\"change_id\":{state.ChangeId}"
            + $",\"bids\":[{Pairs(state.Bids, dice)}],\"asks\":[{Pairs(state.Asks, dice)}]}}";
    }

    public static string Instrument(VenueInstrument instrument) =>
        $"{{\"instrument_name\":\"{instrument.Name}\",\"instrument_id\":7,\"kind\":\"{instrument.Kind}\",\"state\":\"open\",\"is_active\":true,"
        + $"\"base_currency\":\"BTC\",\"quote_currency\":\"USD\",\"settlement_currency\":\"BTC\",\"price_index\":\"btc_usd\","
        + $"\"instrument_type\":\"reversed\",\"contract_size\":{Plain(instrument.Step)},\"tick_size\":{Plain(instrument.Tick)},"
        + "\"tick_size_steps\":[],\"min_trade_amount\":1,\"creation_timestamp\":1534167754000,"
        + $"\"expiration_timestamp\":{instrument.ExpiresUnixMs}}}";

    public static string News(string channel, string data) => $"{Notification}{channel}\",\"data\":{data}}}}}";

    public static string Reply(string id, string result) =>
        $"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{result},\"usIn\":1790133842785065,\"usOut\":1790133842785140,\"usDiff\":75,\"testnet\":false}}";

    public static string Error(string? id, int code, string message) =>
        $"{{\"jsonrpc\":\"2.0\"{(id is null ? "" : ",\"id\":" + id)},\"error\":{{\"code\":{code},\"message\":\"{message}\"}},\"testnet\":false}}";

    /// <summary>A number in one of the forms that the exchange uses for it.</summary>
    public static string Number(decimal value, Dice dice) => dice.Between(0, 9) switch
    {
        0 => Exponent(value),
        1 when decimal.IsInteger(value) => Plain(value) + ".0",
        2 when !decimal.IsInteger(value) => Plain(value) + "0",
        _ => Plain(value),
    };

    private static string TickerMembers(VenueInstrument instrument, long timeUnixMs, Dice dice)
    {
        var state = instrument.State;
        return $"\"timestamp\":{timeUnixMs},\"state\":\"open\",\"stats\":{{\"high\":null,\"low\":null,\"price_change\":null,\"volume\":0}},"
            + $"\"index_price\":{Number(instrument.LastPrice, dice)},\"instrument_name\":\"{instrument.Name}\","
            + $"\"last_price\":{Number(instrument.LastPrice, dice)},\"mark_price\":{Number(instrument.LastPrice, dice)},"
            + $"\"best_bid_price\":{Best(state.Bids, dice)},\"best_bid_amount\":{Amount(state.Bids, dice)},"
            + $"\"best_ask_price\":{Best(state.Asks, dice)},\"best_ask_amount\":{Amount(state.Asks, dice)}";
    }

    private static string Best((decimal Price, decimal Amount)[] side, Dice dice) => side.Length == 0 ? "null" : Number(side[0].Price, dice);

    private static string Amount((decimal Price, decimal Amount)[] side, Dice dice) => side.Length == 0 ? "0.0" : Number(side[0].Amount, dice);

    private static string Pairs((decimal Price, decimal Amount)[] side, Dice dice) =>
        string.Join(',', side.Select(level => $"[{Number(level.Price, dice)},{Number(level.Amount, dice)}]"));

    private static void AppendSide(StringBuilder text, IReadOnlyCollection<LevelChange> levels, bool isBid, Dice dice)
    {
        var first = true;
        foreach (var level in levels)
        {
            if (level.IsBid != isBid)
                continue;
            text.Append(first ? "[\"" : ",[\"").Append(level.Action).Append("\",").Append(Number(level.Price, dice)).Append(',')
                .Append(level.Amount == 0 ? "0.0" : Number(level.Amount, dice)).Append(']');
            first = false;
        }
    }

    private static string Plain(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);

    // 64000 -> 6.4e4, 0.0005 -> 5e-4, -12.5 -> -1.25e1
    private static string Exponent(decimal value)
    {
        if (value == 0)
            return "0";
        var sign = value < 0 ? "-" : "";
        var text = Plain(Math.Abs(value));
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var digits = text.Replace(".", "", StringComparison.Ordinal);
        var lead = digits.Length - digits.TrimStart('0').Length;
        var exponent = (point < 0 ? digits.Length : point) - lead - 1;
        digits = digits.Trim('0');
        return $"{sign}{digits[0]}{(digits.Length > 1 ? "." + digits[1..] : "")}e{exponent.ToString(CultureInfo.InvariantCulture)}";
    }
}
