namespace MarketData.Coverage;

/// <summary>An interval that was in doubt and is proven complete after all.</summary>
/// <param name="FromUnixMs">Its begin, in milliseconds since the Unix epoch.</param>
/// <param name="ToUnixMs">Its end (exclusive).</param>
/// <param name="FromId">The first trade that had been missing; or the last one before a loss of the connection.</param>
/// <param name="ToId">The last trade that had been missing; or the first one after the loss.</param>
/// <param name="WasBackfilled">Whether trades were fetched; otherwise the numbers show that none was missed.</param>
/// <param name="Detail">What the ledger says.</param>
public sealed record CoverageRepair(long FromUnixMs, long ToUnixMs, long? FromId, long? ToId, bool WasBackfilled, string Detail);
