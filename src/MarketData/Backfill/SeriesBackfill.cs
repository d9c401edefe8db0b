using MarketData.Coverage;
using MarketData.History;

namespace MarketData.Backfill;

/// <summary>
/// Fetches the rows of a time series that the history lacks. Comes in: an instrument and an interval. Goes out: rows to the history, and what is still
/// missing. Owns: nothing between two runs: where to go on is asked of the history itself. One run at a time.
/// </summary>
/// <param name="series">The series.</param>
/// <param name="stored">What the history has.</param>
/// <param name="store">The history; started.</param>
/// <param name="progress">Is told how it goes.</param>
/// <param name="time">The clock of pauses.</param>
public sealed class SeriesBackfill(
    IPastSeries series, IStoredRuns stored, IHistoryStore store, IBackfillProgress progress, TimeProvider time)
{
    /// <summary>
    /// Fetches what is missing and stores it. Only rows that are final: those of periods that lie in the interval and are over for ten seconds on the
    /// exchange's clock. When it is cancelled or fails, what was fetched until then is stored all the same, and the next run goes on behind it.
    /// </summary>
    /// <param name="instrument">Whose.</param>
    /// <param name="fromUnixMs">Begin on the exchange's clock, in milliseconds since the Unix epoch.</param>
    /// <param name="untilUnixMs">End, exclusive.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ExchangeError">The exchange refuses, or does not answer.</exception>
    /// <exception cref="HistoryError">The history cannot be read.</exception>
    /// <exception cref="SinkError">The history takes no rows, and will not.</exception>
    public async Task<BackfillResult> RunAsync(Instrument instrument, long fromUnixMs, long untilUnixMs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instrument);
        var step = series.Step.Ticks / TimeSpan.TicksPerMillisecond;
        var end = SettledEnd.Of(untilUnixMs, await series.ReadTimeAsync(cancellationToken));
        var times = new NumberRange(fromUnixMs, series.IsOfPeriods ? end - step : end - 1);
        if (times.To < times.From)
            return new BackfillResult { UntilUnixMs = untilUnixMs, State = CoverageState.Unknown, Doubt = "The interval holds no row that is whole and final." };

        var runs = await stored.ReadTimesAsync(series.Table, instrument, series.Step, times, cancellationToken);
        var gaps = SeriesGaps.Find(runs, times, step);
        progress.Begin(gaps.Sum(gap => SeriesGaps.Count(gap, step)));
        var writer = new BackfillWriter(store, series.Table, progress, time);
        var fetched = new List<NumberRange>();
        try
        {
            foreach (var joined in Joined(gaps, step))
                await FetchAsync(instrument, joined, step, fetched, writer, cancellationToken);
        }
        finally
        {
            await writer.FlushAsync(cancellationToken);
        }

        var missing = Missing([.. runs, .. fetched], times, step);
        missing.AddRange(writer.Refused.Select(refused => new BackfillGap(At(refused.Row), refused.Reason)));
        return new BackfillResult
        {
            UntilUnixMs = end,
            State = missing.Count == 0 ? CoverageState.Complete
                : series.MayLackRows && writer.Refused.Count == 0 ? CoverageState.Unknown
                : CoverageState.Incomplete,
            Present = runs.Sum(run => SeriesGaps.Count(run, step)),
            Stored = writer.Stored,
            Missing = missing,
        };
    }

    // Gaps that fit one page are asked for at once.
    private IEnumerable<List<NumberRange>> Joined(List<NumberRange> gaps, long step)
    {
        List<NumberRange> joined = [];
        foreach (var gap in gaps)
        {
            if (joined.Count > 0 && SeriesGaps.Count(new NumberRange(joined[0].From, gap.To), step) > series.PageRows)
            {
                yield return joined;
                joined = [];
            }

            joined.Add(gap);
        }

        if (joined.Count > 0)
            yield return joined;
    }

    private async Task FetchAsync(
        Instrument instrument, List<NumberRange> joined, long step, List<NumberRange> fetched, BackfillWriter writer,
        CancellationToken cancellationToken)
    {
        var gap = new NumberRange(joined[0].From, joined[^1].To);
        var page = (series.PageRows - 1) * step;
        for (var from = gap.From; from <= gap.To; from += page + step)
        {
            // Up to the next page's begin: rows may lie anywhere between.
            var wanted = new NumberRange(from, Math.Min(gap.To, from + page + step - 1));
            var rows = await series.ReadAsync(instrument, wanted, cancellationToken);
            var count = 0;
            foreach (var row in rows.Where(row => wanted.Contains(row.ExchangeTimeUnixMs) && joined.Exists(one => one.Contains(row.ExchangeTimeUnixMs)))
                .DistinctBy(row => row.ExchangeTimeUnixMs).OrderBy(row => row.ExchangeTimeUnixMs))
            {
                Note(fetched, row.ExchangeTimeUnixMs, step);
                await writer.AddAsync(row, cancellationToken);
                count++;
            }

            progress.Fetched(count);
        }
    }

    // Rows come in the order of their times: mostly one more of the last run.
    private static void Note(List<NumberRange> runs, long time, long step)
    {
        if (runs.Count > 0 && runs[^1].To + step == time)
            runs[^1] = runs[^1] with { To = time };
        else
            runs.Add(new NumberRange(time, time));
    }

    private List<BackfillGap> Missing(List<NumberRange> there, NumberRange times, long step)
    {
        var reason = series.MayLackRows
            ? "The exchange gave none: nothing was traded then, or it no longer has it."
            : "The exchange gave none: it no longer has it, or never had.";
        if (there.Count == 0 && series.Step < TimeSpan.FromDays(1))
        {
            // Where no row says how the series lies in time: as everywhere, counted from the epoch. Only days begin at different hours.
            times = new NumberRange((times.From + step - 1) / step * step, times.To / step * step);
        }

        return [.. SeriesGaps.Find(there.OrderBy(run => run.From), times, step).Select(gap => new BackfillGap(gap, reason))];
    }

    private static NumberRange At(IHistoryRecord row) => new(row.ExchangeTimeUnixMs, row.ExchangeTimeUnixMs);
}
