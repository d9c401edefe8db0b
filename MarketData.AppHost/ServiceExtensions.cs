using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>What the services get, in the names of <c>config/default.toml</c>.</summary>
public static class ServiceExtensions
{
    // The directory that belongs to the user of the images, so that a new volume there is that user's, too.
    internal const string HomeInImages = "/home/app";
    internal const string HealthEndpointName = "health";

    private const int HealthPortInImages = 8080;

    // What the archiver writes. What is derived from it, and is small, stays: see docs/schema.md.
    private static readonly string[] s_eventTables = ["TRADES", "TICKERS", "BOOK_UPDATES", "BOOK_SNAPSHOTS", "INTEGRITY"];

    /// <summary>
    /// Adds the processes of one collector, each a resource of its own: <c>trades</c>, <c>trades-2</c> ... So each has its own name in the ledger,
    /// its own events on disk while Kafka is away, its own commands on the dashboard, and its own figures in Prometheus. Copies behind one
    /// address, which is what <c>WithReplicas</c> makes, would answer in turn.
    /// </summary>
    /// <typeparam name="TProject">The collector's project.</typeparam>
    /// <param name="builder">The model.</param>
    /// <param name="name">The first one's name.</param>
    /// <param name="count">How many.</param>
    /// <param name="configure">What each of them gets.</param>
    public static IReadOnlyList<IResourceBuilder<ProjectResource>> AddReplicas<TProject>(
        this IDistributedApplicationBuilder builder,
        string name,
        int count,
        Func<IResourceBuilder<ProjectResource>, IResourceBuilder<ProjectResource>> configure)
        where TProject : IProjectMetadata, new()
    {
        var replicas = new List<IResourceBuilder<ProjectResource>>();
        for (var number = 1; number <= count; number++)
        {
            var own = number == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{number}");
            var replica = builder.AddProject<TProject>(own).WithEnvironment("COLLECTOR__ID", own).WithIconName("ArrowDownload");
            if (builder.ExecutionContext.IsPublishMode) replica.WithEnvironment("KAFKA__SPILL__DIRECTORY", HomeInImages + "/spill");
            if (number > 1) replica.WithParentRelationship(replicas[0]);
            replicas.Add(configure(replica));
        }

        return replicas;
    }

    /// <summary>Adds a run of <c>marketdata init</c>, which ends when what the services write to is there.</summary>
    /// <typeparam name="TProject">The command line's project.</typeparam>
    /// <param name="builder">The model.</param>
    /// <param name="name">What is prepared, and the resource's name: <c>topics</c> or <c>schema</c>.</param>
    public static IResourceBuilder<ProjectResource> AddPreparation<TProject>(
        this IDistributedApplicationBuilder builder, [ResourceName] string name)
        where TProject : IProjectMetadata, new()
    {
        var preparation = builder.AddProject<TProject>(name).WithArgs("init", name).WithIconName("CheckmarkStarburst");

        // Azure's container apps start again what ends. There the services prepare what they need themselves.
        return builder.IsAzureManifest() ? preparation.ExcludeFromManifest() : preparation.PublishAsPreparationToCompose();
    }

    /// <summary>Sets how long ClickHouse keeps events.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="days">Days; 0: for ever.</param>
    public static IResourceBuilder<ProjectResource> WithRetention(
        this IResourceBuilder<ProjectResource> builder, IResourceBuilder<ParameterResource> days)
    {
        foreach (var table in s_eventTables) builder.WithEnvironment($"CLICKHOUSE__TTL__{table}_DAYS", days);
        return builder;
    }

    /// <summary>Tells the archiver that the history is kept in ClickHouse.</summary>
    /// <param name="builder">The archiver.</param>
    /// <param name="clickhouse">ClickHouse.</param>
    /// <param name="schema">What prepares it.</param>
    /// <param name="retention">Days that events are kept there.</param>
    public static IResourceBuilder<ProjectResource> WithClickHouse(
        this IResourceBuilder<ProjectResource> builder,
        IResourceBuilder<ClickHouseServerResource> clickhouse,
        IResourceBuilder<ProjectResource> schema,
        IResourceBuilder<ParameterResource> retention) =>
        builder.WithReference(clickhouse).WaitFor(clickhouse).WaitForCompletion(schema).WithRetention(retention);

    /// <summary>
    /// Tells the archiver that the history is kept as files in <c>history/</c>, each exchange apart: what is simulated counts its trades anew in
    /// each run, so each run has a directory of its own below <c>history/runs/</c>.
    /// </summary>
    /// <param name="builder">The archiver.</param>
    /// <param name="exchange">The exchange.</param>
    public static IResourceBuilder<ProjectResource> WithFiles(this IResourceBuilder<ProjectResource> builder, ExchangeChoice exchange)
    {
        var directory = Path.GetFullPath(Path.Combine(builder.ApplicationBuilder.AppHostDirectory, "..", "history"));
        directory = exchange switch
        {
            ExchangeChoice.Simulated => Path.Combine(directory, "runs", string.Create(
                CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd'T'HHmmss'Z'}-{Environment.ProcessId}")),
            ExchangeChoice.Testnet => Path.Combine(directory, "testnet"),
            _ => directory,
        };
        return builder.WithEnvironment("ARCHIVER__STORE", "parquet").WithEnvironment("PARQUET__DIRECTORY", directory);
    }

    /// <summary>Tells a service where Loki is. It does not wait: logs never hold up data.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="loki">Loki; null: the log goes only where Aspire sends it.</param>
    public static IResourceBuilder<ProjectResource> WithLoki(
        this IResourceBuilder<ProjectResource> builder, IResourceBuilder<LokiResource>? loki) =>
        loki is null ? builder : builder.WithEnvironment("LOGGING__LOKI_URL", loki.Resource.HttpEndpoint);

    /// <summary>Gives a service a port for its health and metrics, and watches <c>/health</c>. On a developer's machine any free one.</summary>
    /// <param name="builder">The service.</param>
    public static IResourceBuilder<ProjectResource> WithHealthPort(this IResourceBuilder<ProjectResource> builder)
    {
        int? port = builder.ApplicationBuilder.ExecutionContext.IsPublishMode ? HealthPortInImages : null;
        return builder
            .WithHttpEndpoint(targetPort: port, name: HealthEndpointName, env: "HEALTH__PORT")
            .WithHttpHealthCheck("/health", endpointName: HealthEndpointName)
            .WithUrlForEndpoint(HealthEndpointName, url => (url.Url, url.DisplayText) = ("/health", "Health"))
            .WithUrlForEndpoint(HealthEndpointName, _ => new ResourceUrlAnnotation { Url = "/metrics", DisplayText = "Metrics" });
    }
}
