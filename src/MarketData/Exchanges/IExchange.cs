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

    /// <summary>The instruments that can be collected now.</summary>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <exception cref="ExchangeError">The exchange could not be asked, or refused.</exception>
    Task<IReadOnlyList<Instrument>> GetInstrumentsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Streams verified events until cancelled. Recoverable trouble (a gap, a lost connection, a refused frame) is an
    /// <see cref="IntegrityEvent"/> of the stream, never an exception; reconnecting is the exchange's own business. Enumerate once.
    /// </summary>
    /// <param name="kinds">The kinds of data wanted.</param>
    /// <param name="instruments">The instruments wanted.</param>
    /// <param name="cancellationToken">Ends the stream; what was received by then is still streamed.</param>
    /// <exception cref="ExchangeError">The exchange cannot be streamed any more, and reconnecting does not help.</exception>
    IAsyncEnumerable<MarketDataEvent> StreamAsync(DataKind kinds, IReadOnlyList<Instrument> instruments, CancellationToken cancellationToken);
}
