using MarketData.History;

namespace MarketData.Backfill;

/// <summary>Where rows of a series are missing. Owns: nothing; any thread.</summary>
internal static class SeriesGaps
{
    /// <summary>
    /// The times of missing rows, by those that are there: how a series lies in time (its days may begin at any hour) is told by its rows alone.
    /// </summary>
    /// <param name="runs">The rows that are there, in runs or one by one; ascending, without one that is there twice.</param>
    /// <param name="times">The first and the last time that a row may have.</param>
    /// <param name="step">From one row to the next, in milliseconds.</param>
    /// <returns>Ranges from the first missing row to the last, ascending; all times when no row is there.</returns>
    public static List<NumberRange> Find(IEnumerable<NumberRange> runs, NumberRange times, long step)
    {
        var gaps = new List<NumberRange>();
        long? last = null;
        foreach (var run in runs)
        {
            // Up to the first row, as many as fit before it; between two, as many as fit behind the one.
            if (last is null && (run.From - times.From) / step is > 0 and var fit)
                gaps.Add(new NumberRange(run.From - (fit * step), run.From - step));
            else if (last is { } before)
                Add(before, run.From - 1);
            last = run.To;
        }

        if (last is { } end)
            Add(end, times.To);
        else if (times.From <= times.To)
            gaps.Add(times);
        return gaps;

        void Add(long behind, long until)
        {
            if ((until - behind) / step is > 0 and var fit)
                gaps.Add(new NumberRange(behind + step, behind + (fit * step)));
        }
    }

    /// <summary>How many rows a gap lacks.</summary>
    public static long Count(NumberRange gap, long step) => ((gap.To - gap.From) / step) + 1;
}
