using MarketData.Cli.Tests.Rigs;

namespace MarketData.Cli.Tests;

/// <summary>A collector that gets too little of the machine.</summary>
[Trait("kind", "integration")]
[Collection(Alone.Name)]
public sealed class ProcessPressureTests
{
    [Fact]
    public async Task Row49_Pause_of_two_seconds_costs_neither_the_connection_nor_an_event()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGSTOP here.");
        await using var rig = await ProcessRig.StartAsync(500);
        await rig.Process.SignalAsync("STOP");
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, TestContext.Current.CancellationToken);
        await rig.Process.SignalAsync("CONT");
        await rig.UntilHeartbeatAsync();
        await rig.AssertNothingLostAsync();
    }

    [Fact]
    public async Task Row49_Fifth_of_a_processor_answers_heartbeats_and_sheds_only_what_may_be_conflated()
    {
        await using var rig = await ProcessRig.StartAsync(1_000);
        var (quota, refusal) = CpuQuota.Set(rig.Process.Id, 0.2);
        Assert.SkipWhen(quota is null, refusal);
        using (quota)
        {
            await rig.UntilHeartbeatAsync();

            // Half of what the exchange allows; the path of its own is in time even so.
            Assert.All(rig.Simulator.Status.Connections, one => Assert.True(one.SlowestHeartbeatAnswer < TimeSpan.FromSeconds(5), one.ToString()));
        }

        await rig.AssertNothingLostAsync();
        var lanes = rig.Process.Output.Where(line => line.Contains(" drained: ", StringComparison.Ordinal)).ToList();
        Assert.Contains(lanes, line => line.Contains("kafka drained: complete True", StringComparison.OrdinalIgnoreCase)
            && line.Contains("conflated 0,", StringComparison.Ordinal) && line.Contains("rejected 0", StringComparison.Ordinal));
        Assert.Contains(lanes, line => line.Contains("redis drained: complete True", StringComparison.OrdinalIgnoreCase)
            && !line.Contains("conflated 0,", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Row49_Memory_limit_is_kept_while_Kafka_is_away_and_nothing_is_lost()
    {
        // 128 MiB for the heap: more than one second of this market, less than what the queues of a collector without a limit may hold.
        await using var rig = await ProcessRig.StartAsync(2_000, ("DOTNET_GCHeapHardLimit", "0x8000000"));
        rig.Kafka.Down();
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.False(rig.Process.HasExited, rig.Process.Everything);
        rig.Kafka.Up();
        await rig.UntilHeartbeatAsync();
        await rig.AssertNothingLostAsync();
    }
}
