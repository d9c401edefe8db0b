// The topology, in the order of dependency: parameters, infrastructure, what prepares it, the collectors and the archiver, what operators watch.
//   dotnet run --project MarketData.AppHost                                    with a container engine
//   dotnet run --project MarketData.AppHost -- --infrastructure embedded       without: one process in place of every container
// Parameters come from the command line (--Parameters:symbols=BTC-*), the environment (Parameters__symbols), or user secrets.
using Aspire.Hosting.ApplicationModel;

var builder = DistributedApplication.CreateBuilder(args);
var embedded = builder.Choose("infrastructure", ["containers", "embedded"], "containers") == "embedded";
builder.AddDeployment("compose", embedded);

var symbols = builder.AddSetting("symbols", "BTC-PERPETUAL,ETH-PERPETUAL", "Instruments or patterns, separated by commas; * for all.");
var retention = builder.AddSetting("retention", "0", "Days that ClickHouse keeps events; 0: for ever.");
var deribitKey = builder.AddSecret("deribit-key", "The Deribit API key (client id); empty for the public channels.");
var deribitSecret = builder.AddSecret("deribit-secret", "The Deribit API secret; empty for the public channels.");
var adminKey = builder.AddGeneratedSecret("admin-key", "Opens what operators may do to a running collector.");
var exchange = builder.AddExchange("exchange", embedded ? ExchangeChoice.Simulated : ExchangeChoice.Live);
var replicas = builder.AddCount("replicas", otherwise: 1, most: 32, "Processes of each collector, which share the instruments.");

// Containers, or one process in place of them all. Host ports are chosen at start; data survives in volumes.
IResourceBuilder<IResourceWithConnectionString> kafka, redis;
IResourceBuilder<ClickHouseServerResource>? clickhouse = null;
IResourceBuilder<LokiResource>? loki = null;
IResourceBuilder<ProjectResource>? simulator = null;
if (embedded)
{
    simulator = builder.AddEmbedded<Projects.MarketData_Cli>("embedded", exchange);
    kafka = builder.AddConnectionString("kafka", simulator.Kafka()).WaitFor(simulator);
    redis = builder.AddConnectionString("redis", simulator.Redis()).WaitFor(simulator);
}
else
{
    kafka = builder.AddKafka("kafka").WithDataVolume().WithKafkaUI(page => page.WithTitle("Kafka UI"))
        .WithIconName("Stream").PublishToCompose(ComposeHealth.Kafka);
    redis = builder.AddRedis("redis").WithDataVolume().WithRedisInsight(page => page.WithTitle("Redis Insight"))
        .WithIconName("Database").PublishToCompose(ComposeHealth.Redis);
    clickhouse = builder.AddClickHouse("clickhouse").WithDataVolume().PublishToCompose(ComposeHealth.ClickHouse);
    loki = builder.AddLoki("loki", "../config/loki").WithDataVolume().PublishToCompose(ComposeHealth.Loki);
    if (exchange == ExchangeChoice.Simulated) simulator = builder.AddEmbedded<Projects.MarketData_Cli>("simulator", exchange);
}

// Runs to completion: the services start when what they write to is as they need it.
var topics = builder.AddPreparation<Projects.MarketData_Cli>("topics")
    .WithReference(kafka).WaitFor(kafka);

IResourceBuilder<ProjectResource> Collect(IResourceBuilder<ProjectResource> collector) => collector
    .WithReference(kafka).WaitFor(kafka).WaitForCompletion(topics)
    .WithReference(redis).WaitFor(redis)
    .WithExchange(exchange, simulator, deribitKey, deribitSecret)
    .WithSymbols(symbols)
    .WithLoki(loki)
    .WithHealthPort()
    .WithAdministration(adminKey)
    .PublishAsServiceToCompose();

IResourceBuilder<ProjectResource>[] collectors =
[
    .. builder.AddReplicas<Projects.MarketData_Collectors_OrderBooks>("orderbooks", replicas, collector => Collect(collector).WithResync(adminKey)),
    .. builder.AddReplicas<Projects.MarketData_Collectors_Trades>("trades", replicas, Collect),
    .. builder.AddReplicas<Projects.MarketData_Collectors_Tickers>("tickers", replicas, Collect),
];
var archiver = builder.AddProject<Projects.MarketData_Archiver>("archiver")
    .WithReference(kafka).WaitFor(kafka).WaitForCompletion(topics)
    .WithLoki(loki)
    .WithHealthPort()
    .WithIconName("Archive")
    .PublishAsServiceToCompose();

if (clickhouse is not null && loki is not null)
{
    var schema = builder.AddPreparation<Projects.MarketData_Cli>("schema")
        .WithReference(clickhouse).WaitFor(clickhouse)
        .WithRetention(retention);
    archiver.WithClickHouse(clickhouse, schema, retention);

    // What operators watch. Nothing waits for it: logs and figures never hold up data.
    var prometheus = builder.AddPrometheus("prometheus", "../config/prometheus").WithDataVolume()
        .WithTargets([.. collectors, archiver])
        .PublishToCompose(ComposeHealth.Prometheus);
    builder.AddGrafana("grafana", "../config/grafana").WithDataVolume()
        .WithPrometheus(prometheus).WithLoki(loki).WithClickHouse(clickhouse)
        .PublishToCompose(ComposeHealth.Grafana);
}
else
{
    archiver.WithFiles(exchange);
}

builder.Build().Run();
