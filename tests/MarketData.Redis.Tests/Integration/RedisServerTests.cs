using MarketData.Pipeline;
using MarketData.Redis.Tests.Support;

namespace MarketData.Redis.Tests.Integration;

/// <summary>What the embedded server cannot do: refuse writes and ask for a password.</summary>
[Trait("kind", "integration")]
public sealed class RedisServerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0")]
    [InlineData("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE")]
    public async Task Redis_that_refuses_writes_degrades_the_lane_which_heals_by_itself(string spoil, string mend)
    {
        await using var server = await RedisServerProcess.StartOrSkipAsync();
        var options = new RedisOptions { Url = $"redis://127.0.0.1:{server.Port}", MaximumBackoff = TimeSpan.FromMilliseconds(200) };
        var log = new RecordingLogger();
        await using var lane = RealLane.Create(options, log);
        await lane.StartAsync(Token);
        await lane.PublishAsync(Market.Snapshot("A", 1), Token);
        await Eventually.TrueAsync(() => lane.Counters.Acknowledged == 1, "the book is stored");

        await ExecuteAsync(server, spoil);
        await lane.PublishAsync(Market.Update("A", 2), Token);
        await Eventually.TrueAsync(() => lane.Status.State == LaneState.Degraded, "the refusal shows");
        await lane.PublishAsync(Market.Update("A", 3), Token);
        Assert.Equal(1, lane.Counters.Acknowledged);

        await ExecuteAsync(server, mend);
        await Eventually.TrueAsync(
            () => lane.Status.State == LaneState.Ready && lane.Unsettled == 0, "the lane is ready", () => $"{lane.Status}");
        Assert.Equal(3, Market.ChangeIdOf((byte[]?)await server.Database.StringGetAsync("deribit.A:orderbook")));
        Assert.Equal(3, lane.Counters.In);
        Assert.Equal(3, lane.Counters.Acknowledged + lane.Counters.Conflated);
    }

    [Fact]
    public async Task Password_opens_the_door_and_a_wrong_one_is_a_sink_error_without_it()
    {
        await using var server = await RedisServerProcess.StartOrSkipAsync("right-s3cret");
        var log = new RecordingLogger();
        await using var lane = RealLane.Create(new RedisOptions { Url = $"127.0.0.1:{server.Port},password=right-s3cret" }, log);
        await lane.StartAsync(Token);
        await lane.PublishAsync(Market.Trade("A", 1), Token);
        await Eventually.TrueAsync(() => lane.Counters.Acknowledged == 1, "the trade is stored");

        await using var refused = RealLane.Create(new RedisOptions { Url = $"redis://:wrong-s3cret@127.0.0.1:{server.Port}" }, log);
        var error = await Assert.ThrowsAsync<SinkError>(() => refused.StartAsync(Token));

        Assert.DoesNotContain("s3cret", error.ToString() + log.All + refused.Status.Reason, StringComparison.Ordinal);
    }

    private static async Task ExecuteAsync(RedisServerProcess server, string command)
    {
        var words = command.Split(' ');
        await server.Database.ExecuteAsync(words[0], [.. words.Skip(1)]);
    }
}
