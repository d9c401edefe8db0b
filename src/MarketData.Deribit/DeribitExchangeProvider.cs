using Deribit.Client;
using MarketData.Exchanges;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace MarketData.Deribit;

/// <summary>Makes the Deribit exchange from <c>[exchanges.deribit]</c>.</summary>
/// <param name="budget">The call budget that all connections of this process share, because the exchange counts per address and account.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="loggerFactory">Where the exchange logs.</param>
public sealed class DeribitExchangeProvider(DeribitCallBudget budget, TimeProvider timeProvider, ILoggerFactory loggerFactory) : IExchangeProvider
{
    /// <inheritdoc/>
    public string Name => DeribitExchange.ExchangeName;

    /// <inheritdoc/>
    public IReadOnlyList<string> ReadSymbols(IConfiguration configuration, ICollection<string> faults) =>
        [.. DeribitExchangeOptions.Read(configuration, []).Symbols];

    /// <inheritdoc/>
    public IExchange Create(IConfiguration configuration, ICollection<string> faults) =>
        new DeribitExchange(DeribitExchangeOptions.Read(configuration, faults), budget, timeProvider, loggerFactory);
}
