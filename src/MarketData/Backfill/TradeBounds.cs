namespace MarketData.Backfill;

/// <summary>
/// Which numbers the trades of an interval have. The exchange numbers an instrument's trades one after the other, so that the interval's are those
/// behind the last trade before its begin, up to the last one before its end. Several trades share a millisecond, and the exchange's clock may go
/// back between two: pages are compared, and a number too many is taken rather than one too few.
/// </summary>
/// <param name="First">The first number; above <paramref name="Last"/> when nothing was traded.</param>
/// <param name="Last">The last number.</param>
/// <param name="IsProven">Whether no trade of the interval has a lower number.</param>
/// <param name="HasRestarted">Whether the exchange counts anew since a trade before the interval, or one in it.</param>
internal sealed record TradeBounds(long First, long Last, bool IsProven, bool HasRestarted)
{
    // A higher number that is older than this is no matter of the clock: it was counted before.
    private const long ClockSlackMs = 60_000;

    /// <summary>Asks the hosts, one after the other.</summary>
    /// <param name="hosts">The hosts, the one that has the newest trades first.</param>
    /// <param name="instrument">The instrument.</param>
    /// <param name="fromUnixMs">Begin, inclusive.</param>
    /// <param name="untilUnixMs">End, exclusive.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The bounds; null when no host has any trade of before the end.</returns>
    /// <exception cref="ExchangeError">A host does not answer.</exception>
    public static async Task<TradeBounds?> FindAsync(
        IReadOnlyList<IPastTrades> hosts, Instrument instrument, long fromUnixMs, long untilUnixMs, CancellationToken cancellationToken)
    {
        if (await LastBeforeAsync(hosts, instrument, untilUnixMs, cancellationToken) is not { Trade: var last } newest)
            return null;
        var before = newest.IsBefore(fromUnixMs) ? newest : await LastBeforeAsync(hosts, instrument, fromUnixMs, cancellationToken);
        if (before is { Trade: var trade } && !newest.HasRestarted && !before.HasRestarted
            && await IsOfOneSequenceAsync(hosts, before, instrument, last, cancellationToken))
        {
            // A trade of the interval may have a lower number than the last one before it.
            var lowest = before == newest ? [] : await before.Host.ReadFromAsync(instrument, fromUnixMs, cancellationToken);
            return new TradeBounds(
                lowest.Select(one => one.TradeSequence).Append(trade.TradeSequence + 1).Min(), last.TradeSequence,
                IsProven: true, HasRestarted: false);
        }

        // Nobody has a trade of before: the oldest one that a host has is of the interval, and need not be its first.
        var first = last.TradeSequence;
        foreach (var one in hosts)
        {
            if (await one.OldestAsync(instrument, cancellationToken) is { } oldest
                && oldest.ExchangeTimeUnixMs >= fromUnixMs && oldest.ExchangeTimeUnixMs < untilUnixMs)
            {
                first = Math.Min(first, oldest.TradeSequence);
            }
        }

        var hasRestarted = before is not null || newest.HasRestarted;
        return new TradeBounds(first, last.TradeSequence, IsProven: first == 1 && !hasRestarted, hasRestarted);
    }

    private static async Task<bool> IsOfOneSequenceAsync(
        IReadOnlyList<IPastTrades> hosts, Found found, Instrument instrument, TradeEvent last, CancellationToken cancellationToken)
    {
        var before = found.Trade;
        if (before.TradeSequence >= last.TradeSequence)
            return before.TradeId == last.TradeId;

        // Asked for by its number, a trade of a sequence that has ended is another one, which has the number now.
        var page = await found.Host.ReadAsync(instrument, before.TradeSequence, before.TradeSequence, cancellationToken);
        if (page.Any(trade => trade.TradeSequence == before.TradeSequence && trade.TradeId != before.TradeId))
            return false;

        // Nor has a sequence that goes on a lower number later.
        foreach (var host in hosts)
        {
            if (await host.OldestAsync(instrument, cancellationToken) is { } oldest
                && oldest.TradeSequence <= before.TradeSequence && oldest.ExchangeTimeUnixMs > before.ExchangeTimeUnixMs)
            {
                return false;
            }
        }

        return true;
    }

    // A host that has only younger ones may tell of those.
    private static async Task<Found?> LastBeforeAsync(
        IReadOnlyList<IPastTrades> hosts, Instrument instrument, long beforeUnixMs, CancellationToken cancellationToken)
    {
        foreach (var host in hosts)
        {
            var page = await host.ReadBeforeAsync(instrument, beforeUnixMs, cancellationToken);
            if (page.Where(trade => trade.ExchangeTimeUnixMs < beforeUnixMs).ToList() is { Count: > 0 } trades)
                return Found.In(host, trades);
        }

        return null;
    }

    // The trade with the highest number of a page, and the latest time that one of them has.
    private sealed record Found(IPastTrades Host, TradeEvent Trade, long LatestUnixMs, bool HasRestarted)
    {
        public bool IsBefore(long unixMs) => LatestUnixMs < unixMs;

        public static Found In(IPastTrades host, List<TradeEvent> page)
        {
            var latestMs = page.Max(trade => trade.ExchangeTimeUnixMs);
            var latest = page.Where(trade => trade.ExchangeTimeUnixMs == latestMs).MaxBy(trade => trade.TradeSequence)!;
            var highest = page.MaxBy(trade => trade.TradeSequence)!;

            // When the clock only went back, whatever was traded behind the latest one is there too, once.
            var between = page.Where(trade => trade.TradeSequence > latest.TradeSequence).DistinctBy(trade => trade.TradeSequence).LongCount();
            var hasRestarted = latestMs - highest.ExchangeTimeUnixMs > ClockSlackMs
                || between < highest.TradeSequence - latest.TradeSequence
                || page.GroupBy(trade => trade.TradeSequence).Any(number => number.DistinctBy(trade => trade.TradeId).Count() > 1);
            return new Found(host, hasRestarted ? latest : highest, latestMs, hasRestarted);
        }
    }
}
