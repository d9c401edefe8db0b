namespace MarketData.History;

/// <summary>
/// The part of a history that says what it has already, so that only the rest is fetched. Comes in: an instrument (only its exchange and name
/// count) and bounds. Goes out: runs, ascending, which neither touch nor overlap. A row that is there twice counts once. Safe from any thread.
/// </summary>
public interface IStoredRuns
{
    /// <summary>The numbers of the stored trades, as runs without a hole.</summary>
    /// <param name="instrument">The instrument.</param>
    /// <param name="sequences">Only these numbers.</param>
    /// <param name="times">
    /// Only trades of these times of the exchange, in milliseconds since the Unix epoch: an exchange that counted anew has had the numbers before.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HistoryError">The history cannot be read.</exception>
    Task<IReadOnlyList<NumberRange>> ReadTradesAsync(
        Instrument instrument, NumberRange sequences, NumberRange times, CancellationToken cancellationToken);

    /// <summary>The times of the stored rows of a series, as runs in which each follows the one before after one step.</summary>
    /// <param name="table">The table, which is none of events.</param>
    /// <param name="instrument">The instrument.</param>
    /// <param name="step">From one row to the next, in whole seconds; where the table has rows of several resolutions, those of this one.</param>
    /// <param name="times">Only these times of the exchange, in milliseconds since the Unix epoch.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HistoryError">The history cannot be read.</exception>
    Task<IReadOnlyList<NumberRange>> ReadTimesAsync(
        HistoryTable table, Instrument instrument, TimeSpan step, NumberRange times, CancellationToken cancellationToken);

    /// <summary>How many days the history keeps the rows of a table, from the time of each; what is older it deletes, also when it comes later.</summary>
    /// <param name="table">The table.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The days; null: for ever, or as somebody has set it by hand in other words than <c>[clickhouse.ttl]</c> does.</returns>
    /// <exception cref="HistoryError">The history cannot be read.</exception>
    Task<int?> ReadKeptDaysAsync(HistoryTable table, CancellationToken cancellationToken) => Task.FromResult<int?>(null);
}
