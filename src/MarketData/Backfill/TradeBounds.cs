namespace MarketData.Backfill;

/// <summary>
/// Which numbers the trades of an interval have. The exchange numbers an instrument's trades one after the other, so that the interval's are those
/// behind the last trade before its begin, up to the last one before its end.
/// </summary>
/// <param name="First">The first number; above <paramref name="Last"/> when nothing was traded.</param>
/// <param name="Last">The last number.</param>
/// <param name="IsProven">Whether no trade of the interval has a lower number.</param>
/// <param name="HasRestarted">Whether the trade before the interval is of a sequence that has ended: the exchange counts anew.</param>
internal sealed record TradeBounds(long First, long Last, bool IsProven, bool HasRestarted)
{
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
        var before = last.ExchangeTimeUnixMs < fromUnixMs ? newest : await LastBeforeAsync(hosts, instrument, fromUnixMs, cancellationToken);
        if (before is { Host: var host, Trade: var trade } && await IsOfOneSequenceAsync(host, instrument, trade, last, cancellationToken))
            return new TradeBounds(trade.TradeSequence + 1, last.TradeSequence, IsProven: true, HasRestarted: false);

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

        return new TradeBounds(first, last.TradeSequence, IsProven: first == 1 && before is null, HasRestarted: before is not null);
    }

    // Asked for by its number, a trade of a sequence that has ended is another one, which has the number now.
    private static async Task<bool> IsOfOneSequenceAsync(
        IPastTrades host, Instrument instrument, TradeEvent before, TradeEvent last, CancellationToken cancellationToken)
    {
        if (before.TradeSequence >= last.TradeSequence)
            return before.TradeId == last.TradeId;
        var (number, page) = (before.TradeSequence, await host.ReadAsync(instrument, before.TradeSequence, before.TradeSequence, cancellationToken));
        return page.Where(trade => trade.TradeSequence == number).All(trade => trade.TradeId == before.TradeId);
    }

    // A host that has only younger ones may tell of those.
    private static async Task<Found?> LastBeforeAsync(
        IReadOnlyList<IPastTrades> hosts, Instrument instrument, long beforeUnixMs, CancellationToken cancellationToken)
    {
        foreach (var host in hosts)
        {
            if (await host.LastBeforeAsync(instrument, beforeUnixMs, cancellationToken) is { } last && last.ExchangeTimeUnixMs < beforeUnixMs)
                return new Found(host, last);
        }

        return null;
    }

    private sealed record Found(IPastTrades Host, TradeEvent Trade);
}
