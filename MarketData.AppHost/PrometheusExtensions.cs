using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Adds Prometheus: the metrics of all services, and the alerts.</summary>
public static class PrometheusExtensions
{
    private const string Image = "prom/prometheus";
    private const string Tag = "v3.13.3";
    private const string TargetsVariable = "PROMETHEUS_TARGETS";

    // Prometheus reads no variables, and on a developer's machine the ports of the services are known only when they run. So the container
    // writes the file that prometheus.yml asks for itself, from a variable in which Aspire puts the addresses as the container sees them:
    // ["host:port","host:port"]. \173 and \175 are braces: a brace would begin an expression in what Aspire publishes.
    private const string Start =
        "mkdir -p /etc/prometheus/targets"
        + " && printf '[\\173\"targets\":%s\\175]' \"$" + TargetsVariable + "\" > /etc/prometheus/targets/services.json"
        + " && exec /bin/prometheus --config.file=/etc/prometheus/prometheus.yml --storage.tsdb.path=/prometheus";

    /// <summary>Adds a server with a health check on <c>/-/healthy</c>.</summary>
    /// <param name="builder">The model.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="configurationDirectory">The directory of <c>prometheus.yml</c> and <c>rules/</c>, relative to the AppHost.</param>
    public static IResourceBuilder<PrometheusResource> AddPrometheus(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string configurationDirectory) =>
        builder.AddResource(new PrometheusResource(name))
            .WithImage(Image, Tag).WithImageRegistry("docker.io")
            .WithHttpEndpoint(targetPort: 9090, name: PrometheusResource.HttpEndpointName)
            .WithBindMount($"{configurationDirectory}/prometheus.yml", "/etc/prometheus/prometheus.yml", isReadOnly: true)
            .WithBindMount($"{configurationDirectory}/rules", "/etc/prometheus/rules", isReadOnly: true)
            .WithEntrypoint("/bin/sh")
            .WithArgs("-c", Start)
            .WithIconName("ChartMultiple")
            .WithHttpHealthCheck("/-/healthy", endpointName: PrometheusResource.HttpEndpointName)
            .WithUrlForEndpoint(PrometheusResource.HttpEndpointName, url => url.DisplayText = "Prometheus")
            .WithUrlForEndpoint(PrometheusResource.HttpEndpointName, _ => new ResourceUrlAnnotation { Url = "/alerts", DisplayText = "Alerts" });

    /// <summary>Keeps the data in a named volume.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="name">The volume's name; null: derived from the model's and the resource's name.</param>
    public static IResourceBuilder<PrometheusResource> WithDataVolume(this IResourceBuilder<PrometheusResource> builder, string? name = null) =>
        builder.WithVolume(name ?? VolumeNameGenerator.Generate(builder, "data"), "/prometheus");

    /// <summary>Scrapes services at their health ports.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="services">The services.</param>
    public static IResourceBuilder<PrometheusResource> WithTargets(
        this IResourceBuilder<PrometheusResource> builder, IEnumerable<IResourceBuilder<ProjectResource>> services)
    {
        var targets = new ReferenceExpressionBuilder();
        var separator = "[\"";
        foreach (var service in services)
        {
            targets.AppendLiteral(separator);
            targets.Append($"{service.GetEndpoint(ServiceExtensions.HealthEndpointName).Property(EndpointProperty.HostAndPort)}");
            separator = "\",\"";
        }

        targets.AppendLiteral("\"]");
        return builder.WithEnvironment(TargetsVariable, targets.Build());
    }
}
