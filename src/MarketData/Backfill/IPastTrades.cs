namespace MarketData.Backfill;

/// <summary>
/// A host of the exchange that is asked for trades of the past. What it no longer has, it leaves out without a word: an answer says nothing of
/// what is not in it. Comes in: an instrument and a place in its sequence. Goes out: its trades, with <see cref="TradeSource.Backfill"/>. Each
/// call keeps to the exchange's limits, and is repeated for a while when it fails. One call at a time.
/// </summary>
public interface IPastTrades
{
    /// <summary>How many trades the host gives at once.</summary>
    int PageTrades { get; }

    /// <summary>The exchange's clock, in milliseconds since the Unix epoch.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ExchangeError">The host refuses, or does not answer.</exception>
    Task<long> ReadTimeAsync(CancellationToken cancellationToken);

    /// <summary>The last page of trades before a time.</summary>
    /// <param name="instrument">The instrument.</param>
    /// <param name="beforeUnixMs">The time on the exchange's clock, in milliseconds since the Unix epoch.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The latest of them, as many as the host gives at once, in any order; empty when it has none.</returns>
    /// <exception cref="ExchangeError">The host refuses, or does not answer.</exception>
    Task<IReadOnlyList<TradeEvent>> ReadBeforeAsync(Instrument instrument, long beforeUnixMs, CancellationToken cancellationToken);

    /// <summary>The first page of trades from a time on.</summary>
    /// <param name="instrument">The instrument.</param>
    /// <param name="fromUnixMs">The time on the exchange's clock, inclusive, in milliseconds since the Unix epoch.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The earliest of them, as many as the host gives at once, in any order; empty when it has none.</returns>
    /// <exception cref="ExchangeError">The host refuses, or does not answer.</exception>
    Task<IReadOnlyList<TradeEvent>> ReadFromAsync(Instrument instrument, long fromUnixMs, CancellationToken cancellationToken);

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
