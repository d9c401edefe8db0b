using MarketData.Cli.Up;
using MarketData.Collectors;
using MarketData.Pipeline;

namespace MarketData.Cli.Tests;

/// <summary>What <c>up</c> shows of what the collectors say.</summary>
public sealed class UpViewTests
{
    [Fact]
    public void Pace_of_a_row_that_was_removed_and_added_again_is_never_negative()
    {
        var rates = new EventRates(1).Next(1);
        Assert.Equal(1_000, rates.PerSecond("orderbooks", "x.A", 1_000));
        Assert.Equal(10, rates.PerSecond("trades", "x.A", 10));

        // One collector's row began anew, the other's went on.
        rates = rates.Next(2);
        Assert.Equal(4, rates.PerSecond("orderbooks", "x.A", 8));
        Assert.Equal(5, rates.PerSecond("trades", "x.A", 20));

        // Away for a look, and back.
        rates = rates.Next(1).Next(1);
        Assert.Equal(30, rates.PerSecond("orderbooks", "x.A", 30));
    }

    [Fact]
    public void Book_that_another_replica_has_is_shown_as_that()
    {
        var trades = new InstrumentView("x.A", "A", "", null, null, 1, TradeDirection.Buy, 5, 0, 0, 1, 1);
        Assert.Equal(("other replica", false), Of(InstrumentLine.Of([trades], 0, TimeSpan.Zero, bookIsElsewhere: true)));
        Assert.Equal(("", false), Of(InstrumentLine.Of([trades], 0, TimeSpan.Zero, bookIsElsewhere: false)));
        Assert.Equal(("live", true), Of(InstrumentLine.Of([trades, trades with { BookState = "live" }], 0, TimeSpan.Zero, bookIsElsewhere: true)));

        static (string, bool) Of(InstrumentLine line) => (line.Book, line.HasBook);
    }

    [Fact]
    public void Stop_without_any_rejection_says_that_all_is_accounted_for() =>
        Assert.Equal(
            ["Every event is accounted for: in = acknowledged + conflated + rejected on every lane."],
            StopSummary.Sentences([Sink("kafka", 10), Sink("redis", 10)], complete: true, diskIsKept: false));

    [Fact]
    public void Stop_says_of_what_was_refused_where_it_is_and_that_nothing_is_lost() =>
        Assert.Equal(
            [
                "Every event is accounted for: in = acknowledged + conflated + rejected on every lane; none is lost.",
                "  237 were refused by Kafka; they are on the dead-letter topic and in the ledger.",
                "  2 dead letters or reports of refused events could not be kept; the log has them.",
                "  1,000 were left to the replica that owns their instruments.",
                "  3 were refused on their way to Redis, which shows the latest only; the log says why.",
            ],
            StopSummary.Sentences(
                [Sink("kafka", 10, rejected: 1_237) with { Fenced = 1_000, DeadLettersLost = 2 }, Sink("redis", 10, rejected: 3)],
                complete: true, diskIsKept: true));

    [Theory]
    [InlineData(true, "  20 wait on disk for the next start, which sends them.")]
    [InlineData(false, "  20 were on disk, waiting for the Kafka of this process, and end with it.")]
    public void Stop_says_of_what_was_lost_how_much_and_where(bool diskIsKept, string disk) =>
        Assert.Equal(
            [
                "Not every event was delivered:",
                "  7 of trades are lost for kafka; the log says why.",
                disk,
                "  5 were refused by Kafka; they are on the dead-letter topic and in the ledger.",
            ],
            StopSummary.Sentences([Sink("kafka", 10, rejected: 12, spilled: 20) with { Lost = 7 }], complete: false, diskIsKept));

    [Fact]
    public void Stop_of_a_collector_that_failed_and_lost_nothing_says_both() =>
        Assert.StartsWith(
            "A collector did not end in order", Assert.Single(StopSummary.Sentences([Sink("kafka", 10)], complete: false, diskIsKept: true)),
            StringComparison.Ordinal);

    [Fact]
    public void Stop_whose_counters_do_not_add_up_says_so() =>
        Assert.StartsWith(
            "The counters of a lane do not add up",
            Assert.Single(StopSummary.Sentences([Sink("kafka", 10) with { In = 11 }], complete: true, diskIsKept: true)), StringComparison.Ordinal);

    private static SinkLine Sink(string name, long acknowledged, long rejected = 0, long spilled = 0) => new(
        name, "trades", new LaneStatus(LaneState.Stopped), acknowledged + rejected + spilled, acknowledged, 0, 0, spilled, rejected,
        TimeSpan.Zero, TimeSpan.Zero);
}
