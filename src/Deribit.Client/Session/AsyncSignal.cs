using System.Threading.Channels;

namespace Deribit.Client.Session;

/// <summary>Wakes one waiter; setting it twice before the waiter looks wakes it once. Policy of its single place: DropWrite.</summary>
internal sealed class AsyncSignal
{
    private readonly Channel<bool> _set = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Wakes the waiter, now or when it comes.</summary>
    public void Set() => _set.Writer.TryWrite(true);

    /// <summary>Waits until set, and resets.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken) =>
        await _set.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
}
