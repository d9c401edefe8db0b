using System.Globalization;

namespace MarketData.Backfill;

/// <summary>
/// Which numbers the trades of an interval have. The exchange numbers an instrument's trades one after the other, so that the interval's are those
/// behind the last trade before its begin, up to the last one before its end.
/// </summary>
/// <param name="First">The first number; above <paramref name="Last"/> when nothing was traded.</param>
/// <param name="Last">The last number.</param>
/// <param name="IsProven">Whether no trade of the interval has a lower number.</param>
internal sealed record TradeBounds(long First, long Last, bool IsProven)
{
    /// <summary>Asks the hosts, one after the other.</summary>
    /// <param name="hosts">The hosts, the one that has the newest trades first.</param>
    /// <param name="instrument">The instrument.</param>
    /// <param name="fromUnixMs">Begin, inclusive.</param>
    /// <param name="untilUnixMs">End, exclusive.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The bounds; null when no host has any trade of before the end.</returns>
    /// <exception cref="ExchangeError">A host does not answer, or the exchange counted anew within the interval.</exception>
    public static async Task<TradeBounds?> FindAsync(
        IReadOnlyList<IPastTrades> hosts, Instrument instrument, long fromUnixMs, long untilUnixMs, CancellationToken cancellationToken)
    {
        if (await LastBeforeAsync(hosts, instrument, untilUnixMs, cancellationToken) is not { } last)
            return null;
        var before = last.ExchangeTimeUnixMs < fromUnixMs ? last : await LastBeforeAsync(hosts, instrument, fromUnixMs, cancellationToken);
        if (before is not null)
            return Checked(before.TradeSequence + 1, before.TradeSequence <= last.TradeSequence, isProven: true);

        // Nobody has a trade of before: the oldest one that a host has is of the interval, and need not be its first.
        var first = last.TradeSequence;
        foreach (var host in hosts)
        {
            if (await host.OldestAsync(instrument, cancellationToken) is { } oldest && oldest.ExchangeTimeUnixMs < untilUnixMs)
                first = Math.Min(first, oldest.TradeSequence);
        }

        return Checked(first, first <= last.TradeSequence, isProven: first == 1);

        TradeBounds Checked(long from, bool isOneSequence, bool isProven) => isOneSequence
            ? new TradeBounds(from, last.TradeSequence, isProven)
            : throw new ExchangeError(instrument.Exchange, string.Create(
                CultureInfo.InvariantCulture,
                $"The exchange counted the trades of {instrument.Name} anew within the interval: after seq {from - 1} comes seq {last.TradeSequence}. "
                + $"Backfill what was before that and what was after it on their own."));
    }

    // A host that has only younger ones may tell of those.
    private static async Task<TradeEvent?> LastBeforeAsync(
        IReadOnlyList<IPastTrades> hosts, Instrument instrument, long beforeUnixMs, CancellationToken cancellationToken)
    {
        foreach (var host in hosts)
        {
            if (await host.LastBeforeAsync(instrument, beforeUnixMs, cancellationToken) is { } last && last.ExchangeTimeUnixMs < beforeUnixMs)
                return last;
        }

        return null;
    }
}
