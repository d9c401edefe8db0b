using System.Diagnostics.Metrics;

using Deribit.Client;
using MarketData.Collectors;
using MarketData.Exchanges;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace MarketData.Deribit;

/// <summary>Makes the Deribit exchange from <c>[exchanges.deribit]</c>.</summary>
/// <param name="budget">The call budget that all connections of this process share, because the exchange counts per address and account.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="loggerFactory">Where the exchange logs.</param>
/// <param name="collector">Whose exchange it is; null: nobody's, and nothing is measured.</param>
/// <param name="meters">Where the client's meter comes from; null: nothing is measured.</param>
public sealed class DeribitExchangeProvider(
    DeribitCallBudget budget, TimeProvider timeProvider, ILoggerFactory loggerFactory, CollectorOptions? collector = null,
    IMeterFactory? meters = null)
    : IExchangeProvider
{
    /// <inheritdoc/>
    public string Name => DeribitExchange.ExchangeName;

    /// <inheritdoc/>
    public IReadOnlyList<string> ReadSymbols(IConfiguration configuration, ICollection<string> faults) =>
        [.. DeribitExchangeOptions.Read(configuration, []).Symbols];

    /// <inheritdoc/>
    public IExchange Create(IConfiguration configuration, ICollection<string> faults) =>
        new DeribitExchange(
            DeribitExchangeOptions.Read(configuration, faults), budget, timeProvider, loggerFactory,
            collector is null || meters is null ? null
                : new DeribitClientMetrics(meters, budget, new KeyValuePair<string, object?>("collector", collector.Name)));
}
