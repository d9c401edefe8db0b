namespace MarketData.Exchanges;

/// <summary>
/// One exchange as the collectors see it. Comes in: which instruments and kinds are wanted. Goes out: verified events. Owns: its
/// connections, books and trade tapes. Runs on: the thread of whoever enumerates <see cref="StreamAsync"/>.
/// </summary>
public interface IExchange : IAsyncDisposable
{
    /// <summary>The exchange's name in lower case, as in every event and key.</summary>
    string Name { get; }

    /// <summary>What the exchange says of itself right now; safe to read from any thread.</summary>
    ExchangeStatus Status { get; }

    /// <summary>
    /// Everything that was received before this moment was taken by whoever enumerates <see cref="StreamAsync"/>. It stays while something
    /// that was received waits, and moves on with the time, about every second or more often, while nothing does. Null before the first such
    /// moment. Any thread.
    /// </summary>
    IntakeMark? TakenUntil { get; }

    /// <summary>The instruments that can be collected now.</summary>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <exception cref="ExchangeError">The exchange could not be asked, or refused.</exception>
    Task<IReadOnlyList<Instrument>> GetInstrumentsAsync(CancellationToken cancellationToken);

    /// <summary>Waits until instruments were listed or delisted or changed their state after the version seen.</summary>
    /// <param name="seenVersion">The version that the caller knows; 0 at first.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The version now; ask <see cref="GetInstrumentsAsync"/> what changed.</returns>
    Task<long> WaitForListingsAsync(long seenVersion, CancellationToken cancellationToken);

    /// <summary>
    /// Says what is to be collected from now on; the whole set, so that repeating it changes nothing. The stream begins with what is new,
    /// ends what is gone with a <see cref="IntegrityKind.Closed"/> event, and does not touch the rest. Any thread, at any time.
    /// </summary>
    /// <param name="wanted">The instruments.</param>
    /// <param name="reason">Why those that are gone are gone, as a sentence for their <see cref="IntegrityKind.Closed"/> events.</param>
    /// <param name="isHandedOver">Whether another owner goes on with those that are gone: what waits for an answer is its to fetch then.</param>
    /// <returns>Completes when the stream has applied it and every event before was taken by whoever enumerates it.</returns>
    Task CollectAsync(IReadOnlyList<WantedInstrument> wanted, string reason, bool isHandedOver = false);

    /// <summary>Gets one book anew: it is withheld, the ledger says so, and a snapshot heals it. The default keeps no books. Any thread.</summary>
    /// <param name="instrumentName">The exchange's own name of the instrument.</param>
    /// <param name="reason">Why, as a sentence for the ledger.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    Task<ResyncAnswer> ResyncAsync(string instrumentName, string reason, CancellationToken cancellationToken) =>
        Task.FromResult(ResyncAnswer.NotCollected);

    /// <summary>What subscribing channels would cost; asks nobody. The default knows no limits.</summary>
    /// <param name="channels">How many channels.</param>
    SubscriptionCost CostOf(int channels) => new(channels, channels, TimeSpan.Zero, null);

    /// <summary>
    /// Streams verified events of what <see cref="CollectAsync"/> asked for until cancelled. Recoverable trouble (a gap, a lost connection,
    /// a refused frame) is an <see cref="IntegrityEvent"/> of the stream, never an exception; reconnecting is the exchange's own business.
    /// Enumerate once.
    /// </summary>
    /// <param name="kinds">The kinds of data wanted.</param>
    /// <param name="cancellationToken">Ends the stream; what was received by then is still streamed.</param>
    /// <exception cref="ExchangeError">The exchange cannot be streamed any more, and reconnecting does not help.</exception>
    IAsyncEnumerable<MarketDataEvent> StreamAsync(DataKind kinds, CancellationToken cancellationToken);
}
