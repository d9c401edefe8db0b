using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Adds Grafana: what operators look at.</summary>
public static class GrafanaExtensions
{
    private const string Image = "grafana/grafana";
    private const string Tag = "12.1.0";

    /// <summary>Adds a server with a generated administrator password and a health check on <c>/api/health</c>.</summary>
    /// <param name="builder">The model.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="provisioningDirectory">The directory with <c>datasources/</c>, relative to the AppHost.</param>
    public static IResourceBuilder<GrafanaResource> AddGrafana(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string provisioningDirectory)
    {
        var password = ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{name}-password", special: false);
        return builder.AddResource(new GrafanaResource(name))
            .WithImage(Image, Tag).WithImageRegistry("docker.io")
            .WithHttpEndpoint(targetPort: 3000, name: GrafanaResource.HttpEndpointName)
            .WithExternalHttpEndpoints()
            .WithEnvironment("GF_SECURITY_ADMIN_PASSWORD", password)
            .WithBindMount(provisioningDirectory, "/etc/grafana/provisioning", isReadOnly: true)
            .WithIconName("DataLine")
            .WithHttpHealthCheck("/api/health", endpointName: GrafanaResource.HttpEndpointName)
            .WithUrlForEndpoint(GrafanaResource.HttpEndpointName, url => url.DisplayText = "Grafana");
    }

    /// <summary>Keeps users and preferences in a named volume.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="name">The volume's name; null: derived from the model's and the resource's name.</param>
    public static IResourceBuilder<GrafanaResource> WithDataVolume(this IResourceBuilder<GrafanaResource> builder, string? name = null) =>
        builder.WithVolume(name ?? VolumeNameGenerator.Generate(builder, "data"), "/var/lib/grafana");

    /// <summary>Points the provisioned data source at Loki, and waits for it.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="loki">Loki.</param>
    public static IResourceBuilder<GrafanaResource> WithLoki(
        this IResourceBuilder<GrafanaResource> builder, IResourceBuilder<LokiResource> loki) =>
        builder.WithEnvironment("LOKI_URL", loki.Resource.HttpEndpoint).WaitFor(loki);
}
