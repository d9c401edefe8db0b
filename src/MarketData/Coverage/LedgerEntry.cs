namespace MarketData.Coverage;

/// <summary>One event of the ledger with what its record says beside the JSON.</summary>
/// <param name="Event">The event; its epoch is that of the record's header.</param>
/// <param name="Source">The collector that wrote it, as the <c>source</c> header says; empty when there is none.</param>
/// <param name="RecordedAtUnixMs">Kafka's time of the record, in milliseconds since the Unix epoch.</param>
public sealed record LedgerEntry(IntegrityEvent Event, string Source, long RecordedAtUnixMs)
{
    /// <summary>When it was said, in milliseconds since the Unix epoch: the collector's clock, or else Kafka's.</summary>
    public long AtUnixMs => Event.ReceivedAtUnixNs > 0 ? Event.ReceivedAtUnixNs / 1_000_000 : RecordedAtUnixMs;
}
