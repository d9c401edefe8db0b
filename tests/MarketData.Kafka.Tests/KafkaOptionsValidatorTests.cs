namespace MarketData.Kafka.Tests;

public sealed class KafkaOptionsValidatorTests
{
    private readonly KafkaOptions _options = new() { BootstrapServers = "localhost:9092" };

    [Fact]
    public void Defaults_with_an_address_are_sound() => Assert.Empty(KafkaOptionsValidator.Faults(_options));

    [Fact]
    public void Every_fault_is_found_at_once_and_names_its_key()
    {
        _options.BootstrapServers = "localhost";
        _options.Partitions = 0;
        _options.QueueCapacity = -1;
        _options.Linger = TimeSpan.FromHours(1);
        _options.Topics.Trades = "no spaces";
        _options.Topics.Ticker = _options.Topics.OrderBook;
        var faults = new KafkaOptionsValidator().Validate(null, _options).Failures!.ToList();
        Assert.Equal(6, faults.Count);
        string[] keys =
        [
            "kafka.bootstrap_servers", "kafka.partitions", "kafka.queue_capacity", "kafka.linger", "kafka.topics.trades",
            "market.orderbook",
        ];
        foreach (var key in keys)
            Assert.Single(faults, fault => fault.Contains(key, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("localhost", false)]
    [InlineData("localhost:0", false)]
    [InlineData("localhost:99999", false)]
    [InlineData(":9092", false)]
    [InlineData("a:1,b", false)]
    [InlineData("a:1,b:2", true)]
    [InlineData("[::1]:9092", true)]
    [InlineData("SASL_SSL://broker.example:9093", true)]
    public void Address_is_host_and_port(string servers, bool sound)
    {
        _options.BootstrapServers = servers;
        Assert.Equal(sound, KafkaOptionsValidator.Faults(_options).Count == 0);
    }

    [Theory]
    [InlineData("sasl.pasword", "x", "kafka.extra.sasl.pasword")]
    [InlineData("security.protocol", "carrier-pigeon", "kafka.extra.security.protocol")]
    [InlineData("acks", "1", "kafka.extra.acks")]
    [InlineData("message.timeout.ms", "5000", "kafka.extra.message.timeout.ms")]
    public void Property_that_cannot_be_used_is_named(string property, string value, string expected)
    {
        _options.Extra[property] = value;
        var fault = Assert.Single(KafkaOptionsValidator.Faults(_options));
        Assert.StartsWith(expected + " ", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Security_properties_pass_through()
    {
        _options.Extra["security.protocol"] = "SASL_SSL";
        _options.Extra["sasl.mechanism"] = "PLAIN";
        _options.Extra["sasl.username"] = "alice";
        _options.Extra["sasl.password"] = "wonder";
        Assert.Empty(KafkaOptionsValidator.Faults(_options));
        var config = ClientSettings.Producer(_options, "collector").ToDictionary(pair => pair.Key, pair => pair.Value);
        Assert.Equal("wonder", config["sasl.password"]);
        Assert.Equal("true", config["enable.idempotence"], ignoreCase: true);
        // -1 is what the protocol says for all.
        Assert.Equal(("-1", "0", "lz4"), (config["acks"], config["message.timeout.ms"], config["compression.type"]));
    }

    [Fact]
    public void Secret_never_stays_in_a_text()
    {
        _options.Extra["sasl.password"] = "wonder";
        Assert.Equal("the password *** is wrong", ClientSettings.Redact(_options, "the password wonder is wrong"));
    }
}
