using MarketData.Pipeline;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MarketData.Tests.Pipeline;

public sealed class EventPipelineTests : IAsyncDisposable
{
    private static readonly TickerEvent Event = new()
    {
        Exchange = "deribit",
        InstrumentName = "BTC-PERPETUAL",
        Key = "deribit.BTC-PERPETUAL",
        ExchangeTimeUnixMs = 1,
        ReceivedAtUnixNs = 1,
    };

    private readonly FakeTimeProvider _time = new();
    private readonly FakeLane _first = new("first");
    private readonly FakeLane _second = new("second");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_reaches_every_lane_and_completes_at_once()
    {
        await using var pipeline = NewPipeline();
        var publish = pipeline.PublishAsync(Event, Token).AsTask();
        Assert.True(publish.IsCompletedSuccessfully);
        Assert.Same(Event, Assert.Single(_first.Events));
        Assert.Same(Event, Assert.Single(_second.Events));
    }

    [Fact]
    public async Task Full_lane_holds_the_publisher_but_not_the_other_lanes()
    {
        var room = new TaskCompletionSource();
        _first.Publish = _ => new ValueTask(room.Task);
        await using var pipeline = NewPipeline();
        var publish = pipeline.PublishAsync(Event, Token).AsTask();
        Assert.False(publish.IsCompleted);
        Assert.Single(_second.Events);
        room.SetResult();
        await publish;
    }

    [Fact]
    public async Task Lane_that_stays_full_lets_every_lane_know_that_the_intake_stands_still_and_when_it_goes_on()
    {
        var room = new TaskCompletionSource();
        _first.Publish = _ => new ValueTask(room.Task);
        await using var pipeline = NewPipeline();
        var publish = pipeline.PublishAsync(Event, Token).AsTask();
        _time.Advance(TimeSpan.FromMilliseconds(900));
        Assert.Empty(_second.Held);
        _time.Advance(TimeSpan.FromMilliseconds(200));
        while (_second.Held.Count == 0)
            await Task.Yield();
        Assert.Equal([true], _second.Held);
        Assert.False(publish.IsCompleted);
        room.SetResult();
        await publish;
        Assert.Equal([true, false], _first.Held);
        Assert.Equal([true, false], _second.Held);
    }

    [Fact]
    public async Task Lane_that_is_full_for_a_moment_is_no_standstill()
    {
        var room = new TaskCompletionSource();
        _first.Publish = _ => new ValueTask(room.Task);
        await using var pipeline = NewPipeline();
        var publish = pipeline.PublishAsync(Event, Token).AsTask();
        _time.Advance(TimeSpan.FromMilliseconds(900));
        room.SetResult();
        await publish;
        Assert.Empty(_second.Held);
    }

    [Fact]
    public async Task Wait_for_a_full_lane_that_is_given_up_is_a_cancellation()
    {
        _first.Publish = token => new ValueTask(Task.Delay(Timeout.InfiniteTimeSpan, _time, token));
        await using var pipeline = NewPipeline();
        using var giveUp = new CancellationTokenSource();
        var publish = pipeline.PublishAsync(Event, giveUp.Token).AsTask();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publish);
        Assert.Equal(0, pipeline.Report()[0].Faults);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Failing_lane_does_not_stop_the_others_and_shows_in_the_report(bool synchronously)
    {
        _first.Publish = _ => synchronously
            ? throw new SinkError("first", "no")
            : ValueTask.FromException(new SinkError("first", "no"));
        await using var pipeline = NewPipeline();
        await pipeline.PublishAsync(Event, Token);
        await pipeline.PublishAsync(Event, Token);
        Assert.Equal(2, _second.Events.Count);
        var report = pipeline.Report();
        Assert.Equal((2L, LaneState.Degraded), (report[0].Faults, report[0].Status.State));
        Assert.StartsWith("lane_fault: ", report[0].Status.Reason, StringComparison.Ordinal);
        Assert.Equal((0L, LaneState.Ready), (report[1].Faults, report[1].Status.State));

        _first.Publish = _ => ValueTask.CompletedTask;
        await pipeline.PublishAsync(Event, Token);
        Assert.Equal(LaneState.Ready, pipeline.Report()[0].Status.State);
    }

    [Fact]
    public async Task Lane_that_has_failed_for_good_ends_the_publishing_instead_of_dropping_everything()
    {
        var refusal = new SinkError("first", "The lane gave up.");
        _first.Publish = _ => throw refusal;
        _first.Status = new LaneStatus(LaneState.Failed, "kafka_failed: gave up.");
        await using var pipeline = NewPipeline();
        Assert.Same(refusal, await Assert.ThrowsAsync<SinkError>(() => pipeline.PublishAsync(Event, Token).AsTask()));
    }

    [Fact]
    public async Task Lane_that_does_not_start_is_reported_after_the_others_have_started()
    {
        _first.StartFault = new SinkError("first", "The topic is missing.");
        await using var pipeline = NewPipeline();
        Assert.Same(_first.StartFault, await Assert.ThrowsAsync<SinkError>(() => pipeline.StartAsync(Token)));
        Assert.True(_second.Started);
    }

    [Fact]
    public async Task Drain_gives_all_lanes_the_same_deadline_and_says_whether_all_delivered()
    {
        _first.Drain = async token =>
        {
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, _time, token);
                return true;
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        };
        await using var pipeline = NewPipeline();
        var drain = pipeline.DrainAsync(TimeSpan.FromSeconds(3), Token);
        _time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(drain.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.False(await drain);
    }

    [Fact]
    public async Task Lane_that_fails_to_drain_does_not_stop_the_others()
    {
        var drained = false;
        _first.Drain = _ => throw new InvalidOperationException("broken");
        _second.Drain = _ => Task.FromResult(drained = true);
        await using var pipeline = NewPipeline();
        Assert.False(await pipeline.DrainAsync(TimeSpan.FromSeconds(1), Token));
        Assert.True(drained);
    }

    [Fact]
    public async Task Dispose_disposes_every_lane()
    {
        await NewPipeline().DisposeAsync();
        Assert.True(_first.Disposed && _second.Disposed);
    }

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    private EventPipeline NewPipeline() => new([_first, _second], _time, NullLogger<EventPipeline>.Instance);
}
