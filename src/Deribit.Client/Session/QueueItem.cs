namespace Deribit.Client.Session;

/// <summary>One place in the queue to the reader: a frame in pooled memory, or a ready message.</summary>
/// <param name="Slab">Where the frame is; null for a message.</param>
/// <param name="Offset">Where in it.</param>
/// <param name="Length">The frame's length; 0 for a message.</param>
/// <param name="ReceivedAtUnixNs">When the frame left the socket.</param>
/// <param name="Generation">Which connection delivered it.</param>
/// <param name="Message">The message; null for a frame.</param>
internal readonly record struct QueueItem(
    FrameSlab? Slab, int Offset, int Length, long ReceivedAtUnixNs, long Generation, DeribitMessage? Message)
{
    /// <summary>The frame's bytes, until its slab is returned.</summary>
    public ReadOnlySpan<byte> Frame => Slab is { } slab ? slab.Bytes.AsSpan(Offset, Length) : default;
}
