using MarketData.Collectors;

namespace MarketData.Cli.Up;

/// <summary>
/// Knows when <c>up</c> is over: the signal, the duration, the end of the replay, or a collector that cannot go on. Also starts the replay,
/// as soon as every channel is acknowledged, so that no recorded frame is served to nobody.
/// </summary>
internal sealed class UpEnd(UpOptions options, UpServers servers, UpCollectors collectors, TimeProvider timeProvider)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    // The sockets and queues are empty when nothing has moved for this long after the last frame was served.
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(2);

    public async Task WaitAsync(CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (options.Duration is { } duration)
            over.CancelAfter(duration);
        var replay = options.Exchange == ExchangeChoice.Replay ? ReplayAsync(over.Token) : Task.Delay(Timeout.InfiniteTimeSpan, timeProvider, over.Token);
        await Task.WhenAny(replay, collectors.AnyEnded);
        await over.CancelAsync();
        await replay.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ReplayAsync(CancellationToken stop)
    {
        while (!collectors.All.All(IsSubscribed))
            await Task.Delay(Look, timeProvider, stop);
        var replay = servers.Simulator!.Replay!;
        replay.Start();
        await replay.Completed.WaitAsync(stop);
        if (options.UntilIdle)
            await IdleAsync(stop);
        else
            await Task.Delay(Timeout.InfiniteTimeSpan, timeProvider, stop);
    }

    private static bool IsSubscribed(Collector collector) =>
        collector.ExchangeStatus is { Connected: true } status
        && status.ChannelsWanted > 0
        && status.ChannelsAcknowledged + status.ChannelsUnavailable.Count >= status.ChannelsWanted;

    private async Task IdleAsync(CancellationToken stop)
    {
        long events = -1;
        var quietSince = timeProvider.GetTimestamp();
        while (timeProvider.GetElapsedTime(quietSince) < Idle)
        {
            await Task.Delay(Look, timeProvider, stop);
            var now = collectors.All.Sum(collector => collector.Monitor.Events);
            var queued = collectors.All.Sum(collector => collector.Pipeline.Lanes.Sum(lane => lane.Counters.Queued));
            if (now != events || queued > 0)
                quietSince = timeProvider.GetTimestamp();
            events = now;
        }
    }
}
