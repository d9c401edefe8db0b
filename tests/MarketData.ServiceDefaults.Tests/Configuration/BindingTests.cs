namespace MarketData.ServiceDefaults.Tests.Configuration;

public sealed class BindingTests
{
    [Fact]
    public void Settings_bind_from_snake_case_keys_to_pascal_case_properties()
    {
        using var test = new TestConfiguration("""
            [kafka]
            bootstrap_servers = "a:1,b:2"
            linger_seconds = 1.5
            [kafka.topics]
            dead_letter = "dead"
            [redis.ttl]
            orderbook = 3
            """);
        var kafka = test.Build().GetSettings<KafkaSettings>("kafka");
        Assert.Equal("a:1,b:2", kafka.BootstrapServers);
        Assert.Equal(12, kafka.Partitions);
        Assert.Equal(TimeSpan.FromSeconds(1.5), kafka.Linger);
        Assert.Equal(1.5, kafka.LingerSeconds);
        Assert.Equal("dead", kafka.Topics.DeadLetter);
        Assert.Equal("market.orderbook", kafka.Topics.OrderBook);
        Assert.Equal(TimeSpan.FromSeconds(3), test.Build().GetSettings<RedisSettings>("redis").Ttl.OrderBook);
        Assert.Equal(["BTC-PERPETUAL", "ETH-PERPETUAL"], test.Build().GetSettings<DeribitSettings>("exchanges:deribit").Symbols);
    }

    [Fact]
    public void Configuration_keeps_the_snake_case_names()
    {
        using var test = new TestConfiguration();
        var configuration = test.Build();
        Assert.Equal("market.dead-letter", configuration["kafka:topics:dead_letter"]);
        Assert.Equal("ETH-PERPETUAL", configuration["exchanges:deribit:symbols:1"]);
        Assert.Equal("10", configuration["exchanges:deribit:snapshot_interval_seconds"]);
    }

    private sealed class KafkaSettings
    {
        public string BootstrapServers { get; set; } = "";

        public int Partitions { get; set; }

        public TimeSpan Linger { get; set; }

        public double LingerSeconds { get; set; }

        public TopicSettings Topics { get; set; } = new();
    }

    private sealed class TopicSettings
    {
        public string OrderBook { get; set; } = "";

        public string DeadLetter { get; set; } = "";
    }

    private sealed class RedisSettings
    {
        public TtlSettings Ttl { get; set; } = new();
    }

    private sealed class TtlSettings
    {
        public TimeSpan OrderBook { get; set; }
    }

    private sealed class DeribitSettings
    {
        public IReadOnlyList<string> Symbols { get; set; } = [];
    }
}
