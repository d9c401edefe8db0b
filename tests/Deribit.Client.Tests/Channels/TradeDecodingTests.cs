using Deribit.Client.Channels;

namespace Deribit.Client.Tests.Channels;

public sealed class TradeDecodingTests
{
    [Fact]
    public void Trade_gives_every_member_exactly()
    {
        DeribitTrades trades = Frames.Decode<DeribitTrades>(Frames.Trades(Frames.Trade));
        DeribitTrade trade = Assert.Single(trades.Trades);

        Assert.Equal("BTC-PERPETUAL", trades.InstrumentName);
        Assert.Equal(("267258393", 140284854L, "BTC-PERPETUAL", 1789344933994L), (trade.TradeId, trade.TradeSequence, trade.InstrumentName, trade.ExchangeTimeUnixMs));
        Assert.Equal((76917.5m, 8450m, "buy", 0), (trade.Price, trade.Amount, trade.Direction, trade.TickDirection));
        Assert.Equal((76906.67m, 76917.12m, 845m), (trade.IndexPrice, trade.MarkPrice, trade.Contracts));
        Assert.Equal((225046781992378368L, 1789344933994718924L), (trade.StarbaseMatchId, trade.StarbaseTimeUnixNs));
        Assert.Null(trade.ImpliedVolatility);
        Assert.Null(trade.ComboId);
    }

    [Fact]
    public void Optional_members_of_option_block_and_combo_trades_are_read()
    {
        string more = """ "iv":47.58,"liquidation":"MT","block_trade_id":"BLOCK-123","block_trade_leg_count":2,"block_rfq_id":939,"combo_id":"BTC-FS-2SEP22_PERP","combo_trade_id":"43","legs":[{"price":1,"trade_id":"9"}],""";
        DeribitTrade trade = Assert.Single(Frames.Decode<DeribitTrades>(Frames.Trades(Frames.Trade.Insert(1, more))).Trades);

        Assert.Equal((47.58, "MT", "BLOCK-123", 2), (trade.ImpliedVolatility, trade.Liquidation, trade.BlockTradeId, trade.BlockTradeLegCount));
        Assert.Equal((939L, "BTC-FS-2SEP22_PERP", "43"), (trade.BlockRfqId, trade.ComboId, trade.ComboTradeId));
    }

    [Theory]
    [InlineData("""[{"trade_seq":7,"trade_id":"9","instrument_name":"A","price":{"x":1}},{"instrument_name":"B","trade_id":10}]""", "A 9 7, B 10 ")]
    [InlineData("""[{"price":1,"trade_id":"9"},5,null,{"instrument_name":3,"trade_id":"9"},{"instrument_name":"A","trade_id":"9","trade_seq":null}]""", "A 9 ")]
    [InlineData("[]", null)]
    [InlineData("\"none\"", null)]
    [InlineData("null", null)]
    public void Fault_40_legs_are_read_as_links_and_what_does_not_fit_is_left_out(string legs, string? expected)
    {
        DeribitTrade trade = Assert.Single(Frames.Decode<DeribitTrades>(Frames.Trades(Frames.Trade.Insert(1, $"\"legs\":{legs},"))).Trades);
        string? links = trade.Legs is null
            ? null
            : string.Join(", ", trade.Legs.Select(leg => $"{leg.InstrumentName} {leg.TradeId} {leg.TradeSequence}"));
        Assert.Equal(expected, links);
    }

    [Theory]
    [InlineData("\"combo_trade_id\":1154,", "1154")]
    [InlineData("\"combo_trade_id\":\"1154\",", "1154")]
    [InlineData("\"combo_trade_id\":null,", null)]
    [InlineData("", null)]
    public void Combo_trade_id_is_taken_as_string_or_number(string member, string? expected) =>
        Assert.Equal(expected, Assert.Single(Frames.Decode<DeribitTrades>(Frames.Trades(Frames.Trade.Insert(1, member))).Trades).ComboTradeId);

    [Fact]
    public void Channel_of_many_instruments_has_no_instrument_of_its_own()
    {
        string other = Frames.Trade.Replace("BTC-PERPETUAL", "ETH-PERPETUAL", StringComparison.Ordinal);
        DeribitTrades trades = Frames.Decode<DeribitTrades>(Frames.Notification("trades.future.any.raw", $"[{Frames.Trade},{other}]"));

        Assert.Null(trades.InstrumentName);
        Assert.Equal(["BTC-PERPETUAL", "ETH-PERPETUAL"], trades.Trades.Select(t => t.InstrumentName));
    }

    [Theory]
    [InlineData("\"trade_id\":\"267258393\",", "trade_id")]
    [InlineData("\"trade_seq\":140284854,", "trade_seq")]
    [InlineData("\"instrument_name\":\"BTC-PERPETUAL\",", "instrument_name")]
    [InlineData("\"timestamp\":1789344933994,", "timestamp")]
    [InlineData("\"price\":76917.5,", "price")]
    [InlineData("\"amount\":8450.0,", "amount")]
    [InlineData("\"direction\":\"buy\",", "direction")]
    public void Fault_16_missing_required_member_is_unusable_and_named(string member, string name)
    {
        Assert.Contains(member, Frames.Trade, StringComparison.Ordinal);

        Assert.Contains($"'{name}'", Frames.Reason(Frames.Trades(Frames.Trade.Replace(member, "", StringComparison.Ordinal))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"amount\":8450.0", "\"amount\":0")]
    [InlineData("\"amount\":8450.0", "\"amount\":-1")]
    [InlineData("\"price\":76917.5", "\"price\":null")]
    [InlineData("\"price\":76917.5", "\"price\":1,\"price\":76917.5")]
    public void Trade_that_makes_no_sense_is_unusable(string from, string to) =>
        Frames.Decode<DeribitUnusableFrame>(Frames.Trades(Frames.Trade.Replace(from, to, StringComparison.Ordinal)));

    [Fact]
    public void Fault_14_unknown_direction_passes_through() => Assert.Equal("zip", Assert.Single(
        Frames.Decode<DeribitTrades>(Frames.Trades(Frames.Trade.Replace("\"buy\"", "\"zip\"", StringComparison.Ordinal))).Trades).Direction);

    [Fact]
    public void Negative_price_of_a_combo_is_kept() => Assert.Equal(-12.5m, Assert.Single(
        Frames.Decode<DeribitTrades>(Frames.Trades(Frames.Trade.Replace("76917.5", "-12.5", StringComparison.Ordinal))).Trades).Price);

    [Fact]
    public void Trades_are_new_objects_that_outlive_the_frame()
    {
        NotificationDecoder decoder = new();
        byte[] frame = System.Text.Encoding.UTF8.GetBytes(Frames.Trades(Frames.Trade));
        DeribitTrade first = ((DeribitTrades)decoder.Decode(frame, 0, 0)).Trades[0];
        DeribitTrades second = (DeribitTrades)decoder.Decode(frame, 0, 0);

        Assert.Single(second.Trades);
        Assert.NotSame(first, second.Trades[0]);
    }

    [Fact]
    public void More_trades_than_the_cap_are_unusable()
    {
        static string Many(int count) => Frames.Trades([.. Enumerable.Repeat(Frames.Trade, count)]);

        Assert.Equal(TradeReader.MaxTrades, Frames.Decode<DeribitTrades>(Many(TradeReader.MaxTrades)).Trades.Count);
        Assert.Contains("10000 trades", Frames.Reason(Many(TradeReader.MaxTrades + 1)), StringComparison.Ordinal);
    }
}
