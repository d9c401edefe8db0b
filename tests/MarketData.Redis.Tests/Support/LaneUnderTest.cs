using MarketData.Events;
using MarketData.Pipeline;
using MarketData.Redis.Connection;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace MarketData.Redis.Tests.Support;

/// <summary>A lane on a <see cref="FakeLink"/> and a clock that the test moves.</summary>
internal sealed class LaneUnderTest : IAsyncDisposable
{
    public LaneUnderTest(RedisOptions? options = null, EventEncoder? encoder = null, IPublishGate? gate = null)
    {
        Options = options ?? new RedisOptions();
        Assert.True(RedisAddress.TryParse(Options.Url, out var address));
        Lag = new LagHistogram(Time);
        Lane = new RedisLane(Options, address, Link, encoder ?? WriteJson, Log, Time, Lag, new Random(1), gate);
    }

    public RedisOptions Options { get; }

    public FakeLink Link { get; } = new();

    public FakeTimeProvider Time { get; } = new();

    public RecordingLogger Log { get; } = new();

    public LagHistogram Lag { get; }

    public RedisLane Lane { get; }

    public LaneCounters Counters => Lane.Counters;

    public static void WriteJson(MarketDataEvent marketEvent, System.Buffers.IBufferWriter<byte> output) => EventJson.Write(output, marketEvent);

    public static RedisConnectionException ConnectionLost() =>
        new(ConnectionFailureType.SocketClosed, CommandFlags.None, "the socket was closed", null, CommandStatus.Unknown);

    public static RedisServerException Refusal(string message) => new(RedisErrorKind.Unknown, CommandFlags.None, message);

    public static async Task<LaneUnderTest> StartAsync(RedisOptions? options = null, EventEncoder? encoder = null, IPublishGate? gate = null)
    {
        var started = new LaneUnderTest(options, encoder, gate);
        await started.Lane.StartAsync(TestContext.Current.CancellationToken);
        return started;
    }

    /// <summary>Publishes, and holds the lane to its word that this never waits.</summary>
    public void Publish(MarketDataEvent marketEvent)
    {
        var publishing = Lane.PublishAsync(marketEvent, CancellationToken.None).AsTask();
        Assert.True(publishing.IsCompletedSuccessfully);
    }

    /// <summary>Waits until nothing is on its way and the law of conservation holds, counted independently.</summary>
    public async Task SettleAsync()
    {
        await Eventually.TrueAsync(() => Lane.Unsettled == 0 && Counters.Queued == 0, "nothing is on its way");
        AssertConserved();
    }

    public void AssertConserved()
    {
        Assert.Equal(Counters.In, Counters.Acknowledged + Counters.Conflated + Counters.Rejected + Lane.Unsettled);
        Assert.Equal(0, Counters.Spilled);
    }

    /// <summary>Lets pauses of the sender end until a condition holds.</summary>
    public Task AdvanceUntilAsync(Func<bool> condition, string what) => Eventually.TrueAsync(
        () =>
        {
            if (!condition())
                Time.Advance(TimeSpan.FromMilliseconds(50));
            return condition();
        },
        what);

    public async ValueTask DisposeAsync()
    {
        Link.Release();
        await Lane.DisposeAsync();
    }
}
