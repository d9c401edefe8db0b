namespace MarketData.Deribit.Tests;

public sealed class TickRuleTests
{
    [Theory]
    [InlineData("0.0049", false)]
    [InlineData("0.00495", true)]
    [InlineData("0.0055", false)]
    [InlineData("0.0056", true)]
    [InlineData("0", false)]
    [InlineData("-0.0001", false)]
    public void Price_is_held_to_the_tick_that_holds_at_it(string price, bool off) =>
        Assert.Equal(off, Rule("option").IsOff(decimal.Parse(price, System.Globalization.CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("future_combo")]
    [InlineData("option_combo")]
    [InlineData("")]
    public void Kinds_without_the_promise_are_not_held_to_it(string kind)
    {
        Assert.False(Rule(kind).Holds);
        Assert.False(Rule(kind).IsOff(0.123456789m));
    }

    [Fact]
    public void Level_that_goes_may_be_off_the_tick() =>
        Assert.Equal(0.00011m, Rule("option").FirstOff([new BookLevel(0.00012m, 0), new BookLevel(0.0001m, 1)], [new BookLevel(0.00011m, 1)]));

    [Fact]
    public void Second_snapshot_in_a_row_that_breaks_the_rule_ends_it()
    {
        var rule = Rule("option");
        Assert.True(rule.RefuseSnapshot());
        rule.SnapshotFits();
        Assert.True(rule.RefuseSnapshot());
        Assert.False(rule.RefuseSnapshot());
        Assert.False(rule.Holds);
        Assert.False(rule.IsOff(0.00011m));
    }

    [Fact]
    public void Words_of_the_exchange_are_cut_and_escaped_for_the_log()
    {
        Assert.Equal("book.BTC-PERPETUAL.raw", LogText.Of("book.BTC-PERPETUAL.raw"));
        Assert.Equal("a\\u000d\\u000ab\\u001bc\\u2028", LogText.Of("a\r\nb\u001bc\u2028"));
        Assert.Equal(new string('x', 200) + "... (5000 characters)", LogText.Of(new string('x', 5000)));
    }

    private static TickRule Rule(string kind) => new(new Instrument
    {
        Exchange = "deribit",
        Name = "BTC-1",
        Kind = kind,
        TickSize = 0.0001m,
        TickSizeSteps = [new TickSizeStep(0.005m, 0.0005m)],
    });
}
