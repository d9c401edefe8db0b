using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Adds ClickHouse: history, in the columns of the events.</summary>
public static class ClickHouseExtensions
{
    private const string Image = "clickhouse/clickhouse-server";
    private const string Tag = "25.8.33.6";

    /// <summary>Adds a server with a generated password that is kept between runs, and a health check on <c>/ping</c>.</summary>
    /// <param name="builder">The model.</param>
    /// <param name="name">The resource's name, and that of the connection string.</param>
    /// <param name="password">The password; null: generated, and kept in user secrets as <c>Parameters:{name}-password</c>.</param>
    /// <param name="database">The database that is created at the first start.</param>
    public static IResourceBuilder<ClickHouseServerResource> AddClickHouse(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        IResourceBuilder<ParameterResource>? password = null,
        string database = "market")
    {
        var parameter = password?.Resource
            ?? ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{name}-password", special: false);
        var resource = new ClickHouseServerResource(name, parameter, "default", database);
        return builder.AddResource(resource)
            .WithImage(Image, Tag).WithImageRegistry("docker.io")
            .WithHttpEndpoint(targetPort: 8123, name: ClickHouseServerResource.HttpEndpointName)
            .WithEndpoint(targetPort: 9000, name: ClickHouseServerResource.NativeEndpointName)
            .WithEnvironment("CLICKHOUSE_DB", database)
            .WithEnvironment("CLICKHOUSE_USER", resource.User)
            .WithEnvironment("CLICKHOUSE_PASSWORD", parameter)
            .WithEnvironment("CLICKHOUSE_DEFAULT_ACCESS_MANAGEMENT", "1")
            // The server's own recommendation: it keeps many files open.
            .WithContainerRuntimeArgs("--ulimit", "nofile=262144:262144")
            .WithIconName("Database")
            .WithHttpHealthCheck("/ping", endpointName: ClickHouseServerResource.HttpEndpointName)
            .WithUrlForEndpoint(ClickHouseServerResource.HttpEndpointName, url => (url.Url, url.DisplayText) = ("/play", "SQL"))
            .WithUrlForEndpoint(ClickHouseServerResource.NativeEndpointName, url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly);
    }

    /// <summary>Keeps the data in a named volume.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="name">The volume's name; null: derived from the model's and the resource's name.</param>
    public static IResourceBuilder<ClickHouseServerResource> WithDataVolume(
        this IResourceBuilder<ClickHouseServerResource> builder, string? name = null) =>
        builder.WithVolume(name ?? VolumeNameGenerator.Generate(builder, "data"), "/var/lib/clickhouse");
}
