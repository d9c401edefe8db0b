using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Adds Loki: the logs of all services.</summary>
public static class LokiExtensions
{
    private const string Image = "grafana/loki";
    private const string Tag = "3.7.7";

    /// <summary>Adds a server with a health check on <c>/ready</c>.</summary>
    /// <param name="builder">The model.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="configurationDirectory">The directory of <c>loki.yaml</c>, relative to the AppHost.</param>
    public static IResourceBuilder<LokiResource> AddLoki(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string configurationDirectory) =>
        builder.AddResource(new LokiResource(name))
            .WithImage(Image, Tag).WithImageRegistry("docker.io")
            .WithHttpEndpoint(targetPort: 3100, name: LokiResource.HttpEndpointName)
            .WithBindMount(configurationDirectory, "/etc/loki", isReadOnly: true)
            .WithArgs("-config.file=/etc/loki/loki.yaml")
            .WithIconName("DocumentText")
            .WithHttpHealthCheck("/ready", endpointName: LokiResource.HttpEndpointName)
            .WithUrlForEndpoint(LokiResource.HttpEndpointName, url => (url.DisplayText, url.DisplayLocation) = ("Loki", UrlDisplayLocation.DetailsOnly));

    /// <summary>Keeps the data in a named volume.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="name">The volume's name; null: derived from the model's and the resource's name.</param>
    public static IResourceBuilder<LokiResource> WithDataVolume(this IResourceBuilder<LokiResource> builder, string? name = null) =>
        builder.WithVolume(name ?? VolumeNameGenerator.Generate(builder, "data"), "/loki");
}
