namespace MarketData.AppHost.Tests;

/// <summary>
/// The model as it would be published; nothing is started, so no container engine is needed. A start without containers needs the
/// model's embedded mode, which does not exist yet: until then a full start is a matter of <c>dotnet run --project MarketData.AppHost</c>.
/// </summary>
public sealed class ModelTests
{
    private static readonly string[] _collectors = ["orderbooks", "trades", "tickers"];
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Model_has_the_infrastructure_the_collectors_and_the_archiver()
    {
        await using var builder = await CreateAsync();
        var names = builder.Resources.Select(resource => resource.Name).ToList();
        Assert.All(
            ["kafka", "redis", "clickhouse", "loki", "grafana", "symbols", "deribit-key", "deribit-secret", "archiver", .. _collectors],
            name => Assert.Contains(name, names));
        var kafka = builder.Resources.OfType<KafkaServerResource>().Single();
        Assert.Equal("{kafka.bindings.tcp.host}:{kafka.bindings.tcp.port}", kafka.ConnectionStringExpression.ValueExpression);
    }

    [Theory]
    [InlineData("orderbooks")]
    [InlineData("trades")]
    [InlineData("tickers")]
    public async Task Collector_has_its_references_waits_parameters_and_health_port(string name)
    {
        await using var builder = await CreateAsync();
        var collector = (ProjectResource)builder.Resources.Single(resource => resource.Name == name);
        Assert.Equal(["kafka", "redis"], collector.Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource.Name).Order());
        var environment = await EnvironmentOfAsync(collector);
        Assert.Equal("{kafka.connectionString}", environment["ConnectionStrings__kafka"]);
        Assert.Equal("{redis.connectionString}", environment["ConnectionStrings__redis"]);
        Assert.Equal("{symbols.value}", environment["EXCHANGES__DERIBIT__SYMBOLS"]);
        Assert.Equal("{deribit-key.value}", environment["DERIBIT_KEY"]);
        Assert.Equal("{deribit-secret.value}", environment["DERIBIT_SECRET"]);
        Assert.True(environment.ContainsKey("HEALTH__PORT"));
    }

    [Fact]
    public async Task Archiver_has_its_references_waits_and_health_port()
    {
        await using var builder = await CreateAsync();
        var archiver = (ProjectResource)builder.Resources.Single(resource => resource.Name == "archiver");
        Assert.Equal(["clickhouse", "kafka"], archiver.Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource.Name).Order());
        var environment = await EnvironmentOfAsync(archiver);
        Assert.Equal("{kafka.connectionString}", environment["ConnectionStrings__kafka"]);
        Assert.Equal("{clickhouse.connectionString}", environment["ConnectionStrings__clickhouse"]);
        Assert.True(environment.ContainsKey("HEALTH__PORT"));
    }

    [Fact]
    public async Task Credentials_are_secret_parameters()
    {
        await using var builder = await CreateAsync();
        var secrets = builder.Resources.OfType<ParameterResource>().Where(parameter => parameter.Secret).Select(parameter => parameter.Name).ToList();
        Assert.All(["deribit-key", "deribit-secret", "clickhouse-password", "grafana-password"], name => Assert.Contains(name, secrets));
    }

    [Fact]
    public async Task Container_image_has_a_pinned_tag()
    {
        await using var builder = await CreateAsync();
        var images = builder.Resources.SelectMany(resource => resource.Annotations.OfType<ContainerImageAnnotation>()).ToList();
        Assert.NotEmpty(images);
        Assert.All(images, image => Assert.False(image.Tag is null or "latest", image.Image));
    }

    [Fact]
    public async Task Data_survives_in_volumes_and_no_host_port_is_fixed()
    {
        await using var builder = await CreateAsync();
        foreach (var name in new[] { "kafka", "redis", "clickhouse", "loki", "grafana" })
        {
            var resource = builder.Resources.Single(item => item.Name == name);
            Assert.Contains(resource.Annotations.OfType<ContainerMountAnnotation>(), mount => mount.Type == ContainerMountType.Volume);
        }

        foreach (var resource in builder.Resources.Where(item => item.Name is "clickhouse" or "loki" or "grafana"))
            Assert.All(resource.Annotations.OfType<EndpointAnnotation>(), endpoint => Assert.Null(endpoint.Port));
    }

    // The replacement needs a started model; the obsolete method reads the published one.
#pragma warning disable CS0618
    private static async Task<Dictionary<string, string>> EnvironmentOfAsync(ProjectResource project) =>
        await project.GetEnvironmentVariableValuesAsync(DistributedApplicationOperation.Publish);
#pragma warning restore CS0618

    private Task<IDistributedApplicationTestingBuilder> CreateAsync() =>
        DistributedApplicationTestingBuilder.CreateAsync<Projects.MarketData_AppHost>(["--operation", "publish"], _ct);
}
