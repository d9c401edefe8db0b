using System.Globalization;
using Deribit.Simulator.Channels;
using Deribit.Simulator.Instruments;

namespace Deribit.Simulator.Tests;

public sealed class NameTests
{
    [Theory]
    [InlineData("BTC-PERPETUAL", "future", "BTC", "USD", "btc_usd")]
    [InlineData("BTC_USDC-PERPETUAL", "future", "USDC", "USDC", "btc_usdc")]
    [InlineData("ETH-5AUG23", "future", "ETH", "USD", "eth_usd")]
    [InlineData("BTC-25DEC26-100000-C", "option", "BTC", "BTC", "btc_usd")]
    [InlineData("XRP_USDC-30JUN23-0d625-C", "option", "USDC", "USDC", "xrp_usdc")]
    [InlineData("STETH_ETH", "spot", "ETH", "ETH", "steth_eth")]
    [InlineData("BTC-FS-25DEC26_PERP", "future_combo", "BTC", "USD", "btc_usd")]
    [InlineData("BTC-CS-25DEC26-70000_75000", "option_combo", "BTC", "BTC", "btc_usd")]
    public void Name_gives_kind_currency_and_index(string name, string kind, string currency, string quote, string index)
    {
        var spec = InstrumentNames.Parse(name)!;
        Assert.Equal((kind, currency, quote, index), (spec.Kind, spec.Currency, spec.Quote, spec.PriceIndex));
    }

    [Theory]
    [InlineData("")]
    [InlineData("BTC")]
    [InlineData("BTC-99XYZ26")]
    [InlineData("BTC-25DEC26-1x-C")]
    [InlineData("A_B_C-PERPETUAL")]
    public void Other_text_is_no_instrument(string name) => Assert.Null(InstrumentNames.Parse(name));

    [Fact]
    public void Catalogue_starts_the_same_and_has_no_name_twice()
    {
        var names = InstrumentCatalog.All.Select(spec => spec.Name).ToList();
        Assert.Equal(["BTC-PERPETUAL", "ETH-PERPETUAL"], names.Take(2));
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.True(names.Count > 1500);
        Assert.Equal(
            ["future", "future_combo", "option", "spot"], InstrumentCatalog.All.Take(20).Select(spec => spec.Kind).Distinct().Order());
        Assert.All(InstrumentCatalog.All, spec => Assert.True(spec.AnchorTicks != 0, spec.Name));
    }

    [Theory]
    [InlineData("2026-11-27")]
    [InlineData("2026-12-25")]
    [InlineData("2028-02-29")]
    public void Market_of_any_day_has_an_option_that_expires_within_60_days(string day)
    {
        var start = DateTimeOffset.Parse(day + "T23:59:59Z", CultureInfo.InvariantCulture);
        var listed = InstrumentCatalog.StartedAt(start);
        var soon = Assert.Single(listed, spec => spec.ExpirationUnixMs <= start.AddDays(60).ToUnixTimeMilliseconds());
        Assert.Equal(("option", "BTC"), (soon.Kind, soon.Base));
        Assert.InRange(soon.ExpirationUnixMs, start.AddDays(27).ToUnixTimeMilliseconds(), start.AddDays(35).ToUnixTimeMilliseconds());
        Assert.Contains(soon, listed.Take(20));
        Assert.Equal(InstrumentCatalog.All.Count, listed.Select(spec => spec.Name).Distinct().Count());
        Assert.All(listed, spec => Assert.True(spec.AnchorTicks != 0, spec.Name));
    }

    [Theory]
    [InlineData("book.BTC-PERPETUAL.raw", true)]
    [InlineData("book.BTC-PERPETUAL.none.20.agg2", true)]
    [InlineData("book.ETH-PERPETUAL.25.1.100ms", true)]
    [InlineData("book.BTC-PERPETUAL.25.1.100ms", false)]
    [InlineData("book.BTC-PERPETUAL.none.50.100ms", false)]
    [InlineData("book.BTC-PERPETUAL.none.20.raw", false)]
    [InlineData("ticker.BTC-PERPETUAL.1s", false)]
    [InlineData("trades.combo.any.100ms", true)]
    [InlineData("trades.stock.any.100ms", false)]
    public void Channel_grammar_knows_groups_depths_and_intervals(string name, bool known) =>
        Assert.Equal(known, ChannelName.Parse(name) is not null);
}
