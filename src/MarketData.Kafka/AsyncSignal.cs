using System.Threading.Channels;

namespace MarketData.Kafka;

/// <summary>
/// A latch that one task awaits and any thread sets; a set before the wait is not lost, many sets are one. Setting a set latch is one
/// interlocked operation.
/// </summary>
internal sealed class AsyncSignal
{
    // Overflow policy: DropWrite, one token is as good as many.
    private readonly Channel<byte> _token =
        Channel.CreateBounded<byte>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private int _set;

    /// <summary>Lets the waiter go on.</summary>
    public void Set()
    {
        if (Interlocked.Exchange(ref _set, 1) == 0)
            _token.Writer.TryWrite(0);
    }

    /// <summary>Waits until set, and clears the latch: whatever was written before the set is visible after it.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        await _token.Reader.ReadAsync(cancellationToken);
        Interlocked.Exchange(ref _set, 0);
    }
}
