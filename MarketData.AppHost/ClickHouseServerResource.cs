using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>A ClickHouse server in a container.</summary>
/// <param name="name">The resource's name.</param>
/// <param name="password">The password of <paramref name="user"/>.</param>
/// <param name="user">The user that clients connect as.</param>
/// <param name="database">The database that is created at the first start.</param>
public sealed class ClickHouseServerResource(string name, ParameterResource password, string user, string database)
    : ContainerResource(name), IResourceWithConnectionString
{
    internal const string HttpEndpointName = "http";
    internal const string NativeEndpointName = "native";

    /// <summary>The HTTP interface, which our clients use.</summary>
    public EndpointReference HttpEndpoint => field ??= new(this, HttpEndpointName);

    /// <summary>The native protocol, for clickhouse-client.</summary>
    public EndpointReference NativeEndpoint => field ??= new(this, NativeEndpointName);

    /// <summary>The password.</summary>
    public ParameterResource PasswordParameter { get; } = password;

    /// <summary>The user.</summary>
    public string User { get; } = user;

    /// <summary>The database.</summary>
    public string Database { get; } = database;

    /// <summary>
    /// <c>Host=...;Port=...;Protocol=http;Username=...;Password=...;Database=...</c>; injected as <c>ConnectionStrings__clickhouse</c>,
    /// which the services' configuration takes apart.
    /// </summary>
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create(
        $"Host={Host};Port={Port};Protocol=http;Username={User};Password={PasswordParameter};Database={Database}");

    private EndpointReferenceExpression Host => HttpEndpoint.Property(EndpointProperty.Host);

    private EndpointReferenceExpression Port => HttpEndpoint.Property(EndpointProperty.Port);

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties()
    {
        yield return new("Host", ReferenceExpression.Create($"{Host}"));
        yield return new("Port", ReferenceExpression.Create($"{Port}"));
        yield return new("Username", ReferenceExpression.Create($"{User}"));
        yield return new("Password", ReferenceExpression.Create($"{PasswordParameter}"));
        yield return new("DatabaseName", ReferenceExpression.Create($"{Database}"));
    }
}
