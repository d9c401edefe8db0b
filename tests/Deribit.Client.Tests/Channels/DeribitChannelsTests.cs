namespace Deribit.Client.Tests.Channels;

public sealed class DeribitChannelsTests
{
    [Fact]
    public void Builders_write_the_exchange_names()
    {
        Assert.Equal("book.BTC-PERPETUAL.raw", DeribitChannels.Book("BTC-PERPETUAL", DeribitInterval.Raw));
        Assert.Equal("book.BTC-PERPETUAL.none.20.100ms", DeribitChannels.GroupedBook("BTC-PERPETUAL", 20, DeribitInterval.Ms100));
        Assert.Equal("ticker.BTC-PERPETUAL.agg2", DeribitChannels.Ticker("BTC-PERPETUAL", DeribitInterval.Agg2));
        Assert.Equal("trades.BTC-PERPETUAL.100ms", DeribitChannels.Trades("BTC-PERPETUAL", DeribitInterval.Ms100));
        Assert.Equal("trades.option.any.raw", DeribitChannels.TradesByKind("option", "any", DeribitInterval.Raw));
        Assert.Equal("instrument.state.any.any", DeribitChannels.InstrumentState());
        Assert.Equal("instrument.creation.option.BTC", DeribitChannels.InstrumentCreation("option", "BTC"));
    }

    [Theory]
    [InlineData("book.XRP_USDC-30JUN23-0d625-C.raw", DeribitChannelKind.Book, "XRP_USDC-30JUN23-0d625-C")]
    [InlineData("book.BTC-PERPETUAL.none.20.100ms", DeribitChannelKind.GroupedBook, "BTC-PERPETUAL")]
    [InlineData("ticker.BTC-PERPETUAL.agg2", DeribitChannelKind.Ticker, "BTC-PERPETUAL")]
    [InlineData("trades.BTC-PERPETUAL.raw", DeribitChannelKind.Trades, "BTC-PERPETUAL")]
    [InlineData("trades.option.any.raw", DeribitChannelKind.TradesByKind, null)]
    [InlineData("instrument.state.any.any", DeribitChannelKind.InstrumentState, null)]
    [InlineData("instrument.creation.any.any", DeribitChannelKind.InstrumentCreation, null)]
    [InlineData("platform_state", DeribitChannelKind.PlatformState, null)]
    [InlineData("platform_state.public_methods_state", DeribitChannelKind.PublicMethodsState, null)]
    [InlineData("quote.BTC-PERPETUAL", DeribitChannelKind.Unknown, null)]
    [InlineData("book.BTC-PERPETUAL.200ms", DeribitChannelKind.Unknown, null)]
    [InlineData("book..raw", DeribitChannelKind.Unknown, null)]
    [InlineData("book.BTC-PERPETUAL.none.x.100ms", DeribitChannelKind.Unknown, null)]
    [InlineData("", DeribitChannelKind.Unknown, null)]
    public void Parse_tells_kind_and_instrument(string name, DeribitChannelKind kind, string? instrument)
    {
        DeribitChannel channel = DeribitChannels.Parse(name);

        Assert.Equal(name, channel.Name);
        Assert.Equal(kind, channel.Kind);
        Assert.Equal(instrument, channel.InstrumentName);
    }

    [Fact]
    public void Parse_tells_group_depth_interval_kind_and_currency()
    {
        DeribitChannel grouped = DeribitChannels.Parse("book.ETH-PERPETUAL.5.10.agg2");
        DeribitChannel trades = DeribitChannels.Parse("trades.future.BTC.100ms");

        Assert.Equal(("5", 10, DeribitInterval.Agg2), (grouped.Group, grouped.Depth, grouped.Interval));
        Assert.Equal(("future", "BTC", DeribitInterval.Ms100), (trades.InstrumentKind, trades.Currency, trades.Interval));
    }

    [Theory]
    [InlineData("")]
    [InlineData("BTC.PERPETUAL")]
    public void Builder_of_a_name_that_would_change_the_channel_is_refused(string instrument) =>
        Assert.Throws<ArgumentException>(() => DeribitChannels.Book(instrument, DeribitInterval.Raw));
}
