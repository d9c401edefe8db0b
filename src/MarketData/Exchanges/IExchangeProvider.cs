using Microsoft.Extensions.Configuration;

namespace MarketData.Exchanges;

/// <summary>Makes one kind of exchange from the configuration. Each <c>MarketData.Xyz</c> registers one.</summary>
public interface IExchangeProvider
{
    /// <summary>The name under <c>[exchanges]</c>, in lower case.</summary>
    string Name { get; }

    /// <summary>The names and patterns that the operator wants collected.</summary>
    /// <param name="configuration">The whole configuration.</param>
    /// <param name="faults">Receives one sentence per fault.</param>
    IReadOnlyList<string> ReadSymbols(IConfiguration configuration, ICollection<string> faults);

    /// <summary>Makes the exchange. Nothing is connected yet.</summary>
    /// <param name="configuration">The whole configuration.</param>
    /// <param name="faults">Receives one sentence per fault; the result is not used when there is any.</param>
    IExchange Create(IConfiguration configuration, ICollection<string> faults);
}
