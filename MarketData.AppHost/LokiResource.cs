using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Grafana Loki in a container: takes logs over OTLP at <c>/otlp/v1/logs</c>.</summary>
/// <param name="name">The resource's name.</param>
public sealed class LokiResource(string name) : ContainerResource(name)
{
    internal const string HttpEndpointName = "http";

    /// <summary>The HTTP interface: intake and queries.</summary>
    public EndpointReference HttpEndpoint => field ??= new(this, HttpEndpointName);
}
