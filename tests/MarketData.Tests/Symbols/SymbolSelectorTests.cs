using MarketData.Symbols;

namespace MarketData.Tests.Symbols;

public sealed class SymbolSelectorTests
{
    [Theory]
    [InlineData("BTC-PERPETUAL", "BTC-PERPETUAL")]
    [InlineData("BTC-1D-*", "BTC-1D-90000-C BTC-1D-90000-P")]
    [InlineData("kind=option currency=BTC expiry<=60d", "BTC-1D-90000-C BTC-1D-90000-P BTC-60D-120000-C")]
    [InlineData("kind=option expiry>60d", "BTC-90D-120000-C")]
    [InlineData("expiry<=24h option=put", "BTC-1D-90000-P")]
    [InlineData("expiry<1d", "")]
    [InlineData("expiry=never", "BTC-PERPETUAL SOL_USDC-PERPETUAL")]
    [InlineData("expiry=2026-11-28 currency=ETH", "ETH-1D-3000-C")]
    [InlineData("expiry>=2027-01-01", "BTC-60D-120000-C BTC-90D-120000-C")]
    [InlineData("strike>=90000 strike<120000", "BTC-1D-90000-C BTC-1D-90000-P")]
    [InlineData("settlement=USDC", "SOL_USDC-PERPETUAL")]
    [InlineData("period=perpetual type=reversed", "BTC-PERPETUAL")]
    [InlineData("currency=SOL|ETH", "SOL_USDC-PERPETUAL ETH-1D-3000-C")]
    [InlineData("kind!=option quote=usd*", "BTC-PERPETUAL SOL_USDC-PERPETUAL")]
    [InlineData("currency=sol", "SOL_USDC-PERPETUAL")]
    [InlineData("name=*-C currency!=BTC", "ETH-1D-3000-C")]
    public void Matches_what_the_selector_says(string text, string expected)
    {
        var selector = SymbolSelector.TryParse(text, out var fault);
        Assert.True(selector is not null, fault);
        Assert.Equal(expected, string.Join(' ', Listing.All.Where(one => selector.Matches(one, Listing.Now)).Select(one => one.Name)));
    }

    [Theory]
    [InlineData("expiry <= 60d  KIND=option base=BTC", "kind=option currency=BTC expiry<=60d")]
    [InlineData("option_type=call settlement_period = week", "period=week option=call")]
    [InlineData("BTC-*", "BTC-*")]
    public void Text_is_the_same_for_the_same_conditions(string text, string expected) =>
        Assert.Equal(expected, SymbolSelector.TryParse(text, out _)?.Text);

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("BTC PERPETUAL")]
    [InlineData("BTC-PERPETUAL\nforged")]
    [InlineData("BTC-PERPETUAL:orderbook")]
    [InlineData("kind=option\r\nSET deribit.X 1")]
    [InlineData("kind=option\u0000")]
    [InlineData("kind=opti\u200bon")]
    [InlineData("kind=\"option\"")]
    [InlineData("../../etc/passwd")]
    [InlineData("kind=")]
    [InlineData("=option")]
    [InlineData("kind=option kind=future")]
    [InlineData("kind=a||b")]
    [InlineData("kind<option")]
    [InlineData("colour=red")]
    [InlineData("strike>=many")]
    [InlineData("expiry<=60")]
    [InlineData("expiry<=60y")]
    [InlineData("expiry=60d")]
    [InlineData("expiry<never")]
    [InlineData("expiry<=99999999d")]
    [InlineData("BTC-* kind=option")]
    public void Fault_row_51_what_is_no_selector_is_refused_with_a_reason(string? text)
    {
        Assert.Null(SymbolSelector.TryParse(text, out var fault));
        Assert.NotEmpty(fault);
        Assert.DoesNotContain(fault, character => char.IsControl(character) || character > '~');
    }

    [Fact]
    public void Fault_row_54_huge_selector_is_refused()
    {
        Assert.Null(SymbolSelector.TryParse(new string('A', 1_000_000), out var fault));
        Assert.InRange(fault.Length, 1, 300);
        Assert.Null(SymbolSelector.TryParse("name=" + new string('*', SymbolSelector.MaxLength), out fault));
        Assert.EndsWith("has 261 characters; properties may have 256", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void NextChange_is_the_moment_at_which_an_instrument_comes_in()
    {
        var selector = SymbolSelector.TryParse("expiry<=60d", out _)!;
        var later = Listing.Option("BTC", 90, 1, "call");
        Assert.False(selector.Matches(later, Listing.Now));
        var next = selector.NextChange(later, Listing.Now)!.Value;
        Assert.True(selector.Matches(later, next));
        Assert.False(selector.Matches(later, next.AddMilliseconds(-1)));
        Assert.Null(selector.NextChange(later, next));
        Assert.Null(selector.NextChange(Listing.Perpetual, Listing.Now));
    }
}
