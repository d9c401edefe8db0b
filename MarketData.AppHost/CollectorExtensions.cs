using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>What collectors and the archiver get, in the names of <c>config/default.toml</c>.</summary>
public static class CollectorExtensions
{
    private const string HealthEndpointName = "health";

    /// <summary>Sets the symbols and the credentials of Deribit.</summary>
    /// <param name="builder">The collector.</param>
    /// <param name="symbols">Instruments or patterns, separated by commas.</param>
    /// <param name="key">The API key; its value may be empty.</param>
    /// <param name="secret">The API secret; its value may be empty.</param>
    public static IResourceBuilder<ProjectResource> WithDeribit(
        this IResourceBuilder<ProjectResource> builder,
        IResourceBuilder<ParameterResource> symbols,
        IResourceBuilder<ParameterResource> key,
        IResourceBuilder<ParameterResource> secret) => builder
            .WithEnvironment("EXCHANGES__DERIBIT__SYMBOLS", symbols)
            .WithEnvironment("DERIBIT_KEY", key)
            .WithEnvironment("DERIBIT_SECRET", secret);

    /// <summary>Tells a service where Loki is. It does not wait: logs never hold up data.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="loki">Loki.</param>
    public static IResourceBuilder<ProjectResource> WithLoki(
        this IResourceBuilder<ProjectResource> builder, IResourceBuilder<LokiResource> loki) =>
        builder.WithEnvironment("LOGGING__LOKI_URL", loki.Resource.HttpEndpoint);

    /// <summary>Gives a service a free port for its health and metrics, and watches <c>/health</c>.</summary>
    /// <param name="builder">The service.</param>
    public static IResourceBuilder<ProjectResource> WithHealthPort(this IResourceBuilder<ProjectResource> builder) => builder
        .WithHttpEndpoint(name: HealthEndpointName, env: "HEALTH__PORT")
        .WithHttpHealthCheck("/health", endpointName: HealthEndpointName)
        .WithUrlForEndpoint(HealthEndpointName, url => url.DisplayText = "Health");
}
