using MarketData;
using MarketData.Collectors;
using MarketData.Deribit;
using MarketData.Kafka;
using MarketData.Redis;
using MarketData.ServiceDefaults;

// Collects order books: exchange -> Kafka and Redis.
var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults();
builder.Services
    .AddDeribit()
    .AddKafkaLane()
    .AddRedisLane()
    .AddCollector(new CollectorOptions { Name = "orderbooks", Kinds = DataKind.OrderBook })
    .AddCollectorService();
var app = builder.Build();
app.MapServiceDefaults();
await app.RunAsync();
