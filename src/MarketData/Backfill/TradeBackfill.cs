using System.Globalization;
using MarketData.Coverage;
using MarketData.History;

namespace MarketData.Backfill;

/// <summary>
/// Fetches the trades of an interval that the history lacks. Comes in: an instrument and an interval. Goes out: rows to the history, and what is
/// still missing. Owns: nothing between two runs: where to go on is asked of the history itself. One run at a time.
/// </summary>
/// <param name="hosts">Who is asked, the one that has the newest trades first.</param>
/// <param name="stored">What the history has.</param>
/// <param name="store">The history; started.</param>
/// <param name="progress">Is told how it goes.</param>
/// <param name="time">The clock of pauses.</param>
public sealed class TradeBackfill(
    IReadOnlyList<IPastTrades> hosts, IStoredRuns stored, IHistoryStore store, IBackfillProgress progress, TimeProvider time)
{
    // The exchange's clock may have gone back between two trades; numbers that were counted before are days or years away.
    private const long SlackMs = 3_600_000;

    // A host may lag behind the live feed: an answer without a trade is believed after so many, over some seconds.
    private const int FruitlessAttempts = 5;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// Fetches what is missing and stores it, up to ten seconds ago on the exchange's clock: a host may not have what is younger. When it is cancelled or fails, what was fetched until then is stored all the same, and the next run
    /// goes on behind it.
    /// </summary>
    /// <param name="instrument">The instrument.</param>
    /// <param name="fromUnixMs">Begin on the exchange's clock, in milliseconds since the Unix epoch.</param>
    /// <param name="untilUnixMs">End, exclusive.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ExchangeError">The exchange refuses, or does not answer.</exception>
    /// <exception cref="HistoryError">The history cannot be read.</exception>
    /// <exception cref="SinkError">The history takes no rows, and will not.</exception>
    public async Task<BackfillResult> RunAsync(Instrument instrument, long fromUnixMs, long untilUnixMs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instrument);
        untilUnixMs = SettledEnd.Of(untilUnixMs, await hosts[0].ReadTimeAsync(cancellationToken));
        if (untilUnixMs <= fromUnixMs)
        {
            return new BackfillResult
            {
                UntilUnixMs = fromUnixMs,
                State = CoverageState.Unknown,
                Doubt = "The interval is not settled yet: trades of the exchange's last ten seconds are left to the next run.",
            };
        }

        if (await TradeBounds.FindAsync(hosts, instrument, fromUnixMs, untilUnixMs, cancellationToken) is not { } bounds)
        {
            return new BackfillResult
            {
                UntilUnixMs = untilUnixMs,
                State = CoverageState.Unknown,
                Doubt = "The exchange gives no trade of before the end of the interval: either none was made, or it no longer has them.",
            };
        }

        var times = new NumberRange(Math.Max(0, fromUnixMs - SlackMs), untilUnixMs + SlackMs);

        // The history may have what the exchange has no longer: where the first number is not known, all that it has of the interval.
        var runs = bounds.IsProven
            ? await stored.ReadTradesAsync(instrument, new NumberRange(bounds.First, bounds.Last), times, cancellationToken)
            : await stored.ReadTradesAsync(instrument, new NumberRange(1, bounds.Last), times with { From = fromUnixMs }, cancellationToken);
        if (runs.Count > 0 && runs[0].From < bounds.First)
            bounds = bounds with { First = runs[0].From, IsProven = runs[0].From == 1 && !bounds.HasRestarted };
        var harvest = new TradeHarvest(bounds);
        foreach (var run in runs)
            harvest.AddStored(run);
        var present = runs.Sum(run => run.Count);
        progress.Begin(bounds.Last - bounds.First + 1 - present);
        var writer = new BackfillWriter(store, HistoryTable.Trades, progress, time);
        long? oldest;
        try
        {
            oldest = await FetchAsync(instrument, times, harvest, writer, cancellationToken);
        }
        finally
        {
            await writer.FlushAsync(cancellationToken);
        }

        List<BackfillGap> missing = [
            .. harvest.Gaps(oldest, FruitlessAttempts),
            .. writer.Refused.Select(refused => new BackfillGap(NumberOf((TradeEvent)refused.Row), refused.Reason))];
        return new BackfillResult
        {
            UntilUnixMs = untilUnixMs,
            State = missing.Count > 0 ? CoverageState.Incomplete : bounds.IsProven ? CoverageState.Complete : CoverageState.Unknown,
            Range = bounds.First <= bounds.Last ? new NumberRange(bounds.First, bounds.Last) : null,
            Present = present,
            Stored = writer.Stored,
            Missing = [.. missing.OrderBy(gap => gap.Range.From)],
            Doubt = DoubtOf(bounds),
        };
    }

    private static string? DoubtOf(TradeBounds bounds) => bounds switch
    {
        { IsProven: true } => null,
        { HasRestarted: true } => "The exchange counts the trades anew since a trade before the interval or in it: which ones of the old count belong to the interval is not "
            + "known.",
        _ => string.Create(
            CultureInfo.InvariantCulture,
            $"Trades up to seq {bounds.First - 1} are no longer served: which of them belong to the interval is not known."),
    };

    // Until nothing is missing, or nobody has what is. Returns the oldest number that is served; null when no host gives any trade.
    private async Task<long?> FetchAsync(
        Instrument instrument, NumberRange times, TradeHarvest harvest, BackfillWriter writer, CancellationToken cancellationToken)
    {
        var isAgain = false;
        for (var fruitless = 0; ; isAgain = true)
        {
            var brought = false;
            long? oldest = null;
            foreach (var host in hosts)
            {
                // Every host is asked for everything once.
                var missing = isAgain ? harvest.Unanswered() : harvest.Missing();
                if (missing.Count == 0)
                    return oldest;
                if (await host.OldestAsync(instrument, cancellationToken) is not { TradeSequence: var served })
                    continue;
                oldest = Math.Min(oldest ?? served, served);
                var given = missing.Where(range => range.To >= served).Select(range => range with { From = Math.Max(range.From, served) });
                foreach (var range in Joined(given, host.PageTrades))
                    brought |= await FetchAsync(host, instrument, range, times, harvest, writer, cancellationToken);
            }

            var left = harvest.Unanswered();
            if (left.Count == 0 || left[^1].To < oldest)
                return oldest;
            fruitless = brought ? 0 : fruitless + 1;
            if (fruitless == FruitlessAttempts)
                return oldest;
            progress.Say(string.Create(
                CultureInfo.InvariantCulture, $"The exchange left out {left.Sum(range => range.Count)} trades, from seq {left[0].From} on; they are asked for again."));
            await Task.Delay(FirstPause * Math.Pow(2, fruitless), time, cancellationToken);
        }
    }

    // Ranges that fit one page are asked for at once; what is there between them is not taken again.
    private static IEnumerable<NumberRange> Joined(IEnumerable<NumberRange> ranges, int page)
    {
        NumberRange? joined = null;
        foreach (var range in ranges)
        {
            if (joined is { } open && range.To - open.From >= page)
            {
                yield return open;
                joined = null;
            }

            joined = joined is { } first ? first with { To = range.To } : range;
        }

        if (joined is { } last)
            yield return last;
    }

    // Everything that one host has of a range. Whether it brought anything.
    private async Task<bool> FetchAsync(
        IPastTrades host, Instrument instrument, NumberRange range, NumberRange times, TradeHarvest harvest, BackfillWriter writer,
        CancellationToken cancellationToken)
    {
        var brought = false;
        for (var next = range.From; next <= range.To;)
        {
            var page = await host.ReadAsync(instrument, next, range.To, cancellationToken);

            // A page may begin later than asked for; what it leaves out is another host's, or nobody's. A number of another time is another trade's.
            var given = page.Where(trade => trade.TradeSequence >= next && trade.TradeSequence <= range.To).ToList();
            if (given.Count == 0)
                break;
            List<TradeEvent> wanted = [
                .. given.Where(trade => times.Contains(trade.ExchangeTimeUnixMs)
                    && !harvest.Has(trade.TradeSequence)).DistinctBy(trade => trade.TradeSequence)];
            foreach (var trade in given.Where(trade => !times.Contains(trade.ExchangeTimeUnixMs)))
                harvest.AddElsewhere(trade.TradeSequence, trade.ExchangeTimeUnixMs);
            foreach (var trade in wanted)
            {
                harvest.Add(trade.TradeSequence);
                await writer.AddAsync(trade, cancellationToken);
            }

            brought |= wanted.Count > 0;
            progress.Fetched(wanted.Count);
            next = given.Max(trade => trade.TradeSequence) + 1;
        }

        return brought;
    }

    private static NumberRange NumberOf(TradeEvent trade) => new(trade.TradeSequence, trade.TradeSequence);
}
