namespace MarketData.AppHost.Tests;

/// <summary>What parameters and <c>--infrastructure</c> change in the model.</summary>
public sealed class ChoiceTests
{
    private static readonly string[] s_collectors = ["orderbooks", "trades", "tickers"];
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_replica_is_a_resource_with_a_name_of_its_own_and_is_scraped()
    {
        await using var builder = await AppHostModel.PublishedAsync(_ct, "--Parameters:replicas=3");
        var targets = (await builder.Find("prometheus").EnvironmentAsync())["PROMETHEUS_TARGETS"];
        foreach (var name in s_collectors.SelectMany(name => new[] { name, name + "-2", name + "-3" }))
        {
            Assert.Equal(name, (await builder.Find(name).EnvironmentAsync())["COLLECTOR__ID"]);
            Assert.Contains($"{{{name}.bindings.health.port}}", targets, StringComparison.Ordinal);
        }

        Assert.Single(builder.Resources, resource => resource.Name.StartsWith("archiver", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Testnet_is_another_address_with_the_same_credentials()
    {
        await using var builder = await AppHostModel.PublishedAsync(_ct, "--Parameters:exchange=testnet");
        var environment = await builder.Find("trades").EnvironmentAsync();
        Assert.Equal("wss://test.deribit.com/ws/api/v2", environment["EXCHANGES__DERIBIT__WS_URL"]);
        Assert.Equal("https://test.deribit.com/api/v2", environment["EXCHANGES__DERIBIT__HTTP_URL"]);
        Assert.Equal("{deribit-secret.value}", environment["DERIBIT_SECRET"]);
    }

    [Fact]
    public async Task Simulated_exchange_is_a_process_beside_the_containers_and_gets_no_credentials()
    {
        await using var builder = await AppHostModel.RunAsync(_ct, "--Parameters:exchange=simulated");
        Assert.Contains("clickhouse", builder.Resources.Select(resource => resource.Name));
        foreach (var name in s_collectors)
        {
            var collector = builder.Find(name);
            Assert.Contains("simulator", collector.Waits());
            var environment = await collector.EnvironmentAsync();
            Assert.Equal(
                "ws://{simulator.bindings.exchange.host}:{simulator.bindings.exchange.port}/ws/api/v2", environment["EXCHANGES__DERIBIT__WS_URL"]);
            Assert.DoesNotContain("DERIBIT_KEY", environment.Keys);
            Assert.DoesNotContain("DERIBIT_SECRET", environment.Keys);
        }
    }

    [Fact]
    public async Task Embedded_infrastructure_needs_no_container()
    {
        await using var builder = await AppHostModel.RunAsync(_ct, "--infrastructure", "embedded");
        Assert.Empty(builder.Resources.OfType<ContainerResource>());
        var collector = builder.Find("orderbooks");
        Assert.Equal(["embedded", "kafka", "redis", "topics (completed)"], collector.Waits());
        Assert.DoesNotContain("LOGGING__LOKI_URL", (await collector.EnvironmentAsync()).Keys);
        var archiver = await builder.Find("archiver").EnvironmentAsync();
        Assert.Equal("parquet", archiver["ARCHIVER__STORE"]);
        Assert.Matches(@"[\\/]history[\\/]runs[\\/][0-9TZ-]+$", archiver["PARQUET__DIRECTORY"]);
        Assert.DoesNotContain("schema", builder.Resources.Select(resource => resource.Name));
        var embedded = builder.Find("embedded");
        Assert.Equal(["exchange", "health", "kafka", "redis"], embedded.Annotations.OfType<EndpointAnnotation>().Select(item => item.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Collector_has_commands_for_operators_and_that_of_books_one_more()
    {
        await using var builder = await AppHostModel.RunAsync(_ct, "--infrastructure", "embedded");
        foreach (var name in s_collectors)
        {
            var commands = builder.Find(name).Annotations.OfType<ResourceCommandAnnotation>().ToDictionary(command => command.Name);
            Assert.NotNull(commands["pause"].ConfirmationMessage);
            Assert.NotNull(commands["resume"].ConfirmationMessage);
            Assert.Contains("add-symbol", commands.Keys);
            Assert.Equal(name == "orderbooks", commands.ContainsKey("resync"));
        }
    }

    [Theory]
    [InlineData("--infrastructure=none", "infrastructure is 'none'. Say one of: containers, embedded.")]
    [InlineData("--Parameters:exchange=binance", "Parameters:exchange is 'binance'. Say one of: live, testnet, simulated.")]
    [InlineData("--Parameters:replicas=0", "The parameter replicas is '0'. Give a whole number from 1 to 32.")]
    [InlineData("--infrastructure=embedded", "Deploy with --infrastructure containers.")]
    [InlineData("--Parameters:exchange=simulated", "Deploy with live or testnet.")]
    public async Task What_cannot_be_is_refused_with_a_sentence(string argument, string expected)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(async () => await AppHostModel.PublishedAsync(_ct, argument));
        Assert.Contains(expected, error.ToString(), StringComparison.Ordinal);
    }
}
