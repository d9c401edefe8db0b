using MarketData.ClickHouse.Schema;
using MarketData.ClickHouse.Tests.Support;
using MarketData.ClickHouse.Writing;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketData.ClickHouse.Tests.Integration;

[Trait("kind", "integration")]
public sealed class MigratorTests(RealClickHouse engine)
{
    private const string Records = "SELECT count() FROM schema_migrations FINAL";

    [Fact]
    public async Task Second_run_has_nothing_to_do()
    {
        await using var history = await TestHistory.CreateAsync(engine);
        var applied = await history.AskAsync("SELECT toString(max(applied_at)) FROM schema_migrations");
        await history.Store.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal($"{Migration.All.Count}", await history.AskAsync("SELECT count() FROM schema_migrations"));
        Assert.Equal(applied, await history.AskAsync("SELECT toString(max(applied_at)) FROM schema_migrations"));
    }

    [Fact]
    public async Task Run_that_died_before_its_records_is_finished_by_the_next_and_keeps_the_rows()
    {
        await using var history = await TestHistory.CreateAsync(engine);
        await history.WriteAsync(Sample.Trade(1));
        await history.DoAsync("TRUNCATE TABLE schema_migrations");
        await history.Store.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal($"{Migration.All.Count}", await history.AskAsync(Records));
        Assert.Equal("1", await history.AskAsync("SELECT count() FROM trades"));
    }

    [Fact]
    public async Task Services_that_start_at_once_leave_one_record_per_file()
    {
        var options = await engine.OptionsAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => MigrateAsync(options, Migration.All)));
        using var client = ClientFactory.Create(options);
        Assert.Equal(
            (ulong)Migration.All.Count, await client.ExecuteScalarAsync(Records, cancellationToken: TestContext.Current.CancellationToken));
        await MigrateAsync(options, Migration.All);
    }

    [Fact]
    public async Task Database_of_an_older_version_keeps_its_rows_and_new_ones_feed_the_views()
    {
        const int TablesOnly = 5;
        var options = await engine.OptionsAsync();
        await MigrateAsync(options, [.. Migration.All.Take(TablesOnly)]);
        using var client = ClientFactory.Create(options);
        await InsertAsync(1);
        await MigrateAsync(options, Migration.All);
        await InsertAsync(2);
        Assert.Equal(
            "1 10.5, 2 10.5; 2",
            await client.ExecuteScalarAsync(
                "SELECT concat(arrayStringConcat(arraySort(groupArray(concat(toString(trade_seq), ' ', toString(price)))), ', '), '; ', "
                + "(SELECT toString(sum(volume)) FROM candles_1m)) FROM trades",
                cancellationToken: TestContext.Current.CancellationToken));

        Task<int> InsertAsync(int sequence) => client.ExecuteNonQueryAsync(
            "INSERT INTO trades (exchange, instrument_name, timestamp, trade_id, trade_seq, price, amount) "
            + $"SELECT 'deribit', 'BTC-PERPETUAL', toDateTime64('2026-11-21', 3, 'UTC'), '{sequence}', {sequence}, 10.5, 2",
            cancellationToken: TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Row46_Changed_and_newer_migrations_are_errors_and_change_nothing()
    {
        var options = await engine.OptionsAsync();
        await MigrateAsync(options, Migration.All);
        var next = $"{Migration.All.Count + 1:0000}_more.sql";
        Migration changed = Migration.Parse("0001_trades.sql", "SELECT 1;\n"), more = Migration.Parse(next, "CREATE TABLE more (x Int8) ENGINE = Log;\n");
        var error = await Assert.ThrowsAsync<SchemaException>(() => MigrateAsync(options, [changed, .. Migration.All.Skip(1), more]));
        Assert.Contains("0001_trades.sql was changed", error.Message, StringComparison.Ordinal);
        using var client = ClientFactory.Create(options);
        Assert.Equal((byte)0, await client.ExecuteScalarAsync("EXISTS TABLE more", cancellationToken: TestContext.Current.CancellationToken));
        await MigrateAsync(options, [.. Migration.All, more]);
        error = await Assert.ThrowsAsync<SchemaException>(() => MigrateAsync(options, Migration.All));
        Assert.Contains($"{next} was applied by a newer version", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MergeTree", "exchange, instrument_name, trade_seq, trade_id", "toYYYYMM(timestamp)", "has the engine MergeTree")]
    [InlineData("ReplacingMergeTree", "exchange, instrument_name, trade_seq", "toYYYYMM(timestamp)", "is ordered by (exchange, instrument_name, trade_seq), not by")]
    [InlineData("ReplacingMergeTree", "exchange, instrument_name, trade_seq, trade_id", "toDate(received_at)", "is partitioned by toDate(received_at), not by")]
    public async Task Row46_Table_that_would_collapse_other_rows_is_refused_at_the_start(string engineName, string order, string partition, string expected)
    {
        await using var history = await TestHistory.CreateAsync(engine);
        await history.DoAsync("RENAME TABLE trades TO before");
        await history.DoAsync($"CREATE TABLE trades AS before ENGINE = {engineName} PARTITION BY {partition} ORDER BY ({order})");
        var error = await Assert.ThrowsAsync<SinkError>(() => history.Store.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains($"The table trades {expected}", error.Message, StringComparison.Ordinal);
    }

    private static async Task MigrateAsync(ClickHouseOptions options, IReadOnlyList<Migration> known)
    {
        using var client = ClientFactory.Create(options);
        var migrator = new Migrator(new Statements(client, options, TimeProvider.System), options.Database, known, NullLogger.Instance);
        await migrator.MigrateAsync(TestContext.Current.CancellationToken);
    }
}
