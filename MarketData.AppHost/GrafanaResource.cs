using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Grafana in a container, provisioned from files.</summary>
/// <param name="name">The resource's name.</param>
public sealed class GrafanaResource(string name) : ContainerResource(name)
{
    internal const string HttpEndpointName = "http";
}
