using MarketData.Cli.Up;
using MarketData.Collectors;
using MarketData.Pipeline;

using Spectre.Console;

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

    [Theory]
    [InlineData(80, 24, 20, 0)]
    [InlineData(80, 24, 20, 3)]
    [InlineData(80, 24, 3, 40)]
    [InlineData(80, 24, 500, 40)]
    [InlineData(120, 40, 20, 0)]
    [InlineData(120, 40, 500, 5)]
    public void Table_fits_the_terminal_beside_the_addresses_and_counts_what_has_no_room(int width, int height, int instruments, int warnings)
    {
        var lines = Draw(width, height, instruments, warnings);
        var text = string.Join('\n', lines);
        Assert.True(lines.Count <= height - 6, text);
        Assert.All(lines, line => Assert.True(line.Length <= width, line));
        var shown = lines.Count(line => line.StartsWith("XRP_USDC-", StringComparison.Ordinal));
        Assert.True(shown > 0, text);
        if (shown < instruments)
            Assert.Contains($"and {instruments - shown} more", text, StringComparison.Ordinal);
        var warned = lines.Count(line => line.StartsWith("! channels_missing:", StringComparison.Ordinal));
        if (warned < warnings)
            Assert.Contains($"! and {warnings - warned} more", text, StringComparison.Ordinal);

        // What was not delivered, and the gaps, show at any width, whole.
        Assert.Contains("Rejected", text, StringComparison.Ordinal);
        Assert.Contains("Conflated", text, StringComparison.Ordinal);
        Assert.Contains("Gaps", text, StringComparison.Ordinal);
        Assert.Equal(6, lines.Count(line => line.Contains("1,234,567", StringComparison.Ordinal) && line.Contains("237", StringComparison.Ordinal)));
        Assert.Equal(shown, lines.Count(line => line.Contains("12/13", StringComparison.Ordinal)));
        Assert.Equal(width >= 116, text.Contains("Lag", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(-7_200_000, "-2 h 0 min")]
    [InlineData(0.25, "250 µs")]
    [InlineData(12.34, "12.3 ms")]
    [InlineData(59_900, "59.9 s")]
    [InlineData(95_000, "1 min 35 s")]
    [InlineData(3_900_000, "1 h 5 min")]
    [InlineData(180_000_000, "2 d 2 h")]
    public void Duration_is_told_in_units_that_a_person_reads(double milliseconds, string text) =>
        Assert.Equal(text, Format.Duration(TimeSpan.FromMilliseconds(milliseconds)));

    [Theory]
    [InlineData(75, "01:15")]
    [InlineData(3_723, "1:02:03")]
    [InlineData(90_000, "1.01:00:00")]
    public void Elapsed_time_begins_with_what_is_not_nought(int seconds, string text) =>
        Assert.Equal(text, Format.Elapsed(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void What_several_collectors_say_alike_is_one_line() =>
        Assert.Equal(
            ["x: The same. (orderbooks, trades)", "y: Other. (trades)"],
            UpViewBuilder.Together([("orderbooks", "x: The same."), ("trades", "x: The same."), ("trades", "y: Other.")]));

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
    [InlineData(false, "  20 were on disk, waiting for Kafka, and end with this process.")]
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
    public void Stop_says_what_the_files_lack() =>
        Assert.Equal(
            ["Not every event was delivered:", "  9 are not in the files.", "  2 could not be stored as files; the log says why."],
            StopSummary.Sentences([Sink("kafka", 21), Sink("files", 10, rejected: 11) with { Lost = 9 }], complete: false, diskIsKept: true));

    [Fact]
    public void Stop_of_a_collector_that_failed_and_lost_nothing_says_both() =>
        Assert.StartsWith(
            "Not everything ended in order", Assert.Single(StopSummary.Sentences([Sink("kafka", 10)], complete: false, diskIsKept: true)),
            StringComparison.Ordinal);

    [Fact]
    public void Stop_whose_counters_do_not_add_up_says_so() =>
        Assert.StartsWith(
            "The counters of a lane do not add up",
            Assert.Single(StopSummary.Sentences([Sink("kafka", 10) with { In = 11 }], complete: true, diskIsKept: true)), StringComparison.Ordinal);

    private static List<string> Draw(int width, int height, int instruments, int warnings)
    {
        var line = new InstrumentLine
        {
            Name = "XRP_USDC-29JUN29-0d625-C", Book = InstrumentLine.Elsewhere, BestBid = new BookLevel(92_082.5m, 1), BestAsk = new BookLevel(92_085.5m, 1),
            LastTradePrice = 92_090.5m, EventsPerSecond = 1_234, Lag = TimeSpan.FromMilliseconds(123.4), GapsOpened = 13, GapsHealed = 12,
        };
        SinkLine[] sinks = [.. ((string[])["kafka", "redis"]).SelectMany(sink => ((string[])["orderbooks", "trades", "tickers"]).Select(collector =>
            Sink(sink, 1_234_567, 237) with { Collector = collector, Status = new LaneStatus(LaneState.Degraded), Conflated = 1_234_567, Queued = 12_345 }))];
        var view = new UpView(
            TimeSpan.FromHours(1), [.. Enumerable.Repeat(line, instruments)], sinks, 12_345_678, 1_234,
            [.. Enumerable.Repeat("channels_missing: the exchange acknowledged [12] of 20 channels and keeps refusing one of them for good.", warnings)]);
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        (console.Profile.Width, console.Profile.Height) = (width, height);
        console.Write(TableDisplay.Render(view, width, height));
        return [.. output.ToString().TrimEnd('\n').Split('\n').Select(text => text.TrimEnd())];
    }

    private static SinkLine Sink(string name, long acknowledged, long rejected = 0, long spilled = 0) => new(
        name, "trades", new LaneStatus(LaneState.Stopped), acknowledged + rejected + spilled, acknowledged, 0, 0, spilled, rejected,
        TimeSpan.Zero, TimeSpan.Zero);
}
