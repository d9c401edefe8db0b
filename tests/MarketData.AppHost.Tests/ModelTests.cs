namespace MarketData.AppHost.Tests;

/// <summary>The model with containers, as it would be published.</summary>
public sealed class ModelTests
{
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Model_has_the_infrastructure_its_preparation_the_services_and_what_operators_watch()
    {
        await using var builder = await AppHostModel.PublishedAsync(_ct);
        var names = builder.Resources.Select(resource => resource.Name).ToList();
        Assert.All(
            [
                "symbols", "exchange", "replicas", "retention", "deribit-key", "deribit-secret", "admin-key", "kafka", "redis", "clickhouse", "loki",
                "topics", "schema", "orderbooks", "trades", "tickers", "archiver", "prometheus", "grafana",
            ],
            name => Assert.Contains(name, names));
        Assert.DoesNotContain("simulator", names);
        var kafka = builder.Resources.OfType<KafkaServerResource>().Single();
        Assert.StartsWith("{kafka.bindings.tcp.host}:{kafka.bindings.tcp.port}", kafka.ConnectionStringExpression.ValueExpression, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("orderbooks")]
    [InlineData("trades")]
    [InlineData("tickers")]
    public async Task Collector_has_its_references_waits_parameters_and_health_port(string name)
    {
        await using var builder = await AppHostModel.PublishedAsync(_ct);
        var collector = builder.Find(name);
        Assert.Equal(["kafka", "redis", "topics (completed)"], collector.Waits());
        var environment = await collector.EnvironmentAsync();
        Assert.Equal("{kafka.connectionString}", environment["ConnectionStrings__kafka"]);
        Assert.Equal("{redis.connectionString}", environment["ConnectionStrings__redis"]);
        Assert.Equal("{symbols.value}", environment["EXCHANGES__DERIBIT__SYMBOLS"]);
        Assert.Equal("{deribit-key.value}", environment["DERIBIT_KEY"]);
        Assert.Equal("{deribit-secret.value}", environment["DERIBIT_SECRET"]);
        Assert.Equal("{admin-key.value}", environment["ADMIN__KEY"]);
        Assert.Equal("{loki.bindings.http.url}", environment["LOGGING__LOKI_URL"]);
        Assert.Equal(name, environment["COLLECTOR__ID"]);
        Assert.Equal($"{{{name}.bindings.health.targetPort}}", environment["HEALTH__PORT"]);
        Assert.Equal(8080, collector.Annotations.OfType<EndpointAnnotation>().Single().TargetPort);
        Assert.NotEmpty(collector.Annotations.OfType<HealthCheckAnnotation>());

        // The exchange itself is the default of the configuration.
        Assert.DoesNotContain("EXCHANGES__DERIBIT__WS_URL", environment.Keys);
    }

    [Fact]
    public async Task Archiver_has_its_references_waits_retention_and_health_port()
    {
        await using var builder = await AppHostModel.PublishedAsync(_ct);
        var archiver = builder.Find("archiver");
        Assert.Equal(["clickhouse", "kafka", "schema (completed)", "topics (completed)"], archiver.Waits());
        var environment = await archiver.EnvironmentAsync();
        Assert.Equal("{kafka.connectionString}", environment["ConnectionStrings__kafka"]);
        Assert.Equal("{clickhouse.connectionString}", environment["ConnectionStrings__clickhouse"]);
        Assert.DoesNotContain("ARCHIVER__STORE", environment.Keys);
        Assert.Equal("{archiver.bindings.health.targetPort}", environment["HEALTH__PORT"]);
        Assert.All(
            ["TRADES", "TICKERS", "BOOK_UPDATES", "BOOK_SNAPSHOTS", "INTEGRITY"],
            table => Assert.Equal("{retention.value}", environment[$"CLICKHOUSE__TTL__{table}_DAYS"]));
    }

    [Theory]
    [InlineData("topics", "kafka")]
    [InlineData("schema", "clickhouse")]
    public async Task Preparation_runs_the_command_against_its_server(string name, string server)
    {
        await using var builder = await AppHostModel.PublishedAsync(_ct);
        var preparation = builder.Find(name);
        Assert.Equal([server], preparation.Waits());
        Assert.Equal($"{{{server}.connectionString}}", (await preparation.EnvironmentAsync())[$"ConnectionStrings__{server}"]);
        var arguments = new List<object>();
        foreach (var callback in preparation.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
            await callback.Callback(new CommandLineArgsCallbackContext(arguments, _ct));
        Assert.Equal(["init", name], arguments);
    }

    [Fact]
    public async Task Prometheus_scrapes_every_service_at_its_health_port()
    {
        await using var builder = await AppHostModel.PublishedAsync(_ct);
        var prometheus = builder.Find("prometheus");
        Assert.Equal(
            "[" + string.Join(",", new[] { "orderbooks", "trades", "tickers", "archiver" }
                .Select(name => $"\"{{{name}.bindings.health.host}}:{{{name}.bindings.health.port}}\"")) + "]",
            (await prometheus.EnvironmentAsync())["PROMETHEUS_TARGETS"]);
        Assert.All(BindMounts(prometheus), mount => Assert.True(mount.IsReadOnly && Path.Exists(mount.Source), mount.Source));
    }

    [Fact]
    public async Task Grafana_reaches_its_data_sources_and_has_the_dashboards()
    {
        await using var builder = await AppHostModel.PublishedAsync(_ct);
        var grafana = builder.Find("grafana");
        Assert.Equal(["clickhouse", "loki", "prometheus"], grafana.Waits());
        var environment = await grafana.EnvironmentAsync();
        Assert.Equal("{prometheus.bindings.http.url}", environment["PROMETHEUS_URL"]);
        Assert.Equal("{loki.bindings.http.url}", environment["LOKI_URL"]);
        Assert.Equal("{clickhouse.bindings.http.host}", environment["CLICKHOUSE_HOST"]);
        Assert.Equal("{clickhouse.bindings.http.port}", environment["CLICKHOUSE_PORT"]);
        Assert.Equal("{clickhouse-password.value}", environment["CLICKHOUSE_PASSWORD"]);
        Assert.Matches("^grafana-clickhouse-datasource@[0-9.]+$", environment["GF_PLUGINS_PREINSTALL_SYNC"]);
        Assert.Equal(
            ["/etc/grafana/provisioning", "/var/lib/grafana/dashboards"], BindMounts(grafana).Select(mount => mount.Target).Order(StringComparer.Ordinal));
        Assert.All(BindMounts(grafana), mount => Assert.True(mount.IsReadOnly && Path.Exists(mount.Source), mount.Source));
    }

    [Fact]
    public async Task Secret_stands_nowhere_in_clear_text()
    {
        const string Secret = "never-to-be-published";
        string[] names = ["deribit-key", "deribit-secret", "admin-key", "clickhouse-password", "grafana-password", "redis-password"];
        await using var builder = await AppHostModel.PublishedAsync(_ct, [.. names.Select(name => $"--Parameters:{name}={Secret}")]);
        var secrets = builder.Resources.OfType<ParameterResource>().Where(parameter => parameter.Secret).Select(parameter => parameter.Name);
        Assert.All(names[..3], name => Assert.Contains(name, secrets));
        Assert.True(builder.Resources.OfType<ClickHouseServerResource>().Single().PasswordParameter.Secret);
        foreach (var resource in builder.Resources.OfType<IResourceWithEnvironment>())
            Assert.All(await resource.EnvironmentAsync(), pair => Assert.DoesNotContain(Secret, pair.Value, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Container_image_has_a_pinned_tag()
    {
        await using var builder = await AppHostModel.PublishedAsync(_ct);
        var images = builder.Resources.SelectMany(resource => resource.Annotations.OfType<ContainerImageAnnotation>()).ToList();
        Assert.NotEmpty(images);
        Assert.All(images, image => Assert.True(image.Tag is { } tag && tag != "latest" && tag.Any(char.IsDigit), $"{image.Image}:{image.Tag}"));
    }

    [Fact]
    public async Task Data_survives_in_volumes_and_no_host_port_is_fixed()
    {
        await using var builder = await AppHostModel.PublishedAsync(_ct);
        foreach (var name in new[] { "kafka", "redis", "clickhouse", "loki", "prometheus", "grafana" })
        {
            Assert.Contains(
                builder.Find(name).Annotations.OfType<ContainerMountAnnotation>(), mount => mount.Type == ContainerMountType.Volume && mount.Source is not null);
        }

        Assert.All(
            builder.Resources.SelectMany(resource => resource.Annotations.OfType<EndpointAnnotation>()), endpoint => Assert.Null(endpoint.Port));
    }

    private static IEnumerable<ContainerMountAnnotation> BindMounts(IResource resource) =>
        resource.Annotations.OfType<ContainerMountAnnotation>().Where(mount => mount.Type == ContainerMountType.BindMount);
}
