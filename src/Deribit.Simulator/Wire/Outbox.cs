using System.Buffers;
using System.Threading.Channels;

namespace Deribit.Simulator.Wire;

/// <summary>
/// In: encoded WebSocket frames from any thread. Out: as few writes as possible to one connection's stream.
/// Owns two buffers (one fills while the other is written). Overflow policy: refuse, and the caller ends the connection.
/// The writing loop is the only one that touches the stream.
/// </summary>
internal sealed class Outbox(int maxBytes)
{
    private const int InitialSize = 32 * 1024;
    private readonly Lock _lock = new();
    private readonly Channel<bool> _wake =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private byte[] _filling = ArrayPool<byte>.Shared.Rent(InitialSize);
    private byte[] _writing = ArrayPool<byte>.Shared.Rent(InitialSize);
    private int _filled;
    private int _inFlight;
    private readonly TaskCompletionSource _closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _closed;
    private TaskCompletionSource? _resume;
    private TaskCompletionSource? _drained;
    private int _drainTarget;

    /// <summary>Bytes accepted and not yet taken by the socket.</summary>
    public int Pending
    {
        get
        {
            lock (_lock)
            {
                return _closed ? 0 : _filled + _inFlight;
            }
        }
    }

    /// <summary>Completes with <see cref="Close"/>.</summary>
    public Task Closing => _closing.Task;

    /// <summary>False when the bound is exceeded. After <see cref="Close"/> frames are discarded and true is returned.</summary>
    public bool TryAppend(ReadOnlySpan<byte> frames)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return true;
            }

            if (_filled + frames.Length > maxBytes && _filled > 0)
            {
                return false;
            }

            Append(frames);
            return true;
        }
    }

    /// <summary>Lets the writing loop know; called once per batch, not per frame.</summary>
    public void Flush() => _wake.Writer.TryWrite(true);

    /// <summary>Takes no more frames; the writing loop ends after what is queued and <paramref name="lastFrame"/> are sent.</summary>
    public void Close(ReadOnlySpan<byte> lastFrame, bool discardQueued)
    {
        TaskCompletionSource? drained;
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            if (discardQueued)
            {
                _filled = 0;
            }

            Append(lastFrame);
            _closed = true;
            drained = _drained;
            _drained = null;
        }

        _wake.Writer.TryComplete();
        _closing.TrySetResult();
        drained?.TrySetResult();
    }

    /// <summary>Stops writing until <see cref="Resume"/>; frames pile up meanwhile.</summary>
    public void Stall()
    {
        lock (_lock)
        {
            _resume ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Resume()
    {
        TaskCompletionSource? resume;
        lock (_lock)
        {
            resume = _resume;
            _resume = null;
        }

        resume?.TrySetResult();
    }

    public bool IsStalled
    {
        get
        {
            lock (_lock)
            {
                return _resume is not null;
            }
        }
    }

    /// <summary>Completes when a stall ends; at once when there is none.</summary>
    public async ValueTask WaitWhileStalledAsync(CancellationToken cancellation)
    {
        Task? stalled;
        lock (_lock)
        {
            stalled = _resume?.Task;
        }

        if (stalled is not null)
        {
            await stalled.WaitAsync(cancellation);
        }
    }

    /// <summary>Completes when no more than <paramref name="bytes"/> are pending, or the connection ended. One waiter at a time.</summary>
    public Task WaitForRoomAsync(int bytes)
    {
        lock (_lock)
        {
            if (_closed || _filled + _inFlight <= bytes)
            {
                return Task.CompletedTask;
            }

            _drainTarget = bytes;
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _drained.Task;
        }
    }

    /// <summary>The writing loop: ends when closed and empty.</summary>
    public async Task WriteLoopAsync(Stream stream, CancellationToken cancellation)
    {
        while (true)
        {
            var open = await _wake.Reader.WaitToReadAsync(cancellation);
            _wake.Reader.TryRead(out _);
            await WaitWhileStalledAsync(cancellation);
            while (TakeFilled() is { Length: > 0 } batch)
            {
                await stream.WriteAsync(batch, cancellation);
                await stream.FlushAsync(cancellation);
                Written();
                await WaitWhileStalledAsync(cancellation);
            }

            if (!open)
            {
                return;
            }
        }
    }

    /// <summary>Gives the buffers back; call once, after the writing loop ended.</summary>
    public void Release()
    {
        Close([], discardQueued: true);
        lock (_lock)
        {
            ArrayPool<byte>.Shared.Return(_filling);
            ArrayPool<byte>.Shared.Return(_writing);
            _filling = _writing = [];
        }
    }

    private void Append(ReadOnlySpan<byte> frames)
    {
        if (_filling.Length - _filled < frames.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_filling.Length * 2, _filled + frames.Length));
            _filling.AsSpan(0, _filled).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_filling);
            _filling = larger;
        }

        frames.CopyTo(_filling.AsSpan(_filled));
        _filled += frames.Length;
    }

    private ReadOnlyMemory<byte> TakeFilled()
    {
        lock (_lock)
        {
            (_filling, _writing) = (_writing, _filling);
            _inFlight = _filled;
            _filled = 0;
            return _writing.AsMemory(0, _inFlight);
        }
    }

    private void Written()
    {
        TaskCompletionSource? drained = null;
        lock (_lock)
        {
            _inFlight = 0;
            if (_filled <= _drainTarget)
            {
                drained = _drained;
                _drained = null;
            }
        }

        drained?.TrySetResult();
    }
}
