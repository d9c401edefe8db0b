using MarketData.ClickHouse;
using MarketData.Kafka;
using MarketData.Parquet;
using MarketData.ServiceDefaults;

// Archives every event: Kafka -> ClickHouse, or Parquet files.
return await ServiceHost.RunAsync(
    "marketdata-archiver",
    args,
    options =>
    {
        options.RequiredKeys.Add("kafka:bootstrap_servers");
        options.Checks.Add(loaded => loaded["archiver:store"] == "clickhouse" ? loaded.FindFaults("clickhouse:url") : []);
    },
    (builder, loaded) =>
    {
        if (loaded["archiver:store"] == "parquet")
            builder.Services.AddParquetHistory();
        else
            builder.Services.AddClickHouseHistory();
        builder.Services.AddKafkaArchive();
    });
