namespace MarketData.Recording;

/// <summary>What a <see cref="RecordingWriter"/> has done so far. Immutable.</summary>
/// <param name="Kept">Records on the disk.</param>
/// <param name="Waiting">Records in memory that are not on the disk yet.</param>
/// <param name="Lost">Records that there was no room for, that came behind one of these on its connection, or that the disk did not take before the end.</param>
/// <param name="PayloadBytes">Bytes of the payloads on the disk, uncompressed.</param>
/// <param name="FileBytes">Length of the file.</param>
/// <param name="Fault">Why the disk takes nothing now, as a sentence; null when it does.</param>
public sealed record RecordingStatus(long Kept, long Waiting, long Lost, long PayloadBytes, long FileBytes, string? Fault);
