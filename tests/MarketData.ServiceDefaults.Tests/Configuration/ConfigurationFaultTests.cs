namespace MarketData.ServiceDefaults.Tests.Configuration;

public sealed class ConfigurationFaultTests
{
    [Fact]
    public void Faults_of_every_source_are_reported_at_once_with_key_and_origin()
    {
        using var test = new TestConfiguration("""
            [kafka]
            partitons = 4
            partitions = "twelve"
            linger_seconds = 5000

            [redis.ttl]
            orderbook = -3
            trade = 60000000

            [exchanges.deribit]
            secret = "s3cr3t-in-file"
            symbols = [""]

            [redsi]
            url = "x"
            """);
        test.Write("config/production.toml", "[health]\nport = 99999\n");
        test.Write(".env", "KAFKA__TOPICS__TRADES=bad topic\nnot a line\n");
        test.Variables["LOGGING__LEVEL"] = "loud";
        test.Arguments.AddRange(["--redis.dept=20", "stray"]);

        Assert.Equal(
            [
                ".env:1: kafka.topics.trades is 'bad topic', but a topic name has 1 to 249 letters, digits, '.', '_' and '-'.",
                ".env:2: The line is not KEY=VALUE. A key has letters, digits, '_' and '.', and does not start with a digit.",
                "command line --redis.dept: redis.dept is not a known key. Did you mean redis.depth?",
                "command line: The argument 'stra...' is not understood. Write --key=value.",
                "config/default.toml:11: exchanges.deribit.secret is a secret and must not stand in a file that is shared. "
                    + "Remove it there and set DERIBIT_SECRET in the environment or in .env.",
                "config/default.toml:12: exchanges.deribit.symbols has an empty item. Take it out, or leave the whole list empty.",
                "config/default.toml:15: redsi.url is not a known key. Did you mean redis.url or clickhouse.url?",
                "config/default.toml:2: kafka.partitons is not a known key. Did you mean kafka.partitions?",
                "config/default.toml:3: kafka.partitions is written as a text in quotes, but a whole number from 1 to 10000 is wanted.",
                "config/default.toml:4: kafka.linger_seconds is 5000, but a number of seconds from 0 to 10 is wanted. "
                    + "Is it in milliseconds? It has to be in seconds.",
                "config/default.toml:7: redis.ttl.orderbook is -3, but a number of seconds from 0.5 to 300 is wanted.",
                "config/default.toml:8: redis.ttl.trade is 60000000, but a number of seconds from 1 to 86400 is wanted. "
                    + "Is it in milliseconds? It has to be in seconds.",
                "config/production.toml:2: health.port is 99999, but a whole number from 0 to 65535 is wanted.",
                "environment variable LOGGING__LEVEL: logging.level is 'loud', but one of trace, debug, information, warning, error, critical, none is wanted.",
                "not set: exchanges.deribit.key is not set, but the other half of the credentials is. Set both or none.",
            ],
            test.Faults().Order(StringComparer.Ordinal));

        var error = Assert.Throws<ConfigurationFaultsException>(() => test.Load().ThrowIfFaulty());
        Assert.Equal(15, error.Faults.Count);
        Assert.StartsWith("The configuration has 15 faults:", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Toml_syntax_fault_names_file_line_and_column_and_the_other_file_is_still_checked()
    {
        using var test = new TestConfiguration("[kafka]\npartitions = = 3\n");
        test.Write("config/production.toml", "[health]\nport = -1\n");
        var faults = test.Faults();
        Assert.Contains(faults, line => line.StartsWith("config/default.toml:2:14: TOML syntax: ", StringComparison.Ordinal));
        Assert.Contains(faults, line => line.StartsWith("config/production.toml:2: health.port is -1", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("exchanges.deribit.secret = hunter2\n")]
    [InlineData("redis.url = redis://:hunter2@host\n")]
    [InlineData("redis.url = \"redis://:hunter2@host\"\n")]
    [InlineData("redis.url = \"host:6379,password=hunter2\"\n")]
    [InlineData("clickhouse.password = \"hunter2\"\n")]
    [InlineData("kafka.secret = \"hunter2\"\n")]
    public void Secret_in_a_toml_file_is_refused_and_never_shown(string toml)
    {
        using var test = new TestConfiguration(toml);
        Assert.NotEmpty(test.Faults());
        Assert.DoesNotContain(test.Faults(), line => line.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public void Duplicate_key_in_a_toml_file_is_a_fault()
    {
        using var test = new TestConfiguration("[redis]\ndepth = 1\ndepth = 2\n");
        Assert.StartsWith("config/default.toml:3:", Assert.Single(test.Faults()), StringComparison.Ordinal);
    }

    [Fact]
    public void Duplicate_symbol_is_a_fault()
    {
        using var test = new TestConfiguration("exchanges.deribit.symbols = [\"A\", \"B\", \"A\"]\n");
        Assert.Equal("config/default.toml:1: exchanges.deribit.symbols names A more than once. Name each once.", Assert.Single(test.Faults()));
    }

    [Fact]
    public void Topic_used_twice_is_a_fault()
    {
        using var test = new TestConfiguration("kafka.topics.ticker = \"market.trades\"\n");
        Assert.Equal(
            "config/default.toml:1: kafka.topics.ticker is 'market.trades', which is also the topic of kafka.topics.trades.", Assert.Single(test.Faults()));
    }

    [Theory]
    [InlineData("backoff_base_seconds = 40", "backoff_base_seconds is 40, more than exchanges.deribit.connection.backoff_cap_seconds, which is 30.")]
    [InlineData("backoff_cap_seconds = 0.2", "backoff_cap_seconds is 0.2, less than exchanges.deribit.connection.backoff_base_seconds, which is 0.5.")]
    public void Backoff_that_begins_above_its_cap_is_a_fault_of_the_one_that_was_set(string line, string fault)
    {
        using var test = new TestConfiguration($"[exchanges.deribit.connection]\n{line}\n");
        Assert.Equal($"config/default.toml:2: exchanges.deribit.connection.{fault}", Assert.Single(test.Faults()));
        test.Write("config/default.toml", "[exchanges.deribit.connection]\nbackoff_base_seconds = 60\nbackoff_cap_seconds = 60\n");
        Assert.Empty(test.Faults());
    }

    [Fact]
    public void Raw_interval_without_credentials_is_a_fault_and_with_them_it_is_not()
    {
        using var test = new TestConfiguration("exchanges.deribit.book_interval = \"raw\"\n");
        Assert.Contains("authenticated users only", Assert.Single(test.Faults()), StringComparison.Ordinal);
        (test.Variables["DERIBIT_KEY"], test.Variables["DERIBIT_SECRET"]) = ("id-1", "secret-1");
        Assert.Empty(test.Faults());
    }

    [Fact]
    public void Required_key_that_is_empty_is_a_fault_only_for_the_service_that_requires_it()
    {
        using var test = new TestConfiguration();
        Assert.Empty(test.Faults());
        Assert.Equal(
            "not set: redis.url is empty, but this service needs it. redis://[user:password@]host:port[/database], "
            + "or host:port[,option=value...]. Set REDIS_URL in the environment or in .env.",
            Assert.Single(test.Faults("redis:url")));
    }

    [Fact]
    public void Variable_misspelt_in_dotenv_is_a_fault_but_not_in_the_environment()
    {
        using var test = new TestConfiguration();
        test.Variables["DERIBIT_SECRT"] = "x";
        Assert.Empty(test.Faults());
        test.Write(".env", "DERIBIT_SECRT=x\n");
        Assert.Equal(".env:1: DERIBIT_SECRT is not a known variable. Did you mean DERIBIT_SECRET?", Assert.Single(test.Faults()));
    }

    [Theory]
    [InlineData("LOGGING__LOGLEVEL__DEFAULT", "Debug")]
    [InlineData("LOGGING__CONSOLE__FORMATTERNAME", "simple")]
    [InlineData("REDIS_PORT", "tcp://10.0.0.1:6379")]
    [InlineData("KAFKA_HOST", "localhost")]
    public void Variable_of_somebody_else_is_no_fault(string name, string value)
    {
        using var test = new TestConfiguration();
        test.Variables[name] = value;
        Assert.Empty(test.Faults());
    }

    [Fact]
    public void Section_key_misspelt_in_the_environment_is_a_fault()
    {
        using var test = new TestConfiguration();
        test.Variables["HEALTH__PROT"] = "1";
        Assert.Equal("environment variable HEALTH__PROT: HEALTH.PROT is not a known key. Did you mean health.port?", Assert.Single(test.Faults()));
    }

    [Theory]
    [InlineData("kafka.linger_ms", " Did you mean kafka.linger_seconds?")]
    [InlineData("kafka.linger", " Did you mean kafka.linger_seconds?")]
    [InlineData("kafka.bootstrap_server", " Did you mean kafka.bootstrap_servers?")]
    [InlineData("redis.colour", "")]
    [InlineData("kafka.x", "")]
    public void Unknown_key_is_told_with_what_is_near_it_and_nothing_far(string key, string hint)
    {
        using var test = new TestConfiguration();
        test.Arguments.Add($"--{key}=5");
        Assert.Equal($"command line --{key}: {key} is not a known key.{hint}", Assert.Single(test.Faults()));
    }

    [Fact]
    public void Environment_of_its_own_without_a_file_is_a_fault()
    {
        using var test = new TestConfiguration { EnvironmentName = "Prodution" };
        Assert.Equal(
            "environment name: The environment is 'Prodution', but there is no file config/prodution.toml.", Assert.Single(test.Faults()));
    }

    [Fact]
    public void Named_directory_without_default_toml_is_a_fault()
    {
        using var test = new TestConfiguration();
        test.Arguments.Add("--config=nowhere");
        Assert.Equal(
            "command line --config: The directory '/nowhere' has no file default.toml. Name the directory that holds it.", Assert.Single(test.Faults()));
    }

    [Theory]
    [InlineData("redis.ttl.orderbook", "3s")]
    [InlineData("redis.ttl.orderbook", "nan")]
    [InlineData("redis.depth", "1.5")]
    [InlineData("redis.depth", "1e3")]
    [InlineData("exchanges.deribit.ws_url", "https://www.deribit.com")]
    [InlineData("exchanges.deribit.ws_url", "wss:")]
    [InlineData("health.address", "everywhere")]
    [InlineData("clickhouse.database", "market-data")]
    [InlineData("clickhouse.database", "1market")]
    [InlineData("logging.format", "yaml")]
    public void Value_of_the_wrong_kind_is_a_fault(string key, string value)
    {
        using var test = new TestConfiguration();
        test.Arguments.Add($"--{key}={value}");
        Assert.StartsWith($"command line --{key}: {key} is '{value}', but ", Assert.Single(test.Faults()), StringComparison.Ordinal);
    }
}
