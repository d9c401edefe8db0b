using MarketData.Symbols;

namespace MarketData.Tests.Symbols;

public sealed class SymbolExpansionTests
{
    [Fact]
    public void Union_has_each_instrument_once_and_each_entry_its_count()
    {
        var expansion = Expand(Entry("BTC-*"), Entry("kind=option"), Entry("BTC-PERPETUAL"));
        Assert.Equal(6, expansion.Instruments.Count);
        Assert.Equal([5, 5, 1], expansion.Counts.Select(one => one.Matches));
        Assert.Empty(expansion.Unmatched);
    }

    [Fact]
    public void Entry_that_is_off_or_for_other_kinds_has_no_part()
    {
        var expansion = Expand(
            Entry("BTC-PERPETUAL") with { Enabled = false }, Entry("ETH-*") with { Kinds = DataKind.Ticker },
            Entry("SOL*") with { Kinds = DataKind.Ticker | DataKind.Trade });
        Assert.Equal(["SOL_USDC-PERPETUAL"], expansion.Instruments.Select(one => one.Name));
    }

    [Fact]
    public void What_matches_nothing_is_said_and_does_not_stop_the_others()
    {
        var expansion = Expand(Entry("BTC-PERPETUL"), Entry("DOGE-*"), Entry("kind=spot"), Entry("BTC-PERPETUAL"));
        Assert.Single(expansion.Instruments);
        Assert.Equal(3, expansion.Unmatched.Count);
        Assert.Contains("Did you mean \"BTC-PERPETUAL\"", expansion.Unmatched[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kind=option currency=BTC expiry<=12h", "4 match kind=option currency=BTC; none of them has expiry<=12h.")]
    [InlineData("kind=option currency=SOL expiry<=60d", "5 match kind=option; none of them has currency=SOL. There are BTC, ETH.")]
    [InlineData("kind=options expiry<=60d", "none of the exchange's 7 instruments has \"kind=options\". Did you mean \"option\"?")]
    [InlineData("currency=ETH strike>=5000", "1 matches currency=ETH; none of them has strike>=5000.")]
    public void Properties_that_match_nothing_are_told_with_the_one_that_leaves_nothing(string selector, string sentence) =>
        Assert.Equal(sentence, Assert.Single(Expand(Entry(selector)).Unmatched));

    [Fact]
    public void Fault_row_51_instrument_whose_name_cannot_be_a_key_is_never_collected()
    {
        var forged = Listing.Perpetual with { Name = "BTC-X:orderbook\nSET" };
        Assert.Empty(SymbolExpansion.Of([Entry("*")], [forged], DataKind.Trade, Listing.Now).Instruments);
    }

    [Fact]
    public void Fault_row_50_wildcard_over_ten_thousand_instruments_is_expanded_whole()
    {
        var many = Enumerable.Range(0, 10_000).Select(i => Listing.Perpetual with { Name = $"BTC-{i}" }).ToList();
        Assert.Equal(10_000, SymbolExpansion.Of([Entry("BTC-*"), Entry("*")], many, DataKind.Trade, Listing.Now).Instruments.Count);
    }

    [Fact]
    public void NextChangeAt_is_the_first_moment_at_which_the_answer_changes()
    {
        var expansion = Expand(Entry("expiry<=60d"), Entry("expiry<=30d"));
        Assert.Equal(4, expansion.Instruments.Count);

        // The option of 60 days is in by the first entry; by the second it comes in 30 days from now, as that of 90 days by the first.
        var next = expansion.NextChangeAt!.Value;
        Assert.InRange(next, Listing.Now, Listing.Now.AddSeconds(1));
        next = SymbolExpansion.Of([Entry("expiry<=60d")], Listing.All, DataKind.Trade, Listing.Now.AddSeconds(1)).NextChangeAt!.Value;
        Assert.InRange(next, Listing.Now.AddDays(30), Listing.Now.AddDays(30).AddSeconds(1));
        Assert.Equal(5, SymbolExpansion.Of([Entry("expiry<=60d")], Listing.All, DataKind.Trade, next).Instruments.Count);
        Assert.Null(Expand(Entry("*")).NextChangeAt);
    }

    private static SymbolEntry Entry(string selector) => new() { Exchange = "venue", Selector = selector };

    private static SymbolExpansion Expand(params SymbolEntry[] entries) =>
        SymbolExpansion.Of(entries, Listing.All, DataKind.Trade, Listing.Now);
}
