using System.Buffers;

namespace Deribit.Client.Session;

/// <summary>
/// The memory of the frames that wait. Comes in: frames. Goes out: their places. Owns: the slabs, reused. One array per frame from the
/// shared pool would not do: that pool keeps only some dozens of a size, and a burst of small frames would be allocated anew each time.
/// Runs on: the one writer (<see cref="Place"/>) and the one reader (<see cref="Release"/>).
/// </summary>
internal sealed class FrameStore
{
    private const int SlabBytes = 64 * 1024;
    private const int LargeFrameBytes = SlabBytes / 4;

    /// <summary>16 MiB are kept for the next burst; what a longer backlog needed beyond that goes back to the garbage collector.</summary>
    private const int MostFreeSlabs = 256;

    private readonly Lock _lock = new();
    private readonly Stack<FrameSlab> _free = new(MostFreeSlabs);
    private FrameSlab? _current;

    /// <summary>Copies a frame in; its slab is held until <see cref="Release"/>.</summary>
    public FrameSlab Place(ReadOnlySpan<byte> frame, out int offset)
    {
        if (frame.Length > LargeFrameBytes)
        {
            var large = new FrameSlab(ArrayPool<byte>.Shared.Rent(frame.Length), isShared: false);
            frame.CopyTo(large.Bytes);
            offset = 0;
            return large;
        }

        if (_current is null || _current.Used + frame.Length > SlabBytes)
        {
            if (_current is { } full)
            {
                Release(full);
            }

            _current = Take();
        }

        var slab = _current;
        offset = slab.Used;
        frame.CopyTo(slab.Bytes.AsSpan(offset));
        slab.Used += frame.Length;
        slab.Hold();
        return slab;
    }

    /// <summary>Lets a frame's slab go; its bytes must not be used any more.</summary>
    public void Release(FrameSlab slab)
    {
        if (!slab.LetGo())
        {
            return;
        }

        if (!slab.IsShared)
        {
            ArrayPool<byte>.Shared.Return(slab.Bytes);
            return;
        }

        slab.Reset();
        lock (_lock)
        {
            if (_free.Count < MostFreeSlabs)
            {
                _free.Push(slab);
            }
        }
    }

    private FrameSlab Take()
    {
        lock (_lock)
        {
            if (_free.TryPop(out var slab))
            {
                return slab;
            }
        }

        return new FrameSlab(new byte[SlabBytes], isShared: true);
    }
}
