using MarketData.Cli.Replay;

namespace MarketData.Cli.Up;

/// <summary>
/// Knows when <c>up</c> is over: the signal, the duration, the end of the replay, or a collector or the archiver that cannot go on. Also starts
/// the replay, as soon as the archiver reads: the embedded Kafka does not wait for it.
/// </summary>
internal sealed class UpEnd(UpOptions options, UpServers servers, UpCollectors collectors, UpArchive? archive, TimeProvider timeProvider)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    public async Task WaitAsync(CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (options.Duration is { } duration)
            over.CancelAfter(duration);
        var replay = servers.Replay is { } source ? ReplayAsync(source, over.Token) : ForEverAsync(over.Token);
        await Task.WhenAny(replay, collectors.AnyEnded, archive?.Ended ?? replay);
        await over.CancelAsync();
        await replay.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (replay.IsFaulted)
            throw new ExchangeError("replay", "The replay broke off: " + replay.Exception.InnerException?.Message, replay.Exception);
    }

    private async Task ReplayAsync(ReplaySource source, CancellationToken stop)
    {
        // A collector that cannot start ends, and says why itself.
        var begun = Task.WhenAll(collectors.All.Select(collector => collector.Streaming));
        await begun.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (begun.IsCompletedSuccessfully)
        {
            while (archive is { IsReading: false })
                await Task.Delay(Look, timeProvider, stop);
            source.Replay.Start();
            await source.Replay.CompletedAsync().WaitAsync(stop);
        }

        if (options.Stays || !begun.IsCompletedSuccessfully)
            await ForEverAsync(stop);
    }

    private Task ForEverAsync(CancellationToken stop) => Task.Delay(Timeout.InfiniteTimeSpan, timeProvider, stop);
}
