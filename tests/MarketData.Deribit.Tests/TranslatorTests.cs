using System.Text;

using Deribit.Client.Channels;

namespace MarketData.Deribit.Tests;

public sealed class TranslatorTests
{
    private static readonly InstrumentRoute Route =
        new(new Instrument { Exchange = "deribit", Name = "BTC-1JAN27-9-C" }, new Shard(1, new DeribitClient(new DeribitClientOptions())));

    [Theory]
    [InlineData("0.0", "0.0")]
    [InlineData("null", "0.0")]
    [InlineData("null", "null")]
    [InlineData("0", "0")]
    public void Ticker_with_an_empty_side_becomes_nulls(string price, string amount)
    {
        var ticker = Ticker($"\"best_bid_price\":{price},\"best_bid_amount\":{amount},\"bid_iv\":0.0,\"best_ask_price\":0.5,\"best_ask_amount\":2.0,\"ask_iv\":61.5");
        Assert.Null(ticker.BestBidPrice);
        Assert.Null(ticker.BestBidAmount);
        Assert.Null(ticker.BidImpliedVolatility);
        Assert.Equal(0.5m, ticker.BestAskPrice);
        Assert.Equal(2m, ticker.BestAskAmount);
        Assert.Equal(61.5, ticker.AskImpliedVolatility);
    }

    [Fact]
    public void Ticker_of_a_combo_keeps_a_price_of_zero_that_has_an_amount()
    {
        var ticker = Ticker("\"best_bid_price\":0.0,\"best_bid_amount\":7.0");
        Assert.Equal(0m, ticker.BestBidPrice);
        Assert.Equal(7m, ticker.BestBidAmount);
    }

    [Fact]
    public void Ticker_without_greeks_and_stats_has_nulls()
    {
        var ticker = Ticker("\"last_price\":null");
        Assert.Null(ticker.Greeks);
        Assert.Null(ticker.Stats);
        Assert.Null(ticker.LastPrice);
        Assert.Equal("deribit.BTC-1JAN27-9-C", ticker.Key);
    }

    [Fact]
    public void Trade_with_an_unknown_direction_is_kept_with_the_word()
    {
        var trades = Assert.IsType<DeribitTrades>(Decode(
            "trades.BTC-1JAN27-9-C.raw",
            """[{"trade_seq":9007199254740993,"trade_id":"77","timestamp":5,"tick_direction":1,"price":1.5e-3,"instrument_name":"BTC-1JAN27-9-C","direction":"sideways","amount":1e1}]"""));
        var trade = TradeTranslator.Translate(trades.Trades[0], Route, trades);
        Assert.Equal(TradeDirection.Unknown, trade.Direction);
        Assert.Equal("sideways", trade.UnknownDirection);
        Assert.Equal(0.0015m, trade.Price);
        Assert.Equal(10m, trade.Amount);
        Assert.Equal(9007199254740993, trade.TradeSequence);
    }

    private static TickerEvent Ticker(string fields) => TickerTranslator.Translate(
        Assert.IsType<DeribitTicker>(Decode(
            "ticker.BTC-1JAN27-9-C.100ms",
            $$"""{"instrument_name":"BTC-1JAN27-9-C","timestamp":5,"state":"open","mark_price":1.0,"index_price":2.0,"min_price":0.1,"max_price":9.0,{{fields}}}""")),
        Route);

    private static DeribitMessage Decode(string channel, string data) => new NotificationDecoder().Decode(
        Encoding.UTF8.GetBytes($$$"""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"{{{channel}}}","data":{{{data}}}}}"""), 42, 1);
}
