using MarketData.Checks;
using MarketData.ClickHouse.Checks;
using MarketData.ClickHouse.Schema;
using MarketData.ClickHouse.Setup;
using MarketData.Setup;

namespace MarketData.ClickHouse.Tests.Integration;

/// <summary>What <c>init</c> makes and <c>doctor</c> finds.</summary>
[Trait("kind", "integration")]
public sealed class SetupTests(RealClickHouse engine)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Schema_is_made_once_then_found_and_every_step_of_it_is_told()
    {
        var options = await engine.OptionsAsync();
        var empty = await CheckAsync(options);
        Assert.Equal(FindingState.Warning, empty.State);
        Assert.Contains($"the database {options.Database} has no tables of ours yet", empty.Found, StringComparison.Ordinal);
        Assert.Contains("marketdata init schema", empty.Advice, StringComparison.Ordinal);

        Assert.Equal(Migration.All.Select(one => (one.Name, true)), await MakeAsync(options));
        Assert.Equal(Migration.All.Select(one => (one.Name, false)), await MakeAsync(options));
        var made = await CheckAsync(options);
        Assert.Equal((FindingState.Ok, $"all {Migration.All.Count} migrations are applied to the database {options.Database}"), (made.State, made.Found));

        using var client = ClientFactory.Create(options);
        await client.ExecuteNonQueryAsync($"ALTER TABLE schema_migrations DELETE WHERE number = {Migration.All.Count} SETTINGS mutations_sync = 1", cancellationToken: Token);
        var older = await CheckAsync(options);
        Assert.Equal(FindingState.Warning, older.State);
        Assert.Contains($"1 of {Migration.All.Count} migrations are missing", older.Found, StringComparison.Ordinal);
        Assert.Contains(Migration.All[^1].Name, older.Found, StringComparison.Ordinal);
        Assert.Equal([Migration.All[^1].Name], (await MakeAsync(options)).Where(item => item.IsNew).Select(item => item.Name));
    }

    [Fact]
    public async Task Changed_migration_and_changed_table_are_faults_and_nothing_is_made_over_them()
    {
        var options = await engine.OptionsAsync();
        await MakeAsync(options);
        using var client = ClientFactory.Create(options);
        await client.ExecuteNonQueryAsync("DROP VIEW candles_1s_feed", cancellationToken: Token);
        var drifted = await CheckAsync(options);
        Assert.Equal(FindingState.Fault, drifted.State);
        Assert.Contains("There is no candles_1s_feed", drifted.Found, StringComparison.Ordinal);
        using (var setup = new ClickHouseSetup(options, TimeProvider.System))
        {
            var result = await setup.TryAsync(Token);
            Assert.Equal(SetupState.Refused, result.State);
            Assert.Contains("There is no candles_1s_feed", result.Reason, StringComparison.Ordinal);
        }

        await client.ExecuteNonQueryAsync(
            "INSERT INTO schema_migrations (number, name, checksum) VALUES (1, '0001_trades.sql', 'of another text')", cancellationToken: Token);
        var changed = await CheckAsync(options);
        Assert.Equal(FindingState.Fault, changed.State);
        Assert.Contains("0001_trades.sql was changed after it was applied", changed.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClickHouse_that_is_away_is_waited_for_and_is_a_fault()
    {
        var options = new ClickHouseOptions { Url = "http://127.0.0.1:1" };
        using var setup = new ClickHouseSetup(options, TimeProvider.System);
        var result = await setup.TryAsync(Token);
        Assert.Equal(SetupState.Away, result.State);
        Assert.Contains("ClickHouse at http://127.0.0.1:1 cannot be reached", result.Reason, StringComparison.Ordinal);
        var finding = Assert.Single(await ClickHouseCheck.RunAsync(options, TimeProvider.System, Token));
        Assert.Equal(FindingState.Fault, finding.State);
        Assert.Contains("clickhouse.url", finding.Advice, StringComparison.Ordinal);
    }

    private static async Task<IEnumerable<(string Name, bool IsNew)>> MakeAsync(ClickHouseOptions options)
    {
        using var setup = new ClickHouseSetup(options, TimeProvider.System);
        var result = await setup.TryAsync(Token);
        Assert.True(result.State == SetupState.Done, result.Reason);
        return result.Items.Select(item => (item.Name, item.IsNew));
    }

    private static async Task<Finding> CheckAsync(ClickHouseOptions options)
    {
        var findings = await ClickHouseCheck.RunAsync(options, TimeProvider.System, Token);
        Assert.Matches("^ClickHouse [0-9.]+ at http", findings[0].Found);
        Assert.Equal(2, findings.Count);
        return findings[1];
    }
}
