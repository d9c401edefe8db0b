using MarketData.Checks;
using MarketData.Embedded;
using MarketData.Redis.Checks;
using MarketData.Redis.Tests.Support;

namespace MarketData.Redis.Tests.Checks;

/// <summary>What <c>doctor</c> finds of Redis.</summary>
public sealed class RedisCheckTests
{
    private const string Secret = "wonder-4c1e";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("kind", "integration")]
    public async Task Embedded_redis_is_well_and_nothing_is_left_in_it()
    {
        await using var redis = await EmbeddedRedis.StartAsync(cancellationToken: Token);
        var findings = await RedisCheck.RunAsync(new RedisOptions { Url = redis.Address }, TimeProvider.System, Token);
        Assert.Equal(["redis", "redis writing", "redis memory"], findings.Select(finding => finding.Subject));
        Assert.All(findings, finding => Assert.True(finding.State == FindingState.Ok, finding.ToString()));
        Assert.Matches($@"^Garnet \d.* at {redis.Address}, answers in \d+\.\d ms$", findings[0].Found);
        await using var connection = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(redis.Address);
        Assert.Empty(connection.GetServer(redis.Address).Keys());
    }

    [Fact]
    [Trait("kind", "integration")]
    public async Task Redis_that_is_away_is_a_fault_that_shows_no_password()
    {
        var finding = Assert.Single(await RedisCheck.RunAsync(
            new RedisOptions { Url = $"redis://:{Secret}@127.0.0.1:1", OperationTimeout = TimeSpan.FromSeconds(1) }, TimeProvider.System, Token));
        Assert.Equal(FindingState.Fault, finding.State);
        Assert.StartsWith("127.0.0.1:1 cannot be used", finding.Found, StringComparison.Ordinal);
        Assert.Contains("redis.url", finding.Advice, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, finding.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("kind", "integration")]
    public async Task Wrong_password_is_a_fault_of_the_login()
    {
        await using var server = await RedisServerProcess.StartOrSkipAsync("right-" + Secret);
        var finding = Assert.Single(await RedisCheck.RunAsync(
            new RedisOptions { Url = $"redis://:wrong-{Secret}@127.0.0.1:{server.Port}" }, TimeProvider.System, Token));
        Assert.Equal(FindingState.Fault, finding.State);
        Assert.Contains("the password in redis.url", finding.Advice, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, finding.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("kind", "integration")]
    public async Task Server_that_takes_no_write_is_a_fault_and_its_limit_is_told()
    {
        await using var server = await RedisServerProcess.StartOrSkipAsync();
        await server.Database.ExecuteAsync("CONFIG", "SET", "maxmemory", "67108864");
        await server.Database.ExecuteAsync("CONFIG", "SET", "min-replicas-to-write", "1");
        var findings = await RedisCheck.RunAsync(new RedisOptions { Url = $"127.0.0.1:{server.Port}" }, TimeProvider.System, Token);
        Assert.StartsWith("Redis ", findings[0].Found, StringComparison.Ordinal);
        Assert.Equal(FindingState.Fault, findings[1].State);
        Assert.Contains("NOREPLICAS", findings[1].Found, StringComparison.Ordinal);
        Assert.Matches(@"of 64 MiB used, policy noeviction$", findings[2].Found);
    }

    [Theory]
    [InlineData("0", "0", "allkeys-lru", FindingState.Ok, "")]
    [InlineData("1000", "899", "noeviction", FindingState.Ok, "")]
    [InlineData("1000", "901", "noeviction", FindingState.Warning, "writes are refused: raise maxmemory")]
    [InlineData("1000", "901", "allkeys-lru", FindingState.Warning, "keys vanish: raise maxmemory")]
    [InlineData("1000", "1", "volatile-ttl", FindingState.Warning, "set maxmemory-policy to noeviction")]
    public void Memory_that_makes_keys_vanish_is_a_warning(string most, string used, string policy, FindingState state, string advice)
    {
        var finding = RedisCheck.Memory(new Dictionary<string, string> { ["maxmemory"] = most, ["used_memory"] = used, ["maxmemory_policy"] = policy });
        Assert.Equal(state, finding.State);
        Assert.Contains(advice, finding.Advice, StringComparison.Ordinal);
    }
}
