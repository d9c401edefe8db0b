using MarketData;
using MarketData.Collectors;
using MarketData.Deribit;
using MarketData.Kafka;
using MarketData.Redis;
using MarketData.ServiceDefaults;

// Collects the trade tape: exchange -> Kafka and Redis.
var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults();
builder.Services
    .AddDeribit()
    .AddKafkaLane()
    .AddRedisLane()
    .AddCollector(new CollectorOptions { Name = "trades", Kinds = DataKind.Trade })
    .AddCollectorService();
var app = builder.Build();
app.MapServiceDefaults();
await app.RunAsync();
