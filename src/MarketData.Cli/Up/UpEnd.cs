using MarketData.Collectors;

namespace MarketData.Cli.Up;

/// <summary>
/// Knows when <c>up</c> is over: the signal, the duration, the end of the replay, or a collector or the archiver that cannot go on. Also starts the replay,
/// as soon as every channel is acknowledged, so that no recorded frame is served to nobody.
/// </summary>
internal sealed class UpEnd(UpOptions options, UpServers servers, UpCollectors collectors, UpArchive? archive, TimeProvider timeProvider)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    // The sockets and queues are empty when nothing has moved at this many looks in a row (2 s) after the last frame was served. Looks and
    // not time: a machine too busy to read is too busy to look.
    private const int IdleLooks = 20;

    public async Task WaitAsync(CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (options.Duration is { } duration)
            over.CancelAfter(duration);
        var replay = options.Exchange == ExchangeChoice.Replay ? ReplayAsync(over.Token) : Task.Delay(Timeout.InfiniteTimeSpan, timeProvider, over.Token);
        await Task.WhenAny(replay, collectors.AnyEnded, archive?.Ended ?? replay);
        await over.CancelAsync();
        await replay.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (replay.IsFaulted)
            throw new ExchangeError("replay", "The replay broke off: " + replay.Exception.InnerException?.Message, replay.Exception);
    }

    private async Task ReplayAsync(CancellationToken stop)
    {
        while (!collectors.All.All(collector => collector.Streaming.IsCompletedSuccessfully && IsSubscribed(collector)) || archive is { IsReading: false })
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
        collector is { CollectsAll: true, Instruments: > 0, ExchangeStatus: { Connected: true } status }
        && status.ChannelsAcknowledged + status.ChannelsUnavailable.Count >= status.ChannelsWanted;

    private async Task IdleAsync(CancellationToken stop)
    {
        // Live books say periodically what they are, for ever; only what is new counts. What was new must have left every lane.
        var lanes = collectors.All.SelectMany(collector => collector.Pipeline.Lanes).Select(lane => lane.Counters).ToList();
        var taken = new long[lanes.Count];
        long news = -1;
        for (var quiet = 0; quiet < IdleLooks; quiet++)
        {
            await Task.Delay(Look, timeProvider, stop);
            var now = collectors.All.Sum(collector => collector.Monitor.News);
            if (now != news)
                taken = [.. lanes.Select(lane => lane.In)];
            if (now != news || lanes.Zip(taken).Any(lane => lane.First.In - lane.First.Queued < lane.Second))
                quiet = 0;
            news = now;
        }
    }
}
