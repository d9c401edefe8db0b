using MarketData.ClickHouse.Schema;
using MarketData.ClickHouse.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketData.ClickHouse.Tests.Integration;

[Trait("kind", "integration")]
public sealed class MigratorTests(RealClickHouse engine)
{
    [Fact]
    public async Task Second_run_has_nothing_to_do()
    {
        await using var history = await History.CreateAsync(engine);
        Assert.Empty(await history.MigrateAsync());
        Assert.Equal($"{Migration.All.Count}", await history.AskAsync("SELECT count() FROM schema_migrations"));
    }

    [Fact]
    public async Task Services_that_start_at_once_leave_one_record_per_file()
    {
        var options = await engine.OptionsAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => MigrateAsync(options, Migration.All)));
        using var client = ClientFactory.Create(options);
        Assert.Equal((ulong)Migration.All.Count, await client.ExecuteScalarAsync(
            "SELECT count() FROM schema_migrations FINAL", cancellationToken: TestContext.Current.CancellationToken));
        await MigrateAsync(options, Migration.All);
    }

    [Fact]
    public async Task Changed_and_newer_migrations_are_one_error_and_change_nothing()
    {
        var options = await engine.OptionsAsync();
        await MigrateAsync(options, Migration.All);
        Migration changed = Migration.Parse("0001_trades.sql", "SELECT 1;\n"), more = Migration.Parse("0006_more.sql", "SELECT 1;\n");
        var error = await Assert.ThrowsAsync<SinkError>(() => MigrateAsync(options, [changed, .. Migration.All.Skip(1), more]));
        Assert.Contains("clickhouse_schema: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("0001_trades.sql was changed", error.Message, StringComparison.Ordinal);
        await MigrateAsync(options, [.. Migration.All, more]);
        error = await Assert.ThrowsAsync<SinkError>(() => MigrateAsync(options, Migration.All));
        Assert.Contains("0006_more.sql was applied by a newer version", error.Message, StringComparison.Ordinal);
    }

    private static async Task MigrateAsync(ClickHouseOptions options, IReadOnlyList<Migration> known)
    {
        using var migrator = new ClickHouseMigrator(options, NullLogger.Instance, TimeProvider.System, known);
        await migrator.MigrateAsync(TestContext.Current.CancellationToken);
    }
}
