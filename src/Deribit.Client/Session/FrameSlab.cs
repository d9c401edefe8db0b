namespace Deribit.Client.Session;

/// <summary>One piece of pooled memory that holds frames one after the other. It is free again when every holder has let go.</summary>
/// <param name="bytes">The memory.</param>
/// <param name="isShared">Whether it holds several frames; else it was rented for one large frame.</param>
internal sealed class FrameSlab(byte[] bytes, bool isShared)
{
    private int _holds = 1;

    /// <summary>The memory.</summary>
    public byte[] Bytes { get; } = bytes;

    /// <summary>Whether it holds several frames.</summary>
    public bool IsShared { get; } = isShared;

    /// <summary>How much of it is taken; only the writer touches this.</summary>
    public int Used { get; set; }

    /// <summary>One more holder.</summary>
    public void Hold() => Interlocked.Increment(ref _holds);

    /// <summary>One holder less; true for the last one.</summary>
    public bool LetGo() => Interlocked.Decrement(ref _holds) == 0;

    /// <summary>Makes it new, held by the writer.</summary>
    public void Reset() => (Used, _holds) = (0, 1);
}
