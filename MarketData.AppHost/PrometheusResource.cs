using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Prometheus in a container: the metrics of all services, and the alerts.</summary>
/// <param name="name">The resource's name.</param>
public sealed class PrometheusResource(string name) : ContainerResource(name)
{
    internal const string HttpEndpointName = "http";

    /// <summary>The HTTP interface: queries and the web page.</summary>
    public EndpointReference HttpEndpoint => field ??= new(this, HttpEndpointName);
}
