using MarketData.Redis.Connection;
using MarketData.Redis.Tests.Support;
using StackExchange.Redis;

namespace MarketData.Redis.Tests;

public sealed class RedisOptionsTests
{
    [Fact]
    public void Defaults_are_those_of_the_design_and_valid()
    {
        var options = new RedisOptions();

        Assert.Empty(options.Validate());
        Assert.Equal(20, options.Depth);
        Assert.Equal(TimeSpan.FromSeconds(3), options.OrderBookTtl);
        Assert.Equal(TimeSpan.FromSeconds(60), options.TradeTtl);
        Assert.Equal(TimeSpan.FromSeconds(300), options.TickerTtl);
    }

    [Fact]
    public void Validate_lists_every_fault_at_once_without_the_url()
    {
        var options = new RedisOptions
        {
            Url = "http://user:hunter2@example",
            Depth = 1001,
            OrderBookTtl = TimeSpan.FromSeconds(-1),
            TradeTtl = TimeSpan.FromDays(2),
            TickerTtl = TimeSpan.Zero,
            MaximumKeys = 0,
        };

        var faults = options.Validate();

        Assert.Equal(6, faults.Count);
        foreach (var key in new[] { "url", "depth", "ttl:orderbook", "ttl:trade", "ttl:ticker", "maximum_keys" })
            Assert.Single(faults, fault => fault.Contains($"The setting redis:{key} ", StringComparison.Ordinal));
        Assert.DoesNotContain(faults, static fault => fault.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public void Lane_with_faulty_options_is_a_configuration_error_that_lists_them_all()
    {
        var options = new RedisOptions { Url = "", Depth = 0, TradeTtl = TimeSpan.Zero };

        var error = Assert.Throws<ConfigurationError>(() => RealLane.Create(options, new RecordingLogger()));

        Assert.Equal(3, error.Faults.Count);
    }

    [Theory]
    [InlineData("redis://localhost", "localhost:6379", false, null, null, null)]
    [InlineData("redis://127.0.0.1:7000/2", "127.0.0.1:7000", false, null, null, 2)]
    [InlineData("redis://:p%40ss@host:1", "host:1", false, null, "p@ss", null)]
    [InlineData("rediss://me:pw@host:1", "host:1", true, "me", "pw", null)]
    [InlineData("localhost:6380,password=a=b,ssl=true", "localhost:6380", true, null, "a=b", null)]
    [InlineData("localhost", "localhost:6379", false, null, null, null)]
    public void Address_is_read_in_both_forms(string text, string display, bool ssl, string? user, string? password, int? database)
    {
        Assert.True(RedisAddress.TryParse(text, out var address));

        var configuration = address.ToConfiguration(TimeSpan.FromSeconds(2), "name");
        Assert.Equal(display, address.Display);
        Assert.Equal(ssl, configuration.Ssl);
        Assert.Equal(user, configuration.User);
        Assert.Equal(password, configuration.Password);
        Assert.Equal(database, configuration.DefaultDatabase);
        Assert.False(configuration.BacklogPolicy.QueueWhileDisconnected);
        var redacted = address.Redact($"before {password ?? "nothing"} after");
        Assert.Equal(password is null ? "before nothing after" : "before *** after", redacted);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("http://host")]
    [InlineData("redis://")]
    [InlineData("redis://host/first")]
    [InlineData("redis://host?x=1")]
    [InlineData("host,nonsense=1")]
    public void Address_that_cannot_be_read_is_refused(string text) => Assert.False(RedisAddress.TryParse(text, out _));

    [Fact]
    public void Pauses_grow_up_to_the_maximum_and_start_again_after_a_success()
    {
        var backoff = new Sending.Backoff(TimeSpan.FromSeconds(5), new AlwaysHighest());

        Assert.Equal([101, 201, 401, 801, 1601, 3201, 5001, 5001], Enumerable.Range(0, 8).Select(_ => NextMilliseconds()));
        backoff.Reset();
        Assert.Equal(101, NextMilliseconds());

        int NextMilliseconds() => (int)Math.Round(backoff.Next().TotalMilliseconds);
    }

    private sealed class AlwaysHighest : Random
    {
        public override double NextDouble() => 0.999_999_9;
    }
}
