using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Adds Grafana: what operators look at.</summary>
public static class GrafanaExtensions
{
    private const string Image = "grafana/grafana";
    private const string Tag = "13.2.1";
    private const string Plugins = "grafana-clickhouse-datasource@4.20.0";

    /// <summary>Adds a server with a generated administrator password and a health check on <c>/api/health</c>.</summary>
    /// <param name="builder">The model.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="configurationDirectory">The directory of <c>provisioning/</c> and <c>dashboards/</c>, relative to the AppHost.</param>
    public static IResourceBuilder<GrafanaResource> AddGrafana(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string configurationDirectory)
    {
        var password = ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{name}-password", special: false);
        return builder.AddResource(new GrafanaResource(name))
            .WithImage(Image, Tag).WithImageRegistry("docker.io")
            .WithHttpEndpoint(targetPort: 3000, name: GrafanaResource.HttpEndpointName)
            .WithExternalHttpEndpoints()
            .WithEnvironment("GF_SECURITY_ADMIN_PASSWORD", password)
            .WithEnvironment("GF_PLUGINS_PREINSTALL_SYNC", Plugins)
            .WithEnvironment("GF_ANALYTICS_REPORTING_ENABLED", "false")
            .WithBindMount($"{configurationDirectory}/provisioning", "/etc/grafana/provisioning", isReadOnly: true)
            .WithBindMount($"{configurationDirectory}/dashboards", "/var/lib/grafana/dashboards", isReadOnly: true)
            .WithIconName("DataLine")
            .WithHttpHealthCheck("/api/health", endpointName: GrafanaResource.HttpEndpointName)
            .WithUrlForEndpoint(GrafanaResource.HttpEndpointName, url => url.DisplayText = "Grafana");
    }

    /// <summary>Keeps users and preferences in a named volume.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="name">The volume's name; null: derived from the model's and the resource's name.</param>
    public static IResourceBuilder<GrafanaResource> WithDataVolume(this IResourceBuilder<GrafanaResource> builder, string? name = null) =>
        builder.WithVolume(name ?? VolumeNameGenerator.Generate(builder, "data"), "/var/lib/grafana");

    /// <summary>Points the provisioned data source at Prometheus, and waits for it.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="prometheus">Prometheus.</param>
    public static IResourceBuilder<GrafanaResource> WithPrometheus(
        this IResourceBuilder<GrafanaResource> builder, IResourceBuilder<PrometheusResource> prometheus) =>
        builder.WithEnvironment("PROMETHEUS_URL", prometheus.Resource.HttpEndpoint).WaitFor(prometheus);

    /// <summary>Points the provisioned data source at Loki, and waits for it.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="loki">Loki.</param>
    public static IResourceBuilder<GrafanaResource> WithLoki(
        this IResourceBuilder<GrafanaResource> builder, IResourceBuilder<LokiResource> loki) =>
        builder.WithEnvironment("LOKI_URL", loki.Resource.HttpEndpoint).WaitFor(loki);

    /// <summary>Points the provisioned data source at ClickHouse, and waits for it.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="clickhouse">ClickHouse.</param>
    public static IResourceBuilder<GrafanaResource> WithClickHouse(
        this IResourceBuilder<GrafanaResource> builder, IResourceBuilder<ClickHouseServerResource> clickhouse)
    {
        var server = clickhouse.Resource;
        return builder
            .WithEnvironment("CLICKHOUSE_HOST", server.HttpEndpoint.Property(EndpointProperty.Host))
            .WithEnvironment("CLICKHOUSE_PORT", server.HttpEndpoint.Property(EndpointProperty.Port))
            .WithEnvironment("CLICKHOUSE_USER", server.User)
            .WithEnvironment("CLICKHOUSE_PASSWORD", server.PasswordParameter)
            .WaitFor(clickhouse);
    }
}
