namespace Deribit.Client.Session;

/// <summary>One place in the queue to the reader: a frame in a pooled buffer, or a ready message.</summary>
/// <param name="Buffer">The pooled buffer; null for a message.</param>
/// <param name="Length">The frame's length in it.</param>
/// <param name="ReceivedAtUnixNs">When the frame left the socket.</param>
/// <param name="Generation">Which connection delivered it.</param>
/// <param name="Message">The message; null for a frame.</param>
internal readonly record struct QueueItem(byte[]? Buffer, int Length, long ReceivedAtUnixNs, long Generation, DeribitMessage? Message);
