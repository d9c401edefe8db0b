using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>The process that stands for servers: an embedded Kafka, an embedded Redis and the simulated exchange (<c>marketdata embedded</c>).</summary>
public static class EmbeddedExtensions
{
    private const string KafkaEndpointName = "kafka";
    private const string RedisEndpointName = "redis";
    private const string ExchangeEndpointName = "exchange";

    /// <summary>Adds the process. It keeps nothing: what it held is gone when it ends.</summary>
    /// <typeparam name="TProject">The command line's project.</typeparam>
    /// <param name="builder">The model.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="exchange">Whether the exchange is simulated in it.</param>
    public static IResourceBuilder<ProjectResource> AddEmbedded<TProject>(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, ExchangeChoice exchange)
        where TProject : IProjectMetadata, new() => builder.AddProject<TProject>(name)
            .WithArgs("embedded", "--exchange", exchange == ExchangeChoice.Simulated ? "simulated" : "none")
            .WithEndpoint(name: KafkaEndpointName, scheme: "tcp", env: "EMBEDDED__KAFKA_PORT")
            .WithEndpoint(name: RedisEndpointName, scheme: "tcp", env: "EMBEDDED__REDIS_PORT")
            .WithHttpEndpoint(name: ExchangeEndpointName, env: "EMBEDDED__EXCHANGE_PORT")
            .WithHealthPort()
            .WithIconName("BoxToolbox");

    /// <summary>What Kafka's clients connect to.</summary>
    /// <param name="builder">The process.</param>
    public static ReferenceExpression Kafka(this IResourceBuilder<ProjectResource> builder) => Address(builder, KafkaEndpointName);

    /// <summary>What the clients of Redis connect to.</summary>
    /// <param name="builder">The process.</param>
    public static ReferenceExpression Redis(this IResourceBuilder<ProjectResource> builder) => Address(builder, RedisEndpointName);

    /// <summary>Host and port of the simulated exchange.</summary>
    /// <param name="builder">The process.</param>
    public static ReferenceExpression Exchange(this IResourceBuilder<ProjectResource> builder) => Address(builder, ExchangeEndpointName);

    private static ReferenceExpression Address(IResourceBuilder<ProjectResource> builder, string endpoint) =>
        ReferenceExpression.Create($"{builder.GetEndpoint(endpoint).Property(EndpointProperty.HostAndPort)}");
}
