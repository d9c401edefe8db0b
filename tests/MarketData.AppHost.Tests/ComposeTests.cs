using Aspire.Hosting.Docker;
using Aspire.Hosting.Docker.Resources.ComposeNodes;

namespace MarketData.AppHost.Tests;

/// <summary>What a deployment with Docker Compose gets beside what Aspire publishes by itself.</summary>
public sealed class ComposeTests
{
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_container_and_service_is_kept_running_and_has_a_health_check()
    {
        await using var builder = await AppHostModel.PublishedAsync(_ct);
        foreach (var name in new[] { "kafka", "redis", "clickhouse", "loki", "prometheus", "grafana", "orderbooks", "trades", "tickers", "archiver" })
        {
            var service = Customized(builder, name);
            Assert.Equal("unless-stopped", service.Restart);
            Assert.StartsWith("CMD", Assert.IsType<Aspire.Hosting.Docker.Resources.ServiceNodes.Healthcheck>(service.Healthcheck).Test[0], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Service_asks_itself_has_time_to_stop_and_keeps_what_it_spills()
    {
        await using var builder = await AppHostModel.PublishedAsync(_ct);
        var service = Customized(builder, "trades");
        Assert.Equal(["CMD", "dotnet", "/app/MarketData.Collectors.Trades.dll", "--health-check"], service.Healthcheck?.Test);
        Assert.Equal("40s", service.StopGracePeriod);
        var volume = Assert.Single(service.Volumes);
        Assert.Equal(("trades-state", "/home/app"), (volume.Source, volume.Target));
        Assert.Equal("/home/app/spill", (await builder.Find("trades").EnvironmentAsync())["KAFKA__SPILL__DIRECTORY"]);
    }

    [Fact]
    public async Task Service_waits_for_health_and_for_completion()
    {
        await using var builder = await AppHostModel.PublishedAsync(_ct);
        var service = Customized(
            builder, "trades", ("kafka", "service_started"), ("redis", "service_started"), ("topics", "service_completed_successfully"));
        Assert.Equal("service_healthy", service.DependsOn["kafka"].Condition);
        Assert.Equal("service_healthy", service.DependsOn["redis"].Condition);
        Assert.Equal("service_completed_successfully", service.DependsOn["topics"].Condition);
    }

    [Fact]
    public async Task Preparation_is_tried_again_while_it_fails_and_not_after()
    {
        await using var builder = await AppHostModel.PublishedAsync(_ct);
        Assert.Equal("on-failure", Customized(builder, "topics").Restart);
        Assert.Equal("on-failure", Customized(builder, "schema").Restart);
    }

    [Fact]
    public async Task Manifest_for_azure_knows_no_compose_and_no_run_to_completion()
    {
        await using var builder = await AppHostModel.PublishedAsync(_ct, "--step", "publish-manifest");
        Assert.Empty(builder.Resources.OfType<DockerComposeEnvironmentResource>());
        Assert.Empty(builder.Resources.SelectMany(resource => resource.Annotations.OfType<DockerComposeServiceCustomizationAnnotation>()));
        Assert.Contains(ManifestPublishingCallbackAnnotation.Ignore, builder.Find("topics").Annotations);
    }

    private static Service Customized(IDistributedApplicationTestingBuilder builder, string name, params (string Name, string Condition)[] dependencies)
    {
        var resource = builder.Find(name);
        var service = new Service { Name = name };
        foreach (var (on, condition) in dependencies) service.DependsOn[on] = new ServiceDependency { Condition = condition };
        var environment = builder.Resources.OfType<DockerComposeEnvironmentResource>().Single();
        var customizations = resource.Annotations.OfType<DockerComposeServiceCustomizationAnnotation>().ToList();
        Assert.NotEmpty(customizations);
        foreach (var customization in customizations) customization.Configure(new DockerComposeServiceResource(name, resource, environment), service);
        return service;
    }
}
