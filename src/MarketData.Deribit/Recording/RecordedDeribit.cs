using MarketData.Exchanges;

namespace MarketData.Deribit.Recording;

/// <summary>
/// The live exchange, while what it receives is recorded. Comes in and goes out: the same as of the exchange itself. Owns: the exchange.
/// </summary>
/// <param name="exchange">The exchange, whose client the tap listens to.</param>
/// <param name="endpoint">Where it is.</param>
/// <param name="tap">Takes what is collected into the recording, before any of it comes.</param>
internal sealed class RecordedDeribit(DeribitExchange exchange, Uri endpoint, RecordingTap tap) : IExchange
{
    /// <inheritdoc/>
    public string Name => exchange.Name;

    /// <inheritdoc/>
    public ExchangeStatus Status => exchange.Status;

    /// <inheritdoc/>
    public IntakeMark? TakenUntil => exchange.TakenUntil;

    /// <inheritdoc/>
    public Task<IReadOnlyList<Instrument>> GetInstrumentsAsync(CancellationToken cancellationToken) =>
        exchange.GetInstrumentsAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<long> WaitForListingsAsync(long seenVersion, CancellationToken cancellationToken) =>
        exchange.WaitForListingsAsync(seenVersion, cancellationToken);

    /// <inheritdoc/>
    public Task CollectAsync(IReadOnlyList<WantedInstrument> wanted, string reason, bool isHandedOver = false)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        tap.Collected(new CollectedRecord(Name, endpoint.Authority, reason, [.. wanted.Select(one => one.Instrument)]));
        return exchange.CollectAsync(wanted, reason, isHandedOver);
    }

    /// <inheritdoc/>
    public Task<ResyncAnswer> ResyncAsync(string instrumentName, string reason, CancellationToken cancellationToken) =>
        exchange.ResyncAsync(instrumentName, reason, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<MarketDataEvent> StreamAsync(DataKind kinds, CancellationToken cancellationToken) =>
        exchange.StreamAsync(kinds, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => exchange.DisposeAsync();
}
