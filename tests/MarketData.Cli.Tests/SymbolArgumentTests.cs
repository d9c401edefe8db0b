using MarketData.Cli.Symbols;

namespace MarketData.Cli.Tests;

/// <summary>What may be typed after <c>marketdata symbols</c>.</summary>
public sealed class SymbolArgumentTests
{
    [Theory]
    [InlineData("A B", "A|B")]
    [InlineData("A,B", "A|B")]
    [InlineData("A, B,", "A|B")]
    [InlineData("deribit.A,A", "A")]
    [InlineData("kind=option currency=BTC", "kind=option currency=BTC")]
    [InlineData("kind=option,currency=BTC", "kind=option|currency=BTC")]
    [InlineData("kind=option currency=BTC,ETH-*", "kind=option currency=BTC|ETH-*")]
    [InlineData("kind=option, currency=BTC", "kind=option|currency=BTC")]
    public void Commas_separate_and_conditions_side_by_side_belong_together(string line, string selectors) =>
        Assert.Equal(selectors.Split('|'), SymbolArguments.Parse(line.Split(' ')).Select(selector => selector.Text));

    [Theory]
    [InlineData("trade", DataKind.Trade)]
    [InlineData("trades", DataKind.Trade)]
    [InlineData("orderbooks,ticker", DataKind.OrderBook | DataKind.Ticker)]
    public void Kinds_are_taken_in_the_singular_and_the_plural(string text, DataKind kinds) => Assert.Equal(kinds, SymbolArguments.ParseKinds(text));

    [Theory]
    [InlineData("books")]
    [InlineData("tradess")]
    [InlineData("s")]
    [InlineData("")]
    public void Other_words_are_no_kinds(string text) => Assert.Throws<SymbolsRefused>(() => SymbolArguments.ParseKinds(text));
}
