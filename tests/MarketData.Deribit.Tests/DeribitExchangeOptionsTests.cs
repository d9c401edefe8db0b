using Microsoft.Extensions.Configuration;

namespace MarketData.Deribit.Tests;

public sealed class DeribitExchangeOptionsTests
{
    [Fact]
    public void Read_key_without_secret_names_both_variables()
    {
        var faults = new List<string>();
        DeribitExchangeOptions.Read(Configuration(("key", "abc")), faults);
        var fault = Assert.Single(faults);
        Assert.Contains("DERIBIT_KEY is set but DERIBIT_SECRET is not", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("abc", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("book_interval", "BookInterval")]
    [InlineData("trades_interval", "TradesInterval")]
    [InlineData("ticker_interval", "TickerInterval")]
    public void Read_raw_without_credentials_is_a_fault_that_names_the_key(string name, string property)
    {
        var faults = new List<string>();
        DeribitExchangeOptions.Read(Configuration((property, "raw")), faults);
        Assert.Contains(name, Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Auto_interval_is_raw_only_with_credentials()
    {
        var keyless = DeribitExchangeOptions.Read(Configuration(), []);
        var keyed = DeribitExchangeOptions.Read(Configuration(("key", "id"), ("secret", "word")), []);
        Assert.Equal(DeribitInterval.Ms100, keyless.Resolve(keyless.BookInterval));
        Assert.Equal(DeribitInterval.Raw, keyed.Resolve(keyed.BookInterval));
    }

    [Fact]
    public void Connection_section_reaches_the_client()
    {
        var faults = new List<string>();
        var options = DeribitExchangeOptions.Read(
            Configuration(
                ("connection:KeepAlive", "00:00:02"), ("connection:KeepAliveTimeout", "00:00:03"), ("connection:BackoffBase", "00:00:04"),
                ("connection:BackoffCap", "00:00:05"), ("connection:StableAfter", "00:00:06"), ("connection:CircuitThreshold", "7"),
                ("connection:CircuitOpen", "00:00:08"), ("connection:SubscribeAttempts", "9"), ("connection:SubscribeRetry", "00:00:10")),
            faults).ToClientOptions();
        Assert.Empty(faults);
        Assert.Equal(
            [2, 3, 4, 5, 6, 7, 8, 9, 10],
            new[]
            {
                options.KeepAliveInterval.TotalSeconds, options.KeepAliveTimeout.TotalSeconds, options.BackoffBase.TotalSeconds,
                options.BackoffCap.TotalSeconds, options.StableAfter.TotalSeconds, options.CircuitThreshold,
                options.CircuitOpenFor.TotalSeconds, options.SubscribeAttempts, options.SubscribeRetryBase.TotalSeconds,
            });
    }

    [Theory]
    [InlineData("wss://www.deribit.com/ws/api/v2", null, "https://history.deribit.com/api/v2")]
    [InlineData("wss://test.deribit.com/ws/api/v2", null, null)]
    [InlineData("wss://test.deribit.com/ws/api/v2", "http://localhost:1/api", "http://localhost:1/api")]
    [InlineData("wss://www.deribit.com/ws/api/v2", "", null)]
    public void History_of_production_is_never_asked_for_another_networks_trades(string address, string? history, string? expected)
    {
        var options = history is null
            ? DeribitExchangeOptions.Read(Configuration(("WsUrl", address)), [])
            : DeribitExchangeOptions.Read(Configuration(("WsUrl", address), ("HistoryUrl", history)), []);
        Assert.Equal(expected, options.HistoryInUse?.ToString());
    }

    [Theory]
    [InlineData("wss://www.deribit.com/ws/api/v2", null, "https://www.deribit.com/api/v2")]
    [InlineData("wss://streams.deribit.com/ws/api/v2", null, "https://www.deribit.com/api/v2")]
    [InlineData("wss://test.deribit.com/ws/api/v2", null, "https://test.deribit.com/api/v2")]
    [InlineData("ws://127.0.0.1:8090/ws/api/v2", null, "http://127.0.0.1:8090/api/v2")]
    [InlineData("ws://127.0.0.1:8090/ws/api/v2", "http://localhost:1/api", "http://localhost:1/api")]
    public void Past_of_production_is_never_asked_for_another_networks(string address, string? http, string expected)
    {
        var options = http is null
            ? DeribitExchangeOptions.Read(Configuration(("WsUrl", address)), [])
            : DeribitExchangeOptions.Read(Configuration(("WsUrl", address), ("HttpUrl", http)), []);
        Assert.Equal(expected, options.HttpInUse.ToString());
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData(null, false)]
    public void Compression_is_offered_only_when_asked_for(string? value, bool offered)
    {
        var configuration = value is null ? Configuration() : Configuration(("connection:compression", value));
        Assert.Equal(offered, DeribitExchangeOptions.Read(configuration, []).ToClientOptions().UseCompression);
    }

    [Fact]
    public void Backoff_cap_below_its_base_is_a_fault()
    {
        var faults = new List<string>();
        DeribitExchangeOptions.Read(Configuration(("connection:BackoffCap", "00:00:00.1")), faults);
        Assert.Contains("BackoffCap", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public void ToString_with_credentials_withholds_them()
    {
        var text = DeribitExchangeOptions.Read(Configuration(("key", "the-id"), ("secret", "the-word")), []).ToString();
        Assert.DoesNotContain("the-id", text, StringComparison.Ordinal);
        Assert.DoesNotContain("the-word", text, StringComparison.Ordinal);
    }

    private static IConfiguration Configuration(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.ToDictionary(setting => "exchanges:deribit:" + setting.Key, setting => (string?)setting.Value))
        .Build();
}
