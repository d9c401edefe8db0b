using System.Text.Json;

using MarketData.Cli.Coverage;
using MarketData.Cli.Inspect;
using MarketData.Coverage;
using MarketData.History;

namespace MarketData.Cli.Tests;

/// <summary><c>marketdata book --at</c>: what it says, and what it refuses.</summary>
public sealed class PastBookTests
{
    private static readonly OrderBookEvent _book = new()
    {
        Exchange = "deribit",
        InstrumentName = "BTC-PERPETUAL",
        Key = "deribit.BTC-PERPETUAL",
        ExchangeTimeUnixMs = 1_700_000_000_123,
        ReceivedAtUnixNs = 1_700_000_000_124_000_001,
        Action = BookAction.Snapshot,
        Bids = new BookLevel[] { new(92000.50m, 10), new(92000, 5) },
        Asks = new BookLevel[] { new(92001, 20), new(92001.5m, 1) },
        ChangeId = 77,
        PreviousChangeId = null,
        BestBid = new BookLevel(92000.5m, 10),
        BestAsk = new BookLevel(92001, 20),
    };

    private static readonly BookAt _answer = new()
    {
        Key = "deribit.BTC-PERPETUAL",
        AtUnixMs = 1_700_000_000_500,
        State = BookAtState.Incident,
        Statement = "Last known: the book was not proven at this instant. Incident of the ledger: gap from then to now.",
        Book = _book,
        Snapshot = _book with { ChangeId = 70, VerifiedAtUnixNs = 1_700_000_000_000_000_001 },
        UpdatesApplied = 3,
        Hole = new BookHole(77, 80, 1_700_000_000_123, 1_700_000_001_000),
        Incidents =
        [
            new CoverageIncident
            {
                Cause = CoverageCause.Gap, End = CoverageEnd.Open, Source = "", FromUnixMs = 1_700_000_000_123, ToUnixMs = null,
                Details = ["The chain broke."],
            },
        ],
    };

    [Fact]
    public void Line_above_the_ladder_says_what_the_book_is_and_what_it_is_worth()
    {
        var output = new StringWriter();
        PastBookText.Write(output, _answer, 1);
        var lines = output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            "deribit.BTC-PERPETUAL at 2023-11-14T22:13:20.500Z: change_id 77 of 2023-11-14T22:13:20.123Z, 3 updates after a snapshot. "
            + _answer.Statement,
            lines[0]);
        Assert.Equal("deribit.BTC-PERPETUAL  change_id 77  exchange time 2023-11-14 22:13:20.123Z", lines[1]);
        Assert.Single(lines, line => line.Contains(" ask ", StringComparison.Ordinal));
        Assert.Single(lines, line => line.Contains(" bid ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.EndsWith("spread 0.5", StringComparison.Ordinal));
    }

    [Fact]
    public void Answer_without_a_book_is_its_sentence()
    {
        var output = new StringWriter();
        PastBookText.Write(output, new BookAt { Key = "x.Y", AtUnixMs = 0, State = BookAtState.UnknownInstrument, Statement = "No book: why." }, 5);
        Assert.Equal($"x.Y at 1970-01-01T00:00:00.000Z: No book: why.{Environment.NewLine}", output.ToString());
    }

    [Fact]
    public void Json_holds_the_book_as_an_event_and_everything_that_was_found()
    {
        var json = JsonDocument.Parse(PastBookText.ToJson(_answer, 1)).RootElement;
        Assert.Equal(("incident", "none", 3), (json.GetProperty("state").GetString(), json.GetProperty("proof").GetString(), json.GetProperty("updates_applied").GetInt32()));
        Assert.Equal(_answer.Statement, json.GetProperty("statement").GetString());
        Assert.Equal(
            """{"change_id":70,"timestamp":1700000000123,"received_at":1700000000124000001,"verified_at":1700000000000000001}""",
            json.GetProperty("snapshot").GetRawText());
        Assert.Equal(
            """{"from_id":77,"to_id":80,"from":"2023-11-14T22:13:20.123Z","to":"2023-11-14T22:13:21.000Z"}""", json.GetProperty("hole").GetRawText());
        Assert.Equal(
            """[{"cause":"gap","end":"open","from":"2023-11-14T22:13:20.123Z","to":null,"details":["The chain broke."]}]""",
            json.GetProperty("incidents").GetRawText());
        var book = json.GetProperty("book");
        Assert.Equal(("orderbook", "snapshot", 77), (book.GetProperty("data_type").GetString(), book.GetProperty("action").GetString(), book.GetProperty("change_id").GetInt32()));
        Assert.Equal("""[{"price":92000.5,"amount":10}]""", book.GetProperty("bids").GetRawText());
    }

    [Theory]
    [InlineData(BookAtState.Proven, 0)]
    [InlineData(BookAtState.Incident, CoverageCommand.Incomplete)]
    [InlineData(BookAtState.Broken, CoverageCommand.Incomplete)]
    [InlineData(BookAtState.Closed, CoverageCommand.Incomplete)]
    [InlineData(BookAtState.Unusable, CoverageCommand.Incomplete)]
    [InlineData(BookAtState.Unconfirmed, CoverageCommand.Unknown)]
    [InlineData(BookAtState.BeforeHistory, CoverageCommand.Unknown)]
    [InlineData(BookAtState.UnknownInstrument, CoverageCommand.Unknown)]
    public void Exit_code_is_that_of_coverage_for_the_same_knowledge(BookAtState state, int expected) =>
        Assert.Equal(expected, PastBook.ExitCodeOf(state));

    [Theory]
    [Trait("kind", "integration")]
    [InlineData("book X --at yesterday", "--at yesterday: give a time with its zone, as 2026-01-31T08:00:00Z")]
    [InlineData("book X --at 2199-01-01T00:00:00Z", "--at 2199-01-01T00:00:00Z: this instant is yet to come.")]
    [InlineData("book X --at -5m", "clickhouse.url is not set and no up of this user keeps files.")]
    public Task Bad_argument_is_one_clear_sentence_and_exit_code_2(string arguments, string sentence) =>
        ChildProcess.AssertRefusedAsync(arguments, sentence);

    [Fact]
    [Trait("kind", "integration")]
    public async Task History_that_is_away_is_one_sentence_and_exit_code_1()
    {
        var environment = new Dictionary<string, string> { ["CLICKHOUSE_URL"] = "http://127.0.0.1:1" };
        await using var book = ChildProcess.Start("MarketData.Cli.dll", ["book", "BTC-PERPETUAL", "--at", "-1h"], environment);
        Assert.True(await book.ExitAsync() == 1, book.Everything);
        var sentence = Assert.Single(book.Errors);
        Assert.StartsWith("The history cannot be read. ClickHouse at http://127.0.0.1:1 cannot be reached", sentence, StringComparison.Ordinal);
        Assert.Empty(book.Output);
    }
}
