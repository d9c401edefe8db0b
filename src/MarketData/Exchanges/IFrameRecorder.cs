namespace MarketData.Exchanges;

/// <summary>Keeps what comes from an exchange. Any thread.</summary>
public interface IFrameRecorder
{
    /// <summary>Takes a record, without waiting for the disk.</summary>
    /// <param name="record">The record; its payload is copied.</param>
    /// <returns>
    /// Whether it is kept. When there is no room it is not, and the recording gets a record of the kind <see cref="FrameRecord.Missing"/> in
    /// its place as soon as there is.
    /// </returns>
    bool TryRecord(in FrameRecord record);

    /// <summary>Counts a record as lost that is of no use because one before it was refused.</summary>
    void LeaveOut();
}
