using MarketData.Integration.Tests.Rigs;

namespace MarketData.Integration.Tests.Wanted;

/// <summary>Up to which moment everything that was received was taken by the one who publishes it.</summary>
[Trait("kind", "integration")]
public sealed class TakenUntilTests
{
    [Fact]
    public async Task Moment_moves_on_with_the_time_stays_while_events_are_held_and_moves_again_when_all_are_taken()
    {
        await using var rig = await ExchangeRig.StartAsync(new() { Instruments = 4, FramesPerSecond = 200 }, DataKind.OrderBook);
        await rig.Exchange.CollectAsync(await rig.WantedAsync(), "first");
        await rig.LiveAsync(4);
        await MovesAsync(rig);

        var room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Room = room.Task;
        await Until.TrueAsync(
            () => TimeProvider.System.GetUtcNow() - rig.Exchange.TakenUntil!.At > TimeSpan.FromSeconds(1), () => "the moment goes past what is held");
        var (held, count) = (rig.Exchange.TakenUntil, rig.Events.Count);
        rig.Room = Task.CompletedTask;
        room.SetResult();
        await MovesAsync(rig);
        Assert.True(rig.Exchange.TakenUntil!.At > held!.At.AddSeconds(1));
        Assert.True(rig.Events.Count > count);

        // Nothing comes any more.
        await rig.Exchange.CollectAsync([], "gone");
        await MovesAsync(rig);
    }

    private static async Task MovesAsync(ExchangeRig rig)
    {
        var last = rig.Exchange.TakenUntil;
        await Until.TrueAsync(() => rig.Exchange.TakenUntil is { } now && now.At > (last?.At ?? default), () => "the moment stays");
    }
}
