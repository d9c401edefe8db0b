using MarketData.Exchanges;
using MarketData.Pipeline;
using MarketData.Replicas;
using MarketData.Symbols;
using MarketData.Trades;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MarketData.Collectors;

/// <summary>Puts a collector into a container.</summary>
public static class CollectorServiceCollectionExtensions
{
    /// <summary>
    /// Adds one collector: it takes every <see cref="IExchangeProvider"/> and every <see cref="ILane"/> of the container, and the
    /// <see cref="ISymbolSource"/>, the <see cref="IOwnership"/> and the <see cref="ITradePositions"/> where there are any. The caller runs
    /// it, or adds <see cref="AddCollectorService"/>.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="options">What makes this collector differ from another.</param>
    public static IServiceCollection AddCollector(this IServiceCollection services, CollectorOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<ExchangeFactory>();
        services.AddSingleton<EventPipeline>();
        services.AddSingleton<CollectorMonitor>();
        services.AddSingleton(provider => new FollowerServices(
            provider.GetService<ISymbolSource>(), provider.GetService<IOwnership>(), provider.GetService<ITradePositions>()));
        services.AddSingleton<Collector>();
        services.AddSingleton<CollectorCommands>();
        return services;
    }

    /// <summary>Runs the container's collector for the life of the process, and reports it to the health endpoint.</summary>
    /// <param name="services">The container.</param>
    public static IServiceCollection AddCollectorService(this IServiceCollection services)
    {
        services.AddHostedService<CollectorService>();
        services.AddHealthChecks().AddCheck<CollectorHealthCheck>("collector");
        return services;
    }
}
