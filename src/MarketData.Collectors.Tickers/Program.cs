using MarketData;
using MarketData.Collectors;
using MarketData.Deribit;
using MarketData.Kafka;
using MarketData.Redis;
using MarketData.ServiceDefaults;

// Collects tickers: exchange -> Kafka and Redis.
var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults();
builder.Services
    .AddDeribit()
    .AddKafkaLane()
    .AddRedisLane()
    .AddCollector(new CollectorOptions { Name = "tickers", Kinds = DataKind.Ticker })
    .AddCollectorService();
var app = builder.Build();
app.MapServiceDefaults();
await app.RunAsync();
