using System.Threading.Channels;

namespace MarketData.Collectors;

/// <summary>Wakes the one task that waits; setting it several times before it looks wakes it once. Any thread sets.</summary>
internal sealed class Signal
{
    // Overflow policy: DropWrite, one token is as good as many.
    private readonly Channel<bool> _token = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Wakes the waiter, now or when it comes.</summary>
    public void Set() => _token.Writer.TryWrite(true);

    /// <summary>Waits until set, or until the time is up, and resets.</summary>
    public async Task WaitAsync(TimeSpan? atMost, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var set = _token.Reader.WaitToReadAsync(over.Token).AsTask();
        var due = Task.Delay(atMost ?? Timeout.InfiniteTimeSpan, timeProvider, over.Token);
        await Task.WhenAny(set, due);
        await over.CancelAsync();
        await Task.WhenAll(set, due).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        _token.Reader.TryRead(out _);
    }
}
