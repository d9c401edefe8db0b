using System.Globalization;
using System.Text.RegularExpressions;

using ClickHouse.Driver;
using ClickHouse.Driver.ADO;

using MarketData.Operations.Tests.Rigs;

namespace MarketData.Operations.Tests.Live;

/// <summary>Every question of every dashboard is understood by its server and has an answer.</summary>
[Trait("kind", "integration")]
[Collection(Alone.Name)]
public sealed partial class DashboardDataTests(RunningSystem system)
{
    [Fact]
    public async Task Prometheus_answers_every_query_and_evaluates_every_alert()
    {
        await system.RequireAsync();
        await AssertEachAsync("prometheus", async query =>
        {
            // Of a store that is not ClickHouse no circuit is known.
            if (system.ToClickHouse is null && query.Contains("marketdata_clickhouse_open_circuits", StringComparison.Ordinal)) return true;
            var series = await system.Prometheus.SinceStartAsync(query.Replace("$__rate_interval", "10s", StringComparison.Ordinal));
            return series.Any(samples => samples.Any(double.IsFinite));
        });
        var rules = await system.Prometheus.RulesAsync();
        Assert.NotEmpty(rules);
        Assert.All(rules, rule => Assert.True(rule.Health == "ok", $"{rule.Name} is {rule.Health}: {rule.Error}"));
    }

    [Fact]
    public async Task Prometheus_knows_every_metric_of_the_documentation_by_its_name()
    {
        await system.RequireAsync();
        var names = MetricName().Matches(File.ReadAllText(RepositoryRoot.Full("docs/metrics.md"))).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(names);
        // Without a ClickHouse no circuit is known, and without a Loki no record is lost.
        if (system.ToClickHouse is null) names.RemoveAll(name => name.StartsWith("marketdata_clickhouse_", StringComparison.Ordinal));
        if (system.Loki is null) names.RemoveAll(name => name.StartsWith("marketdata_telemetry_", StringComparison.Ordinal));
        foreach (var name in names)
        {
            Assert.True(
                await system.Prometheus.NowAsync($"count({{__name__=~\"{name}(_bucket)?\"}})") > 0,
                $"docs/metrics.md has {name}, and no service offers it.");
        }
    }

    [Fact]
    public async Task Loki_answers_every_query_and_has_few_labels()
    {
        var loki = await system.RequireLokiAsync();
        await AssertEachAsync("loki", async query => await loki.CountAsync(
            query.Replace("$__auto", "10s", StringComparison.Ordinal).Replace("$service", ".+", StringComparison.Ordinal)
                .Replace("$level", ".+", StringComparison.Ordinal).Replace("$text", "", StringComparison.Ordinal)) > 0);
        var labels = (await loki.AskAsync("labels")).EnumerateArray().Select(label => label.GetString());
        Assert.Equal(["service_name"], labels.Where(label => !label!.StartsWith("__", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task ClickHouse_answers_every_query()
    {
        await system.RequireClickHouseAsync();
        using var client = new ClickHouseClient(new ClickHouseClientSettings
        {
            Host = new Uri(system.ClickHouse.Url).Host,
            Port = (ushort)new Uri(system.ClickHouse.Url).Port,
            Database = system.ClickHouse.Database,
        });
        var instrument = await client.ExecuteScalarAsync(
            "SELECT instrument_name FROM trades GROUP BY instrument_name ORDER BY count() DESC LIMIT 1", cancellationToken: TestContext.Current.CancellationToken);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        await AssertEachAsync("clickhouse", async query =>
        {
            var sql = query.Replace("${instrument:singlequote}", $"'{instrument}'", StringComparison.Ordinal);
            foreach (var column in new[] { "received_at", "time" })
            {
                // What the plugin makes of its macro.
                sql = sql.Replace(
                    $"$__timeFilter({column})", string.Create(CultureInfo.InvariantCulture, $"{column} >= toDateTime({now - 600}) AND {column} <= toDateTime({now})"),
                    StringComparison.Ordinal);
            }

            await using var reader = await client.ExecuteReaderAsync(sql, cancellationToken: TestContext.Current.CancellationToken);
            return await reader.ReadAsync(TestContext.Current.CancellationToken);
        });
    }

    // | `name` | `name_in_prometheus` |
    [GeneratedRegex(@"^\| `[a-z_.]+` \| `([a-z_]+)` \|", RegexOptions.Multiline)]
    private static partial Regex MetricName();

    // All that fail at once. What was just stored, scraped or logged is found a little later.
    private async Task AssertEachAsync(string source, Func<string, Task<bool>> hasDataAsync)
    {
        var queries = DashboardQuery.Of(source);
        Assert.NotEmpty(queries);
        var empty = new List<DashboardQuery>(queries);
        await Until.TrueAsync(
            async () =>
            {
                foreach (var query in empty.ToList())
                {
                    if (await hasDataAsync(query.Text)) empty.Remove(query);
                }

                return empty.Count == 0;
            },
            () => $"no data:\n{string.Join('\n', empty.Select(query => $"{query.Place}\n    {query.Text}"))}\n{system.Everything}",
            TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(1));
    }
}
