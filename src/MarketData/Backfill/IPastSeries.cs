using MarketData.History;

namespace MarketData.Backfill;

/// <summary>
/// A time series that the exchange publishes of its past: rows that are a step apart. Comes in: times. Goes out: rows. Each call keeps to the exchange's
/// limits, and is repeated for a while when it fails. One call at a time.
/// </summary>
public interface IPastSeries
{
    /// <summary>The table of its rows.</summary>
    HistoryTable Table { get; }

    /// <summary>From one row to the next, in whole seconds.</summary>
    TimeSpan Step { get; }

    /// <summary>Whether a row is about the time from its own until the next one's, and is final only when that is over.</summary>
    bool IsOfPeriods { get; }

    /// <summary>Whether a row that the exchange does not give need not be missing, as the candle of a period in which nobody traded.</summary>
    bool MayLackRows { get; }

    /// <summary>How many rows may be asked for at once.</summary>
    int PageRows { get; }

    /// <summary>The exchange's clock, in milliseconds since the Unix epoch.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ExchangeError">The exchange refuses, or does not answer.</exception>
    Task<long> ReadTimeAsync(CancellationToken cancellationToken);

    /// <summary>The rows of an interval.</summary>
    /// <param name="instrument">Whose.</param>
    /// <param name="times">The interval, in milliseconds since the Unix epoch; of <see cref="PageRows"/> steps at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What the exchange has, in any order; may hold other times.</returns>
    /// <exception cref="ExchangeError">The exchange refuses, or does not answer.</exception>
    Task<IReadOnlyList<IHistoryRecord>> ReadAsync(Instrument instrument, NumberRange times, CancellationToken cancellationToken);
}
