using MarketData;
using MarketData.Collectors;
using MarketData.Deribit;
using MarketData.Kafka;
using MarketData.Redis;
using MarketData.ServiceDefaults;

// Collects tickers: exchange -> Kafka and Redis.
return await ServiceHost.RunAsync(
    "marketdata-tickers",
    args,
    options =>
    {
        options.RequiredKeys.Add("kafka:bootstrap_servers");
        options.RequiredKeys.Add("redis:url");
    },
    (builder, _) => builder.Services
        .AddDeribit()
        .AddKafkaLane()
        .AddKafkaSymbols()
        .AddKafkaReplicas()
        .AddRedisLane()
        .AddCollector(new CollectorOptions { Name = "tickers", Kinds = DataKind.Ticker })
        .AddCollectorService()
        .AddAdminCommands(services => services.GetRequiredService<CollectorCommands>().All));
