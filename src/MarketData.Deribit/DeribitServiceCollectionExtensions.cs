using Deribit.Client;
using MarketData.Exchanges;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MarketData.Deribit;

/// <summary>Puts Deribit into a container.</summary>
public static class DeribitServiceCollectionExtensions
{
    /// <summary>Adds Deribit to the exchanges that the container's collector knows.</summary>
    /// <param name="services">The container; a <see cref="DeribitCallBudget"/> that is already there is shared.</param>
    public static IServiceCollection AddDeribit(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => new DeribitCallBudget(timeProvider: provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IExchangeProvider, DeribitExchangeProvider>();
        return services;
    }
}
