using System.Diagnostics.Metrics;
using MarketData.History;
using MarketData.Kafka.Archive;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace MarketData.Kafka;

/// <summary>Puts the archive into a container.</summary>
public static class KafkaArchiveServiceCollectionExtensions
{
    /// <summary>
    /// Runs the archive for the life of the process, from the event topics of <c>[kafka]</c> into the container's
    /// <see cref="IHistoryStore"/>, as <c>[archiver]</c> says, and reports it to the health endpoint.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="configure">Changes what <c>[archiver]</c> says.</param>
    public static IServiceCollection AddKafkaArchive(this IServiceCollection services, Action<ArchiveOptions>? configure = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => NewArchive(provider, configure));
        services.AddHostedService<ArchiveService>();
        services.AddHealthChecks().AddCheck<ArchiveHealthCheck>("archiver");
        return services;
    }

    private static KafkaArchive NewArchive(IServiceProvider provider, Action<ArchiveOptions>? configure)
    {
        var configuration = provider.GetRequiredService<IConfiguration>();
        var store = provider.GetRequiredService<IHistoryStore>();
        var options = ArchiveOptions.Read(configuration, store.Name);
        configure?.Invoke(options);
        var archive = new KafkaArchive(
            KafkaServiceCollectionExtensions.ReadOptions(configuration),
            options,
            KafkaServiceCollectionExtensions.SourceOf(configuration, "archiver"),
            store,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<KafkaArchive>>());
        ArchiveMetrics.Create(provider.GetRequiredService<IMeterFactory>(), archive);
        return archive;
    }
}
