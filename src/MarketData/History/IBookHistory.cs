using MarketData.Coverage;

namespace MarketData.History;

/// <summary>
/// The part of a history that can be asked about order books. Comes in: an instrument (only its exchange and name count) and instants. Goes
/// out: stored events, exactly as they were written. Safe from any thread.
/// <para>
/// A snapshot is <i>seen</i> at its <c>verified_at</c>, or else when it was received: our clock, in nanoseconds. From the exchange's time of its
/// last change until it was seen it was the truth. Events may be there twice, and of updates and entries of the
/// ledger there may be more than were asked for: <see cref="BookTravel"/> takes what it needs.
/// </para>
/// </summary>
public interface IBookHistory
{
    /// <summary>Of the snapshots that were seen before one time and had not changed after another, the one that was seen last.</summary>
    /// <param name="instrument">The instrument.</param>
    /// <param name="seenBeforeUnixMs">Seen before this time of our clock, in milliseconds since the Unix epoch.</param>
    /// <param name="changedUntilUnixMs">Last changed at or before this time of the exchange.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The snapshot; null when there is none.</returns>
    /// <exception cref="HistoryError">The history cannot be read.</exception>
    Task<OrderBookEvent?> LastSnapshotAsync(
        Instrument instrument, long seenBeforeUnixMs, long changedUntilUnixMs, CancellationToken cancellationToken);

    /// <summary>Of the snapshots that were seen at or after a time, the one that was seen first.</summary>
    /// <param name="instrument">The instrument.</param>
    /// <param name="seenFromUnixMs">The time, our clock, in milliseconds since the Unix epoch.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The snapshot; null when there is none.</returns>
    /// <exception cref="HistoryError">The history cannot be read.</exception>
    Task<OrderBookEvent?> NextSnapshotAsync(Instrument instrument, long seenFromUnixMs, CancellationToken cancellationToken);

    /// <summary>Updates in the order of their <c>change_id</c>, one after the other as they are read.</summary>
    /// <param name="instrument">The instrument.</param>
    /// <param name="afterChangeId">Only changes with a greater id.</param>
    /// <param name="fromUnixMs">Not before this time of the exchange, in milliseconds since the Unix epoch.</param>
    /// <param name="untilUnixMs">Not after this time of the exchange.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HistoryError">The history cannot be read.</exception>
    IAsyncEnumerable<OrderBookEvent> ReadUpdatesAsync(
        Instrument instrument, long afterChangeId, long fromUnixMs, long untilUnixMs, CancellationToken cancellationToken);

    /// <summary>
    /// What the ledger says of the order book around an interval: from the last <c>resynced</c> or <c>closed</c> that was said before it, to the
    /// first <c>resynced</c>, <c>closed</c> or <c>verified</c> that was said after it, or to the end where there is none. A <c>verified</c> that
    /// was said before the interval may be left out.
    /// </summary>
    /// <param name="instrument">The instrument.</param>
    /// <param name="fromUnixMs">The interval's begin, our clock, in milliseconds since the Unix epoch.</param>
    /// <param name="untilUnixMs">The interval's end, our clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The entries in the order of their <c>received_at</c>.</returns>
    /// <exception cref="HistoryError">The history cannot be read.</exception>
    Task<IReadOnlyList<LedgerEntry>> ReadLedgerAsync(
        Instrument instrument, long fromUnixMs, long untilUnixMs, CancellationToken cancellationToken);
}
