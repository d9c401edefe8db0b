namespace MarketData.ServiceDefaults.Tests.Configuration;

public sealed class ConfigurationChainTests
{
    [Fact]
    public void Chain_each_later_source_wins_and_the_origin_says_which()
    {
        using var test = new TestConfiguration("[redis]\ndepth = 1\n");
        Assert.Equal(("1", "config/default.toml:2"), Depth(test));

        test.Write("config/production.toml", "redis.depth = 2\n");
        Assert.Equal(("2", "config/production.toml:1"), Depth(test));

        test.Write(".env", "# local\nREDIS__DEPTH=3\n");
        Assert.Equal(("3", ".env:2"), Depth(test));

        test.Variables["REDIS__DEPTH"] = "4";
        Assert.Equal(("4", "environment variable REDIS__DEPTH"), Depth(test));

        test.Arguments.Add("--redis.depth=5");
        Assert.Equal(("5", "command line --redis.depth"), Depth(test));

        test.Overrides["redis:depth"] = "6";
        Assert.Equal(("6", "the host's options"), Depth(test));
        Assert.Empty(test.Faults());
    }

    [Fact]
    public void Chain_without_a_directory_uses_the_built_in_defaults()
    {
        using var test = new TestConfiguration();
        File.Delete(Path.Combine(test.Root, "config/default.toml"));
        var loaded = test.Load();
        Assert.Null(loaded.Directory);
        Assert.Equal("20", loaded["redis:depth"]);
        Assert.Equal("built-in default", loaded.OriginOf("redis:depth"));
        Assert.Empty(loaded.FindFaults());
    }

    [Theory]
    [InlineData("KAFKA_BOOTSTRAP_SERVERS", "kafka:bootstrap_servers", "broker:9092")]
    [InlineData("REDIS_URL", "redis:url", "redis://cache:6379")]
    [InlineData("CLICKHOUSE_URL", "clickhouse:url", "http://history:8123")]
    [InlineData("DERIBIT_KEY", "exchanges:deribit:key", "the-key")]
    [InlineData("DERIBIT_SECRET", "exchanges:deribit:secret", "the-secret")]
    [InlineData("ConnectionStrings__kafka", "kafka:bootstrap_servers", "localhost:41234")]
    [InlineData("ConnectionStrings__redis", "redis:url", "localhost:41235,password=pw123,ssl=true")]
    [InlineData("Kafka__Bootstrap_Servers", "kafka:bootstrap_servers", "a:1")]
    [InlineData("KAFKA__BOOTSTRAPSERVERS", "kafka:bootstrap_servers", "a:1")]
    [InlineData("Kafka__Topics__DeadLetter", "kafka:topics:dead_letter", "dead")]
    public void Environment_name_sets_its_key(string variable, string key, string value)
    {
        using var test = new TestConfiguration();
        test.Variables[variable] = value;
        Assert.Equal(value, test.Load()[key]);
        using var fromDotEnv = new TestConfiguration().Write(".env", $"{variable}='{value}'");
        Assert.Equal(value, fromDotEnv.Load()[key]);
    }

    [Fact]
    public void Aspire_connection_string_of_clickhouse_is_taken_apart()
    {
        using var test = new TestConfiguration();
        test.Variables["ConnectionStrings__clickhouse"] = "Host=localhost;Port=41236;Protocol=http;Username=default;Password=pw=1;Database=market";
        var loaded = test.Load();
        Assert.Equal("http://localhost:41236", loaded["clickhouse:url"]);
        Assert.Equal(("default", "pw=1", "market"), (loaded["clickhouse:username"], loaded["clickhouse:password"], loaded["clickhouse:database"]));
        Assert.Empty(loaded.FindFaults());
    }

    [Fact]
    public void Environment_spellings_of_one_key_the_most_explicit_wins()
    {
        using var test = new TestConfiguration();
        test.Variables["ConnectionStrings__kafka"] = "aspire:1";
        Assert.Equal("aspire:1", test.Load()["kafka:bootstrap_servers"]);
        test.Variables["KAFKA_BOOTSTRAP_SERVERS"] = "plain:1";
        Assert.Equal("plain:1", test.Load()["kafka:bootstrap_servers"]);
        test.Variables["KAFKA__BOOTSTRAP_SERVERS"] = "section:1";
        Assert.Equal("section:1", test.Load()["kafka:bootstrap_servers"]);
    }

    [Fact]
    public void Environment_variable_that_is_empty_counts_as_not_set()
    {
        using var test = new TestConfiguration("[kafka]\nbootstrap_servers = \"file:1\"\n");
        test.Variables["KAFKA_BOOTSTRAP_SERVERS"] = "";
        Assert.Equal("file:1", test.Load()["kafka:bootstrap_servers"]);
    }

    [Theory]
    [InlineData("Exchanges__Deribit__Symbols", "A, B ,C", "A,B,C")]
    [InlineData("EXCHANGES__DERIBIT__SYMBOLS__0", "A", "A")]
    public void List_from_outside_replaces_the_whole_list(string variable, string value, string expected)
    {
        using var test = new TestConfiguration("[exchanges.deribit]\nsymbols = [\"X\", \"Y\", \"Z\"]\n");
        Assert.Equal("X,Y,Z", test.Load()["exchanges:deribit:symbols"]);
        test.Variables[variable] = value;
        Assert.Equal(expected, test.Load()["exchanges:deribit:symbols"]);
        Assert.Null(test.Build()["exchanges:deribit:symbols:3"]);
    }

    [Fact]
    public void Configuration_directory_is_found_upwards_and_by_name()
    {
        using var test = new TestConfiguration("redis.depth = 7\n");
        test.Write("a/b/marker", "").Write("elsewhere/default.toml", "redis.depth = 8\n");
        var below = test.Inputs with { CurrentDirectory = Path.Combine(test.Root, "a/b") };
        Assert.Equal("7", Load(below)["redis:depth"]);

        var named = test.Inputs with { EnvironmentVariables = new Dictionary<string, string> { ["MARKETDATA_CONFIG"] = "elsewhere" } };
        Assert.Equal("8", Load(named)["redis:depth"]);

        var both = named with { Arguments = ["--config", "config"] };
        Assert.Equal("7", Load(both)["redis:depth"]);
        Assert.Empty(Load(both).FindFaults());

        static LoadedConfiguration Load(ConfigurationInputs inputs) =>
            new Microsoft.Extensions.Configuration.ConfigurationManager().AddMarketDataConfiguration(inputs);
    }

    [Fact]
    public void Configuration_directory_beside_the_executable_is_the_last_place()
    {
        using var test = new TestConfiguration();
        File.Delete(Path.Combine(test.Root, "config/default.toml"));
        test.Write("bin/config/default.toml", "redis.depth = 9\n");
        Assert.Equal("9", test.Load()["redis:depth"]);
    }

    [Fact]
    public void Toml_forms_are_all_read()
    {
        using var test = new TestConfiguration("""
            redis.ttl = { orderbook = 1.5, trade = 2 }
            logging."level" = 'debug'
            [exchanges]
            deribit.symbols = [
              "BTC_USDC-PERPETUAL", # a comment
              "ETH-*",
            ]
            """);
        var loaded = test.Load();
        Assert.Empty(loaded.FindFaults());
        Assert.Equal(("1.5", "2"), (loaded["redis:ttl:orderbook"], loaded["redis:ttl:trade"]));
        Assert.Equal("debug", loaded["logging:level"]);
        Assert.Equal("BTC_USDC-PERPETUAL,ETH-*", loaded["exchanges:deribit:symbols"]);
    }

    private static (string, string) Depth(TestConfiguration test) => (test.Load()["redis:depth"], test.Load().OriginOf("redis:depth"));
}
