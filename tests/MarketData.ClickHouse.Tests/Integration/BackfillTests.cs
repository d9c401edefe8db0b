using MarketData.ClickHouse.Schema;
using MarketData.ClickHouse.Tests.Support;

namespace MarketData.ClickHouse.Tests.Integration;

/// <summary><c>config/clickhouse/backfill.sql</c>, which people run for rows that are older than the tables that are derived from them.</summary>
[Trait("kind", "integration")]
public sealed class BackfillTests(RealClickHouse engine)
{
    private static readonly string[] _derived = ["candles_1s", "candles_1m", "top_of_book_1s"];
    private static readonly string[] _states = ["candles_1s_state", "candles_1m_state", "top_of_book_1s_state"];

    [Fact]
    public async Task Backfill_makes_what_the_feeds_make_and_a_second_one_changes_nothing()
    {
        await using var history = await TestHistory.CreateAsync(engine);
        await history.WriteAsync(Sample.Trades(2_000));
        await history.WriteAsync(Sample.Book(BookAction.Update, 7), Sample.Book(BookAction.Update, 8));
        await history.WriteAsync(Sample.Book(BookAction.Snapshot, 9, Sample.Nanoseconds + 5), Sample.Book(BookAction.Snapshot, 6) with { ExchangeTimeUnixMs = 5_000 });
        var fed = await AllAsync(history);
        foreach (var state in _states) await history.DoAsync($"TRUNCATE TABLE {state}");
        Assert.NotEqual(fed, await AllAsync(history));
        for (var time = 0; time < 2; time++)
        {
            foreach (var statement in await StatementsAsync()) await history.DoAsync(statement);
            Assert.Equal(fed, await AllAsync(history));
        }
    }

    // Its two days are parameters, which clickhouse-client fills in.
    private static async Task<IReadOnlyList<string>> StatementsAsync()
    {
        await using var file = typeof(BackfillTests).Assembly.GetManifestResourceStream("backfill.sql")!;
        using var reader = new StreamReader(file);
        var text = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        var statements = Migration.Parse("0000_backfill.sql", text.Replace("{from:Date}", "toDate('2026-11-01')", StringComparison.Ordinal)
            .Replace("{to:Date}", "toDate('2026-12-01')", StringComparison.Ordinal)).Statements;
        Assert.Equal(4, statements.Count);
        return statements;
    }

    private static async Task<string[]> AllAsync(TestHistory history) => await Task.WhenAll(_derived.Select(view => history.AskAsync(
        $"SELECT toString(groupArray(tuple(*))) FROM (SELECT * FROM {view} ORDER BY exchange, instrument_name, time)")));
}
