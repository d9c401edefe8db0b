using MarketData.Embedded;
using MarketData.Pipeline;
using StackExchange.Redis;

namespace MarketData.Redis.Tests.Support;

/// <summary>A lane on an embedded Redis, and a second client that looks at it from outside.</summary>
internal sealed class RealLane : IAsyncDisposable
{
    private ConnectionMultiplexer? _observer;

    private RealLane(EmbeddedRedis redis, RedisLane lane, RecordingLogger log)
    {
        Redis = redis;
        Lane = lane;
        Log = log;
    }

    public EmbeddedRedis Redis { get; }

    public RedisLane Lane { get; }

    public RecordingLogger Log { get; }

    public LaneCounters Counters => Lane.Counters;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts both.</summary>
    /// <param name="configure">Makes the options from the address to use.</param>
    /// <param name="port">A port to go through instead of the server's own, made from the server's.</param>
    public static async Task<RealLane> StartAsync(Func<string, RedisOptions>? configure = null, Func<int, int>? port = null)
    {
        var redis = await EmbeddedRedis.StartAsync(cancellationToken: Token);
        var url = $"redis://127.0.0.1:{port?.Invoke(redis.Port) ?? redis.Port}";
        var options = configure?.Invoke(url) ?? new RedisOptions { Url = url };
        var log = new RecordingLogger();
        var real = new RealLane(redis, Create(options, log), log);
        await real.Lane.StartAsync(Token);
        return real;
    }

    /// <summary>A lane as the collectors make it.</summary>
    public static RedisLane Create(RedisOptions options, RecordingLogger log) => new(options, log, TimeProvider.System, new LagHistogram(TimeProvider.System));

    public async Task<IDatabase> ObserverAsync()
    {
        if (_observer is { IsConnected: false })
        {
            await _observer.DisposeAsync();
            _observer = null;
        }

        _observer ??= await ConnectionMultiplexer.ConnectAsync($"{Redis.Address},abortConnect=true,allowAdmin=true,connectTimeout=20000");
        return _observer.GetDatabase();
    }

    public ISubscriber Subscriber() => _observer!.GetSubscriber();

    public void Publish(MarketDataEvent marketEvent)
    {
        var publishing = Lane.PublishAsync(marketEvent, CancellationToken.None).AsTask();
        Assert.True(publishing.IsCompletedSuccessfully);
    }

    public Task ReachAsync(LaneState state) =>
        Eventually.TrueAsync(() => Lane.Status.State == state, $"the lane is {state}", () => $"{Lane.Status} {Log.All}");

    public async Task SettleAsync()
    {
        await Eventually.TrueAsync(() => Lane.Unsettled == 0 && Counters.Queued == 0, "nothing is on its way");
        Assert.Equal(Counters.In, Counters.Acknowledged + Counters.Conflated + Counters.Rejected);
    }

    public async ValueTask DisposeAsync()
    {
        await Lane.DisposeAsync();
        if (_observer is not null)
            await _observer.DisposeAsync();
        await Redis.DisposeAsync();
    }
}
