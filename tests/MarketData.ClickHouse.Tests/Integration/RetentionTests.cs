using MarketData.ClickHouse.Reading;
using MarketData.ClickHouse.Tests.Support;
using MarketData.History;
using Microsoft.Extensions.Logging;

namespace MarketData.ClickHouse.Tests.Integration;

[Trait("kind", "integration")]
public sealed class RetentionTests(RealClickHouse engine)
{
    private const string WithTtl =
        "SELECT arrayStringConcat(arraySort(groupArray(name)), ',') FROM system.tables WHERE database = currentDatabase() AND engine_full LIKE '% TTL %'";

    [Fact]
    public async Task Time_to_live_is_set_changed_and_removed_and_the_log_says_so()
    {
        await using var history = await TestHistory.CreateAsync(engine);
        // Nothing is ever deleted unless somebody says so.
        Assert.Equal("", await history.AskAsync(WithTtl));
        Assert.Equal(
            [(LogLevel.Warning, "Rows of tickers are deleted sooner than before: they are kept for 30 days, not for ever.")],
            await StartAsync(history, 30));
        Assert.Empty(await StartAsync(history, 30));
        Assert.Equal("tickers", await history.AskAsync(WithTtl));
        Assert.StartsWith("Rows of tickers are deleted sooner", Assert.Single(await StartAsync(history, 7)).Text, StringComparison.Ordinal);
        Assert.StartsWith("Rows of tickers are kept longer", Assert.Single(await StartAsync(history, 8)).Text, StringComparison.Ordinal);
        Assert.Equal(
            [(LogLevel.Information, "Rows of tickers are kept longer than before: for ever, not for 8 days.")],
            await StartAsync(history, 0));
        Assert.Equal("", await history.AskAsync(WithTtl));
        Assert.Empty(await StartAsync(history, 0));
    }

    [Fact]
    public async Task Every_table_takes_a_time_to_live_and_a_second_start_leaves_it_alone()
    {
        await using var history = await TestHistory.CreateAsync(engine);
        var ttl = new ClickHouseTtlOptions
        {
            TradesDays = 1, TickersDays = 2, BookUpdatesDays = 3, BookSnapshotsDays = 4, IntegrityDays = 5, Candles1sDays = 6, Candles1mDays = 7,
            TopOfBook1sDays = 10_000, ExchangeCandlesDays = 8, FundingRatesDays = 9, VolatilityIndexDays = 10,
        };
        using var runs = new ClickHouseStoredRuns(history.Options, TimeProvider.System);
        Assert.Null(await runs.ReadKeptDaysAsync(HistoryTable.Trades, TestContext.Current.CancellationToken));
        Assert.Equal(11, (await StartAsync(history, ttl)).Count);
        var kept = HistoryTables.All.Select(table => runs.ReadKeptDaysAsync(table, TestContext.Current.CancellationToken));
        Assert.Equal([1, 2, 3, 4, 5, 8, 9, 10], await Task.WhenAll(kept));
        Assert.Equal(
            "book_snapshots,book_updates,candles_1m_state,candles_1s_state,exchange_candles,funding_rates,integrity,tickers,top_of_book_1s_state,trades,volatility_index",
            await history.AskAsync(WithTtl));
        Assert.Empty(await StartAsync(history, ttl));
    }

    [Fact]
    public async Task Rows_that_are_too_old_go_and_the_others_and_what_was_made_of_them_stay()
    {
        await using var history = await TestHistory.CreateAsync(engine);
        var now = DateTimeOffset.UnixEpoch.AddSeconds(long.Parse(await history.AskAsync("SELECT toUnixTimestamp(now())"), System.Globalization.CultureInfo.InvariantCulture));
        await history.WriteAsync(Aged(1, now.AddDays(-100)), Aged(2, now.AddDays(-1)), Aged(4, now.AddYears(200)));
        foreach (var (days, left) in ((int, string)[])[(ClickHouseTtlOptions.LongestDays, "7"), (30, "6")])
        {
            await StartAsync(history, new ClickHouseTtlOptions { TradesDays = days });
            // The start asks for it in the background; here the test waits for it, and does what the next merge does.
            await history.DoAsync("ALTER TABLE trades MATERIALIZE TTL SETTINGS mutations_sync = 1");
            await history.DoAsync("OPTIMIZE TABLE trades FINAL");
            Assert.Equal(left, await history.AskAsync("SELECT toString(sum(trade_seq)) FROM trades"));
        }
        Assert.Equal("3", await history.AskAsync("SELECT count() FROM candles_1m"));
    }

    [Fact]
    public async Task Services_that_start_at_once_agree()
    {
        await using var history = await TestHistory.CreateAsync(engine);
        foreach (var days in (int[])[7, 0])
        {
            await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => StartAsync(history, days)));
            Assert.Equal(days == 0 ? "" : "tickers", await history.AskAsync(WithTtl));
            Assert.Empty(await StartAsync(history, days));
        }
    }

    [Fact]
    public async Task Writer_that_leaves_it_alone_changes_no_time_to_live()
    {
        await using var history = await TestHistory.CreateAsync(engine);
        await StartAsync(history, 30);
        Assert.Empty(await StartAsync(history, new ClickHouseTtlOptions { TradesDays = 1 }, leavesRetention: true));
        Assert.Equal("tickers", await history.AskAsync(WithTtl));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(10_001)]
    public void Days_that_make_no_sense_are_a_fault(int days)
    {
        var fault = Assert.Single(new ClickHouseOptions { Ttl = new ClickHouseTtlOptions { BookUpdatesDays = days } }.Validate());
        Assert.StartsWith($"clickhouse.ttl.book_updates_days is {days}. Set it to ", fault, StringComparison.Ordinal);
    }

    private static TradeEvent Aged(long sequence, DateTimeOffset at) =>
        Sample.Trade(sequence) with { ExchangeTimeUnixMs = at.ToUnixTimeMilliseconds(), ReceivedAtUnixNs = at.ToUnixTimeMilliseconds() * 1_000_000 };

    private static Task<IReadOnlyList<(LogLevel Level, string Text)>> StartAsync(TestHistory history, int tickersDays) =>
        StartAsync(history, new ClickHouseTtlOptions { TickersDays = tickersDays });

    // Returns what was logged.
    private static async Task<IReadOnlyList<(LogLevel Level, string Text)>> StartAsync(
        TestHistory history, ClickHouseTtlOptions ttl, bool leavesRetention = false)
    {
        var logger = new ListLogger();
        var direct = history.Options;
        var options = new ClickHouseOptions { Url = direct.Url, Database = direct.Database, BackoffBase = direct.BackoffBase, BackoffCap = direct.BackoffCap, Ttl = ttl };
        using var store = new ClickHouseHistory(options, logger, TimeProvider.System, leavesRetention);
        await store.StartAsync(TestContext.Current.CancellationToken);
        return [.. logger.Lines];
    }
}
