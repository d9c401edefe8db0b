namespace Deribit.Simulator.Replay;

/// <summary>What one recorded frame of an ungrouped book says. A frame without link is a snapshot.</summary>
internal sealed record RecordedBookEvent(
    long ChangeId, long? PreviousChangeId, bool IsSnapshot, long TimestampUnixMs,
    IReadOnlyList<RecordedLevel> Bids, IReadOnlyList<RecordedLevel> Asks);
