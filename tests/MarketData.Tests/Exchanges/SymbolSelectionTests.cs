using MarketData.Exchanges;

namespace MarketData.Tests.Exchanges;

public sealed class SymbolSelectionTests
{
    private static readonly Instrument[] s_instruments =
        [.. new[] { "BTC-PERPETUAL", "ETH-PERPETUAL", "SOL_USDC-PERPETUAL", "XRP_USDC-PERPETUAL", "BTC-27MAR26", "BTC-27MAR26-90000-C" }
            .Select(name => new Instrument { Exchange = "venue", Name = name })];

    [Theory]
    [InlineData("BTC-PERPETUAL", "BTC-PERPETUAL")]
    [InlineData("BTC-*", "BTC-PERPETUAL BTC-27MAR26 BTC-27MAR26-90000-C")]
    [InlineData("*_USDC-PERPETUAL", "SOL_USDC-PERPETUAL XRP_USDC-PERPETUAL")]
    [InlineData("*-27MAR26*", "BTC-27MAR26 BTC-27MAR26-90000-C")]
    [InlineData("B*-*-*-C", "BTC-27MAR26-90000-C")]
    [InlineData("BTC-27MAR26*", "BTC-27MAR26 BTC-27MAR26-90000-C")]
    public void Expand_gives_what_the_entry_matches(string entry, string expected) =>
        Assert.Equal(expected.Split(' '), Names(SymbolSelection.Expand([entry], s_instruments)));

    [Fact]
    public void Expand_of_a_star_gives_every_instrument_once_in_the_order_of_the_list()
    {
        var selection = SymbolSelection.Expand(["ETH-PERPETUAL", "*"], s_instruments);
        Assert.Equal("ETH-PERPETUAL", selection.Instruments[0].Name);
        Assert.Equal(6, selection.Instruments.Count);
        Assert.Equal([("ETH-PERPETUAL", 1), ("*", 6)], selection.Counts);
        Assert.Empty(selection.Warnings);
    }

    [Fact]
    public void Fault_row_50_duplicate_is_a_warning()
    {
        var selection = SymbolSelection.Expand(["BTC-*", "BTC-PERPETUAL"], s_instruments);
        Assert.Equal(3, selection.Instruments.Count);
        Assert.Contains("\"BTC-PERPETUAL\" adds nothing", Assert.Single(selection.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Fault_row_50_every_fault_is_listed_at_once_with_hints()
    {
        var error = Assert.Throws<ConfigurationError>(() => SymbolSelection.Expand(
            ["BTC-PERPETAUL", "btc-perpetual", "DOGE-*", "btc-*", "BTC PERP", "", "ETH-PERPETUAL"],
            s_instruments,
            "exchanges.venue.symbols"));
        Assert.Equal(6, error.Faults.Count);
        Assert.All(error.Faults, fault => Assert.StartsWith("exchanges.venue.symbols: ", fault, StringComparison.Ordinal));
        Assert.Contains("Did you mean \"BTC-PERPETUAL\"", error.Faults[0], StringComparison.Ordinal);
        Assert.Contains("case-sensitive: did you mean \"BTC-PERPETUAL\"", error.Faults[1], StringComparison.Ordinal);
        Assert.Contains("matches none of the exchange's 6 instruments.", error.Faults[2], StringComparison.Ordinal);
        Assert.Contains("in another case it would match \"BTC-PERPETUAL\"", error.Faults[3], StringComparison.Ordinal);
        Assert.Contains("is not a name or a pattern", error.Faults[4], StringComparison.Ordinal);
        Assert.Contains("is not a name or a pattern", error.Faults[5], StringComparison.Ordinal);
    }

    [Fact]
    public void Fault_row_50_empty_list_means_nothing_and_is_no_fault()
    {
        var selection = SymbolSelection.Expand([], s_instruments);
        Assert.Empty(selection.Instruments);
        Assert.Empty(selection.Warnings);
    }

    [Fact]
    public void Expand_takes_properties()
    {
        Instrument[] offered = [.. s_instruments.Select(one => one with { Kind = one.Name.Contains("-C") ? "option" : "future" })];
        Assert.Equal(["BTC-27MAR26-90000-C"], Names(SymbolSelection.Expand(["kind=option"], offered)));
        var error = Assert.Throws<ConfigurationError>(() => SymbolSelection.Expand(["kind=optoin", "knid=option"], offered));
        Assert.EndsWith("none of the exchange's 6 instruments has \"kind=optoin\". Did you mean \"option\"?", error.Faults[0], StringComparison.Ordinal);
        Assert.EndsWith("\"knid\" is no property. Did you mean \"kind\"? Known are name, kind, currency, quote, settlement, period, type, index, option, strike, expiry.",
            error.Faults[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Fault_row_50_unknown_name_lists_at_most_three_near_matches()
    {
        var many = Enumerable.Range(1, 9).Select(i => new Instrument { Exchange = "venue", Name = $"BTC-{i}MAR26" }).ToArray();
        var error = Assert.Throws<ConfigurationError>(() => SymbolSelection.Expand(["BTC-0MAR26"], many));
        Assert.EndsWith("Did you mean \"BTC-1MAR26\" or \"BTC-2MAR26\" or \"BTC-3MAR26\"?", error.Faults[0], StringComparison.Ordinal);
        error = Assert.Throws<ConfigurationError>(() => SymbolSelection.Expand(["NOTHING-LIKE-IT"], many));
        Assert.EndsWith("\"NOTHING-LIKE-IT\".", error.Faults[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BTC-PERP", " Did you mean \"BTC-PERPETUAL\"?")]
    [InlineData("btc-perp", " Did you mean \"BTC-PERPETUAL\"?")]
    [InlineData("BTC-27MAR26-9000-C", " Did you mean \"BTC-27MAR26-90000-C\"?")]
    [InlineData("SOL_USDC-PERPETAUL", " Did you mean \"SOL_USDC-PERPETUAL\"?")]
    [InlineData("ADA_USDC-PERPETUAL", "")]
    [InlineData("NOPE", "")]
    [InlineData("LTC-PERPETUAL", " Did you mean \"BTC-PERPETUAL\" or \"ETH-PERPETUAL\"?")]
    [InlineData("BT", "")]
    public void ForName_names_what_is_near_and_what_begins_so_and_nothing_far(string name, string hint) =>
        Assert.Equal(hint, SymbolHints.ForName(name, s_instruments.Select(one => one.Name), 3));

    [Theory]
    [InlineData("BTC:orderbook")]
    [InlineData("BTC\nPERP")]
    [InlineData("../BTC")]
    [InlineData("BTC\"}")]
    [InlineData("BTC-ПЕРП")]
    public void Fault_row_51_name_that_could_forge_a_key_is_refused(string name)
    {
        Assert.False(SymbolSelection.IsValidName(name));
        var forged = new Instrument { Exchange = "venue", Name = name };
        Assert.Throws<ConfigurationError>(() => SymbolSelection.Expand([name], [forged]));
        var selection = SymbolSelection.Expand(["*"], [.. s_instruments, forged]);
        Assert.Equal(6, selection.Instruments.Count);
        Assert.DoesNotContain('\n', Assert.Single(selection.Warnings));
    }

    [Fact]
    public void IsValidName_takes_128_characters_and_no_more()
    {
        Assert.True(SymbolSelection.IsValidName(new string('A', 128)));
        Assert.False(SymbolSelection.IsValidName(new string('A', 129)));
        Assert.False(SymbolSelection.IsValidName(""));
        Assert.False(SymbolSelection.IsValidName(null));
    }

    private static IEnumerable<string> Names(SymbolSelection selection) => selection.Instruments.Select(instrument => instrument.Name);
}
