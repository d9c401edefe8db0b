using Deribit.Client;
using MarketData.Deribit.Recording;
using MarketData.Deribit.Replay;
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

    /// <summary>Adds Deribit with a recorder beside it: the container's <see cref="IFrameRecorder"/> gets everything that is received.</summary>
    /// <param name="services">The container.</param>
    public static IServiceCollection AddDeribitRecorded(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => new DeribitCallBudget(timeProvider: provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IExchangeProvider, RecordedDeribitProvider>();
        return services;
    }

    /// <summary>Adds Deribit as it was recorded, in the place of the live exchange. Nothing plays before <see cref="DeribitReplay.Start"/>.</summary>
    /// <param name="services">The container.</param>
    /// <param name="replay">The recording, which several containers may share.</param>
    public static IServiceCollection AddDeribitReplay(this IServiceCollection services, DeribitReplay replay) =>
        services.AddSingleton(replay).AddSingleton<IExchangeProvider, DeribitReplayProvider>();
}
