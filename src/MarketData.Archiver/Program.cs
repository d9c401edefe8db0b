using MarketData.ClickHouse;
using MarketData.Kafka;
using MarketData.ServiceDefaults;

// Archives every event: Kafka -> ClickHouse.
return await ServiceHost.RunAsync(
    "marketdata-archiver",
    args,
    options =>
    {
        options.RequiredKeys.Add("kafka:bootstrap_servers");
        options.RequiredKeys.Add("clickhouse:url");
    },
    (builder, _) => builder.Services
        .AddClickHouseHistory()
        .AddKafkaArchive());
