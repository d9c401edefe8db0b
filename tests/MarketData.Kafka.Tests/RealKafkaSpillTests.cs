using System.Diagnostics;
using MarketData.Kafka.Tests.Support;
using MarketData.Pipeline;

namespace MarketData.Kafka.Tests;

/// <summary>Apache Kafka away, back, and moving, with a lane that spills. Those that take longer run on demand.</summary>
[Trait("kind", "integration")]
[Collection(SharedRealKafka.Name)]
public sealed class RealKafkaSpillTests(RealKafka kafka)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Row42_Frozen_broker_sends_events_to_disk_and_after_the_thaw_all_arrive_once_and_in_order()
    {
        kafka.Require();
        await using var system = new RealKafkaLane(kafka, "spill-freeze");
        await system.Lane.StartAsync(Token);
        await system.PublishAsync(1_000);
        await system.SettledAsync();
        await kafka.TellAsync("freeze");
        try
        {
            await system.PublishUntilAsync(() => system.Lane.Counters.Spilled > 5_000, "on disk");
            Assert.Equal(LaneState.Degraded, system.Lane.Status.State);
            Assert.Contains("are on disk", system.Lane.Status.Reason, StringComparison.Ordinal);
        }
        finally
        {
            await kafka.TellAsync("thaw");
        }
        await system.PublishAsync(1_000);
        await system.SettledAsync();
        Assert.True(await system.Lane.DrainAsync(Token));
        Assert.Equal((system.Published, 0L), (system.Lane.Counters.Acknowledged, system.Lane.Counters.Rejected));
        await system.AssertCompleteAsync();
    }

    [Fact]
    public async Task Row48_Stop_while_the_broker_is_frozen_leaves_the_rest_to_the_next_start_and_marks_what_may_be_there()
    {
        kafka.Require();
        await using var system = new RealKafkaLane(kafka, "spill-stop");
        await system.Lane.StartAsync(Token);
        await system.PublishAsync(1_000);
        await system.SettledAsync();
        await kafka.TellAsync("freeze");
        try
        {
            await system.PublishUntilAsync(() => system.Lane.Counters.Spilled > 1_000, "on disk");
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            Assert.False(await system.Lane.DrainAsync(deadline.Token));
            var counters = system.Lane.Counters;
            Assert.Equal((0L, 0L, counters.In), (counters.Rejected, counters.Queued, counters.Acknowledged + counters.Spilled));
        }
        finally
        {
            await kafka.TellAsync("thaw");
        }
        await using var next = new KafkaLane(system.Options, "it", TestEvents.Encode, TimeProvider.System, system.Log);
        await next.StartAsync(Token);
        Assert.Equal(system.Lane.Counters.Spilled, next.Counters.In);
        Assert.True(await next.DrainAsync(Token));
        await system.AssertCompleteAsync();
    }

    [Fact]
    public async Task Row42_Killed_broker_that_starts_again_gets_everything_in_order()
    {
        LongTests.Require();
        kafka.Require();
        await using var system = new RealKafkaLane(kafka, "spill-kill");
        await system.Lane.StartAsync(Token);
        await system.PublishAsync(1_000);
        await kafka.TellAsync("kill");
        await system.PublishUntilAsync(() => system.Lane.Counters.Spilled > 20_000, "on disk");
        await kafka.TellAsync("start");
        await system.PublishAsync(1_000);
        await system.SettledAsync();
        Assert.True(await system.Lane.DrainAsync(Token));
        await system.AssertCompleteAsync();
    }

    [Fact]
    public async Task Row42_Broker_frozen_for_45_seconds_costs_nothing_and_the_backlog_is_gone_five_times_faster_than_it_came()
    {
        LongTests.Require();
        kafka.Require();
        await using var system = new RealKafkaLane(kafka, "spill-45");
        await system.Lane.StartAsync(Token);
        await kafka.TellAsync("freeze");
        var away = Stopwatch.StartNew();
        await system.PublishUntilAsync(() => away.Elapsed > TimeSpan.FromSeconds(45), "45 s");
        await kafka.TellAsync("thaw");
        var back = Stopwatch.StartNew();
        await system.SettledAsync();
        Assert.InRange(back.Elapsed, TimeSpan.Zero, away.Elapsed / 5);
        Assert.True(await system.Lane.DrainAsync(Token));
        await system.AssertCompleteAsync();
    }
}
