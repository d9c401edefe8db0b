using Microsoft.Extensions.Configuration;

namespace MarketData.Exchanges;

/// <summary>
/// Picks the exchange that the configuration names. A second exchange is one more <see cref="IExchangeProvider"/> in the container.
/// </summary>
/// <param name="providers">Every exchange that this program was built with.</param>
public sealed class ExchangeFactory(IEnumerable<IExchangeProvider> providers)
{
    private readonly IExchangeProvider[] _providers = [.. providers];

    /// <summary>The provider of the one exchange under <c>[exchanges]</c>.</summary>
    /// <param name="configuration">The whole configuration.</param>
    /// <exception cref="ConfigurationError">No exchange, several, or one that this program does not know.</exception>
    public IExchangeProvider Find(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var names = configuration.GetSection("exchanges").GetChildren().Select(child => child.Key).ToList();
        var known = string.Join(", ", _providers.Select(provider => provider.Name));
        if (names.Count != 1)
        {
            throw new ConfigurationError([
                $"exchanges: the configuration names {(names.Count == 0 ? "no exchange" : string.Join(", ", names))}, " +
                $"and a collector serves exactly one: keep one section of [exchanges.{known}]."]);
        }

        return Array.Find(_providers, provider => provider.Name.Equals(names[0], StringComparison.OrdinalIgnoreCase))
            ?? throw new ConfigurationError([$"exchanges:{names[0]}: this program does not know that exchange; it knows {known}."]);
    }
}
