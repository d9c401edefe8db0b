using MarketData.Exchanges;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace MarketData.Deribit.Replay;

/// <summary>Makes the recorded exchange; the section of the configuration says how the adapter works, not where it connects.</summary>
internal sealed class DeribitReplayProvider(DeribitReplay replay, ILoggerFactory loggers) : IExchangeProvider
{
    /// <inheritdoc/>
    public string Name => DeribitExchange.ExchangeName;

    /// <inheritdoc/>
    public IReadOnlyList<string> ReadSymbols(IConfiguration configuration, ICollection<string> faults) =>
        [.. DeribitExchangeOptions.Read(configuration, []).Symbols];

    /// <inheritdoc/>
    public IExchange Create(IConfiguration configuration, ICollection<string> faults) =>
        new ReplayedDeribit(DeribitExchangeOptions.Read(configuration, faults), replay, loggers);
}
