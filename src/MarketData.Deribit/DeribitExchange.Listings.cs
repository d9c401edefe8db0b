using Deribit.Client;

namespace MarketData.Deribit;

/// <content>The instrument list and its news, for whoever decides what is collected.</content>
public sealed partial class DeribitExchange
{
    private readonly Lock _listingsLock = new();
    private TaskCompletionSource _listingsChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _listingsVersion;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Instrument>> GetInstrumentsAsync(CancellationToken cancellationToken)
    {
        _shards.Start();
        for (var delay = TimeSpan.FromSeconds(1); ; delay = TimeSpan.FromSeconds(Math.Min(30, delay.TotalSeconds * 2)))
        {
            try
            {
                var instruments = await _shards.Caller.GetInstrumentsAsync(cancellationToken: cancellationToken);
                return [.. instruments.Select(ToInstrument)];
            }
            catch (DeribitException exception) when (exception is DeribitConnectionException or DeribitRpcException { IsTransient: true })
            {
                // An exchange that is away or busy is waited for: the collector's health says so meanwhile.
                AdapterLog.InstrumentsRetry(_logger, delay, exception.Message);
                await Task.Delay(delay, _timeProvider, cancellationToken);
            }
            catch (DeribitException exception)
            {
                throw new ExchangeError(ExchangeName, $"Deribit did not give its instrument list: {exception.Message}", exception);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<long> WaitForListingsAsync(long seenVersion, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_listingsLock)
            {
                if (_listingsVersion > seenVersion)
                    return _listingsVersion;
                changed = _listingsChanged.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private void ListingsChanged()
    {
        TaskCompletionSource changed;
        lock (_listingsLock)
        {
            _listingsVersion++;
            changed = _listingsChanged;
            _listingsChanged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }

    internal static Instrument ToInstrument(DeribitInstrument instrument) => new()
    {
        Exchange = ExchangeName,
        Name = instrument.Name,
        Kind = instrument.Kind ?? "",
        TickSize = instrument.TickSize,
        TickSizeSteps = [.. instrument.TickSizeSteps.Select(step => new TickSizeStep(step.AbovePrice, step.TickSize))],
        ContractSize = instrument.ContractSize,
        ExpiresAt = instrument.ExpirationTimeUnixMs is { } expires && expires < NeverExpiresUnixMs
            ? DateTimeOffset.FromUnixTimeMilliseconds(expires)
            : null,
        BaseCurrency = instrument.BaseCurrency ?? "",
        QuoteCurrency = instrument.QuoteCurrency ?? "",
        SettlementCurrency = instrument.SettlementCurrency ?? "",
        SettlementPeriod = instrument.SettlementPeriod ?? "",
        ContractType = instrument.InstrumentType ?? "",
        OptionType = instrument.OptionType ?? "",
        Strike = instrument.Strike,
        PriceIndex = instrument.PriceIndex ?? "",
    };

    // Perpetuals and spot carry this far-future time instead of an expiry (Deribit API v2, get_instruments, expiration_timestamp).
    private const long NeverExpiresUnixMs = 32_503_708_800_000;
}
