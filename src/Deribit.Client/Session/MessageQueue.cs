using System.Threading.Channels;

namespace Deribit.Client.Session;

/// <summary>
/// The only way from the connection to the reader. Comes in: frames (copied into pooled memory) and lifecycle messages. Goes
/// out: the same, in order. Owns: the waiting frames, bounded by count and by bytes. Policy: Wait, so a full queue stops the reading of
/// the socket. Runs on: the connection's tasks (in) and the one reader's thread (out).
/// </summary>
internal sealed class MessageQueue
{
    private readonly Channel<QueueItem> _channel;
    private readonly AsyncSignal _bytesFreed = new();
    private readonly FrameStore _store = new();
    private readonly int _maxFrames;
    private readonly long _maxBytes;
    private readonly Action<bool, int, long> _alarmChanged;
    private readonly Action<DeribitMessage>? _entered;
    private int _frames;
    private long _bytes;
    private int _writerWaits;
    private int _alarm;

    /// <param name="maxFrames">The most items.</param>
    /// <param name="maxBytes">The most bytes of frames.</param>
    /// <param name="alarmChanged">Called with true when half of a bound is reached, with false when both are below a quarter again.</param>
    /// <param name="entered">Called with each message of the session itself, in their order; not with frames.</param>
    public MessageQueue(int maxFrames, long maxBytes, Action<bool, int, long> alarmChanged, Action<DeribitMessage>? entered = null)
    {
        _entered = entered;
        _maxFrames = maxFrames;
        _maxBytes = maxBytes;
        _alarmChanged = alarmChanged;
        _channel = Channel.CreateBounded<QueueItem>(
            new BoundedChannelOptions(maxFrames) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });
    }

    /// <summary>Items waiting, with those that wait for room: zero says that everything that was handed in before was read.</summary>
    public int Frames => Volatile.Read(ref _frames);

    /// <summary>Bytes of frames waiting, with the one that waits for room.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Whether the queue was half full and is not yet below a quarter.</summary>
    public bool Alarm => Volatile.Read(ref _alarm) != 0;

    /// <summary>Copies a frame in; waits while the queue is full.</summary>
    public ValueTask WriteFrameAsync(ReadOnlySpan<byte> frame, long receivedAtUnixNs, long generation, CancellationToken cancellationToken)
    {
        var slab = _store.Place(frame, out var offset);
        var item = new QueueItem(slab, offset, frame.Length, receivedAtUnixNs, generation, null);
        Count(item, out var frames, out var bytes);
        return bytes <= _maxBytes && TryWrite(item, frames, bytes) ? ValueTask.CompletedTask : WriteSlowlyAsync(item, cancellationToken);
    }

    /// <summary>Puts a message in; waits while the queue is full.</summary>
    public ValueTask WriteAsync(DeribitMessage message, CancellationToken cancellationToken)
    {
        _entered?.Invoke(message);
        var item = new QueueItem(null, 0, 0, message.ReceivedAtUnixNs, message.Generation, message);
        Count(item, out var frames, out var bytes);
        return TryWrite(item, frames, bytes) ? ValueTask.CompletedTask : WriteSlowlyAsync(item, cancellationToken);
    }

    /// <summary>Puts a message in when there is room.</summary>
    public bool TryWrite(DeribitMessage message)
    {
        var item = new QueueItem(null, 0, 0, message.ReceivedAtUnixNs, message.Generation, message);
        Count(item, out var frames, out var bytes);
        if (TryWrite(item, frames, bytes))
        {
            _entered?.Invoke(message);
            return true;
        }

        Discount(item);
        return false;
    }

    /// <summary>Takes the next item; a frame is then the caller's until <see cref="Return"/>.</summary>
    public bool TryRead(out QueueItem item)
    {
        if (!_channel.Reader.TryRead(out item))
        {
            return false;
        }

        var frames = Interlocked.Decrement(ref _frames);
        var bytes = Interlocked.Add(ref _bytes, -item.Length);
        if (Volatile.Read(ref _writerWaits) != 0 && Interlocked.Exchange(ref _writerWaits, 0) != 0)
        {
            _bytesFreed.Set();
        }

        if (Volatile.Read(ref _alarm) != 0 && frames < _maxFrames / 4 && bytes < _maxBytes / 4
            && Interlocked.Exchange(ref _alarm, 0) != 0)
        {
            _alarmChanged(false, frames, bytes);
        }

        return true;
    }

    /// <summary>Waits for an item; false when the queue is complete and empty.</summary>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) => _channel.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Says that nothing more comes.</summary>
    public void Complete() => _channel.Writer.TryComplete();

    /// <summary>Gives a frame's memory back; nothing for a message.</summary>
    public void Return(in QueueItem item)
    {
        if (item.Slab is { } slab)
        {
            _store.Release(slab);
        }
    }

    // Before it is written: the reader may take the item out at once, and until then it waits, whether there is room for it or not.
    private void Count(in QueueItem item, out int frames, out long bytes) =>
        (frames, bytes) = (Interlocked.Increment(ref _frames), Interlocked.Add(ref _bytes, item.Length));

    private void Discount(in QueueItem item)
    {
        Interlocked.Decrement(ref _frames);
        Interlocked.Add(ref _bytes, -item.Length);
    }

    private bool TryWrite(in QueueItem item, int frames, long bytes)
    {
        if (!_channel.Writer.TryWrite(item))
        {
            return false;
        }

        if ((frames >= _maxFrames / 2 || bytes >= _maxBytes / 2) && Volatile.Read(ref _alarm) == 0
            && Interlocked.Exchange(ref _alarm, 1) == 0)
        {
            _alarmChanged(true, frames, bytes);
        }

        return true;
    }

    private async ValueTask WriteSlowlyAsync(QueueItem item, CancellationToken cancellationToken)
    {
        var written = false;
        try
        {
            // A frame larger than the whole bound is let in alone, or it could never be delivered.
            while (item.Slab is not null && Bytes is var held && held > item.Length && held > _maxBytes)
            {
                Volatile.Write(ref _writerWaits, 1);
                if (Bytes is var now && now > item.Length && now > _maxBytes)
                {
                    await _bytesFreed.WaitAsync(cancellationToken).ConfigureAwait(false);
                }
            }

            while (!(written = TryWrite(item, Frames, Bytes)))
            {
                if (!await _channel.Writer.WaitToWriteAsync(cancellationToken).ConfigureAwait(false))
                {
                    return;
                }
            }
        }
        finally
        {
            if (!written)
            {
                Discount(item);
                Return(item);
            }
        }
    }
}
