using System.Text;
using Deribit.Client.Channels;

namespace Deribit.Client.Tests.Channels;

public sealed class TickerDecodingTests
{
    [Fact]
    public void Ticker_gives_what_was_sent_and_null_for_the_rest()
    {
        DeribitTicker ticker = Frames.Decode<DeribitTicker>(Frames.Notification("ticker.BTC-PERPETUAL.100ms", Frames.Ticker));

        Assert.Equal(("BTC-PERPETUAL", 1790755218559L, "open"), (ticker.InstrumentName, ticker.ExchangeTimeUnixMs, ticker.State));
        Assert.Equal((85500m, 83251.03m, 83212.14m), (ticker.SettlementPrice, ticker.IndexPrice, ticker.MarkPrice));
        Assert.Equal((797578130d, -4.467407940520975e-5, -2.1714e-4, -3.1e-6), (ticker.OpenInterest, ticker.InterestValue, ticker.CurrentFunding, ticker.Funding8Hours));
        Assert.Equal((0m, 0m, 83212.5m, 261910m), (ticker.BestBidPrice, ticker.BestBidAmount, ticker.BestAskPrice, ticker.BestAskAmount));
        Assert.Equal(new DeribitTickerStats(84548.5, null, 9341.40027576, 781497780, null, -0.8525), ticker.Stats);
        Assert.Null(ticker.LastPrice);
        Assert.Null(ticker.EstimatedDeliveryPrice);
        Assert.Null(ticker.Greeks);
        Assert.Null(ticker.UnderlyingIndex);
    }

    [Theory]
    [InlineData("\"SYN.BTC-19APR21\"", "SYN.BTC-19APR21")]
    [InlineData("17", "17")]
    [InlineData("null", null)]
    [InlineData("[1]", null)]
    public void Underlying_index_is_taken_as_string_or_number(string value, string? expected)
    {
        string data = Frames.Ticker.Insert(1, $"\"underlying_index\":{value},");

        Assert.Equal(expected, Frames.Decode<DeribitTicker>(Frames.Notification("ticker.BTC-PERPETUAL.100ms", data)).UnderlyingIndex);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"expired\"")]
    [InlineData("{}")]
    [InlineData("[1,2]")]
    [InlineData("true")]
    public void Fault_15_and_16_value_of_another_type_is_null(string value)
    {
        string data = Frames.Ticker.Replace("83212.5", value, StringComparison.Ordinal).Replace("-2.1714e-4", value, StringComparison.Ordinal)
            .Insert(1, $"\"greeks\":{(value == "{}" ? "[]" : value)},");
        DeribitTicker ticker = Frames.Decode<DeribitTicker>(Frames.Notification("ticker.BTC-PERPETUAL.100ms", data));

        Assert.Null(ticker.BestAskPrice);
        Assert.Null(ticker.CurrentFunding);
        Assert.Null(ticker.Greeks);
    }

    [Fact]
    public void Greeks_may_be_partly_there()
    {
        string data = Frames.Ticker.Insert(1, """ "greeks":{"vega":20.05335,"theta":-5.65962,"rho":null,"new":1,"delta":0.0},""");

        Assert.Equal(
            new DeribitGreeks(0, null, null, -5.65962, 20.05335),
            Frames.Decode<DeribitTicker>(Frames.Notification("ticker.BTC-PERPETUAL.100ms", data)).Greeks);
    }

    [Theory]
    [InlineData("\"timestamp\":1790755218559,", "", "'timestamp'")]
    [InlineData("83212.14", "0.12345678901234567890123456789", "mark_price")]
    [InlineData("-3.1e-6", "1e999", "funding_8h")]
    [InlineData("\"state\":\"open\",", "\"state\":\"open\",\"state\":\"open\",", "state")]
    public void Ticker_that_cannot_be_held_is_unusable(string from, string to, string named)
    {
        Assert.Contains(from, Frames.Ticker, StringComparison.Ordinal);
        string data = Frames.Ticker.Replace(from, to, StringComparison.Ordinal);

        Assert.Contains(named, Frames.Reason(Frames.Notification("ticker.BTC-PERPETUAL.100ms", data)), StringComparison.Ordinal);
    }

    [Fact]
    public void Reused_ticker_carries_nothing_over()
    {
        NotificationDecoder decoder = new();
        decoder.Decode(Encoding.UTF8.GetBytes(Frames.Notification("ticker.BTC-PERPETUAL.100ms", Frames.Ticker)), 0, 0);
        DeribitTicker ticker = (DeribitTicker)decoder.Decode(
            Encoding.UTF8.GetBytes(Frames.Notification("ticker.ETH-PERPETUAL.100ms", """{"timestamp":5}""")), 0, 0);

        Assert.Equal(("ETH-PERPETUAL", 5L), (ticker.InstrumentName, ticker.ExchangeTimeUnixMs));
        foreach (System.Reflection.PropertyInfo property in typeof(DeribitTicker).GetProperties())
        {
            bool isFigure = Nullable.GetUnderlyingType(property.PropertyType) is not null || property.Name is "State" or "UnderlyingIndex";
            if (isFigure) Assert.Null(property.GetValue(ticker));
        }
    }
}
