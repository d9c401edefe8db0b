using MarketData.Backfill;
using MarketData.History;

namespace MarketData.Tests.Backfill;

public sealed class SeriesGapsTests
{
    [Theory]
    // Nothing is there: everything is missing, unless there is nothing to have.
    [InlineData("", 0, 99, "0..99")]
    [InlineData("", 5, 4, "")]
    // Rows at 3, 13, 23 ...: how they lie in time is told by those that are there.
    [InlineData("3..93", 0, 99, "")]
    [InlineData("23..93", 0, 99, "3..13")]
    [InlineData("23..93", 4, 99, "13..13")]
    [InlineData("23..93", 14, 99, "")]
    [InlineData("3..63", 0, 99, "73..93")]
    [InlineData("3..63", 0, 72, "")]
    [InlineData("3..63", 0, 73, "73..73")]
    [InlineData("3..13 43..93", 0, 99, "23..33")]
    [InlineData("3..3 13..13 33..33 43..93", 0, 99, "23..23")]
    [InlineData("43..53", 0, 99, "3..33 63..93")]
    public void Gap_is_what_fits_between_the_rows_that_are_there(string rows, long from, long to, string expected) => Assert.Equal(
        expected,
        string.Join(' ', SeriesGaps.Find(rows.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Range), new NumberRange(from, to), 10)
            .Select(gap => $"{gap.From}..{gap.To}")));

    private static NumberRange Range(string text) =>
        new(long.Parse(text.Split("..")[0], null), long.Parse(text.Split("..")[1], null));
}
