using Deribit.Client;
using MarketData.Exchanges;

namespace MarketData.Deribit.Recording;

/// <summary>
/// From the client to the recorder. Comes in: what the client received, and what is collected. Goes out: the same as records. Owns: what was
/// said last of what is collected, which is said again at the beginning of every connection, so that a recording can be read from any of them
/// on. Any thread.
/// </summary>
internal sealed class RecordingTap(IFrameRecorder recorder, TimeProvider time) : IDeribitTap
{
    private readonly Lock _lock = new();
    private byte[]? _collected;
    private long _generation;
    private long _lostGeneration;

    /// <summary>Says what is collected from here on.</summary>
    public void Collected(CollectedRecord collected)
    {
        var now = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        lock (_lock)
        {
            _collected = collected.ToBytes();
            if (!recorder.TryRecord(new FrameRecord(CollectedRecord.Kind, 0, now, _collected)))
                _lostGeneration = _generation;
        }
    }

    /// <inheritdoc/>
    public bool TryTake(in DeribitRecord record)
    {
        lock (_lock)
        {
            _generation = record.Generation;

            // After a loss nothing of that connection: what follows a lost frame would be another market than the recorded one.
            if (record.Generation == _lostGeneration)
            {
                recorder.LeaveOut();
                return false;
            }

            var isKept = (record.Kind != DeribitRecordKind.Connected || _collected is not { } collected || TryRecord(record, CollectedRecord.Kind, collected))
                && TryRecord(record, (byte)record.Kind, record.Payload);
            if (!isKept)
                _lostGeneration = record.Generation;
            return isKept;
        }
    }

    private bool TryRecord(in DeribitRecord of, byte kind, ReadOnlyMemory<byte> payload) =>
        recorder.TryRecord(new FrameRecord(kind, unchecked((uint)of.Generation), of.ReceivedAtUnixNs, payload));
}
