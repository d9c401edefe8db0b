// The topology, in the order of dependency: infrastructure, then what operators watch, then the collectors
// and the archiver.
// Run it with a container engine: dotnet run --project MarketData.AppHost
// Parameters come from user secrets, the environment (Parameters__symbols=BTC-*) or the dashboard.

var builder = DistributedApplication.CreateBuilder(args);

// What to collect, and with which credentials. Without a key the public channels are used; an empty value counts as not set.
const string DefaultSymbols = "BTC-PERPETUAL,ETH-PERPETUAL";
var symbols = builder.AddParameter("symbols", builder.Configuration["Parameters:symbols"] ?? DefaultSymbols, publishValueAsDefault: true)
    .WithDescription("Instruments or patterns, separated by commas; * for all.");
var deribitKey = builder.AddParameter("deribit-key", builder.Configuration["Parameters:deribit-key"] ?? "", secret: true)
    .WithDescription("The Deribit API key (client id); empty for the public channels.");
var deribitSecret = builder.AddParameter("deribit-secret", builder.Configuration["Parameters:deribit-secret"] ?? "", secret: true)
    .WithDescription("The Deribit API secret; empty for the public channels.");

// Infrastructure. Host ports are chosen at start; data survives in volumes.
var kafka = builder.AddKafka("kafka")
    .WithDataVolume()
    .WithKafkaUI();
var redis = builder.AddRedis("redis")
    .WithDataVolume()
    .WithRedisInsight();
var clickhouse = builder.AddClickHouse("clickhouse")
    .WithDataVolume();

// What operators watch.
var loki = builder.AddLoki("loki", "../config/loki")
    .WithDataVolume();
builder.AddGrafana("grafana", "../config/grafana/provisioning")
    .WithDataVolume()
    .WithLoki(loki);

// The collectors: each has its own health port, and waits for what it writes to.
builder.AddProject<Projects.MarketData_Collectors_OrderBooks>("orderbooks")
    .WithReference(kafka).WaitFor(kafka)
    .WithReference(redis).WaitFor(redis)
    .WithLoki(loki)
    .WithDeribit(symbols, deribitKey, deribitSecret)
    .WithHealthPort();
builder.AddProject<Projects.MarketData_Collectors_Trades>("trades")
    .WithReference(kafka).WaitFor(kafka)
    .WithReference(redis).WaitFor(redis)
    .WithLoki(loki)
    .WithDeribit(symbols, deribitKey, deribitSecret)
    .WithHealthPort();
builder.AddProject<Projects.MarketData_Collectors_Tickers>("tickers")
    .WithReference(kafka).WaitFor(kafka)
    .WithReference(redis).WaitFor(redis)
    .WithLoki(loki)
    .WithDeribit(symbols, deribitKey, deribitSecret)
    .WithHealthPort();

// The archiver: from Kafka to ClickHouse.
builder.AddProject<Projects.MarketData_Archiver>("archiver")
    .WithReference(kafka).WaitFor(kafka)
    .WithReference(clickhouse).WaitFor(clickhouse)
    .WithLoki(loki)
    .WithHealthPort();

builder.Build().Run();
