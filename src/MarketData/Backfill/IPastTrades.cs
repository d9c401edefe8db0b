namespace MarketData.Backfill;

/// <summary>
/// A host of the exchange that is asked for trades of the past. What it no longer has, it leaves out without a word: an answer says nothing of
/// what is not in it. Comes in: an instrument and a place in its sequence. Goes out: its trades, with <see cref="TradeSource.Backfill"/>. Each
/// call keeps to the exchange's limits, and is repeated for a while when it fails. One call at a time.
/// </summary>
public interface IPastTrades
{
    /// <summary>The last trade before a time.</summary>
    /// <param name="instrument">The instrument.</param>
    /// <param name="beforeUnixMs">The time on the exchange's clock, in milliseconds since the Unix epoch.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The trade; null when the host has none.</returns>
    /// <exception cref="ExchangeError">The host refuses, or does not answer.</exception>
    Task<TradeEvent?> LastBeforeAsync(Instrument instrument, long beforeUnixMs, CancellationToken cancellationToken);

    /// <summary>The oldest trade that the host still has.</summary>
    /// <param name="instrument">The instrument.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The trade; null when there is none.</returns>
    /// <exception cref="ExchangeError">The host refuses, or does not answer.</exception>
    Task<TradeEvent?> OldestAsync(Instrument instrument, CancellationToken cancellationToken);

    /// <summary>A page of trades by their numbers.</summary>
    /// <param name="instrument">The instrument.</param>
    /// <param name="fromSequence">First number wanted, inclusive.</param>
    /// <param name="toSequence">Last number wanted, inclusive.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>
    /// The first of them that the host has, as many as it gives at once, in any order; empty when it has none. May hold other numbers.
    /// </returns>
    /// <exception cref="ExchangeError">The host refuses, or does not answer.</exception>
    Task<IReadOnlyList<TradeEvent>> ReadAsync(Instrument instrument, long fromSequence, long toSequence, CancellationToken cancellationToken);
}
