using System.Diagnostics.Metrics;
using MarketData.Collectors;
using MarketData.Events;
using MarketData.Pipeline;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MarketData.Kafka;

/// <summary>Puts the Kafka lane into a container.</summary>
public static class KafkaServiceCollectionExtensions
{
    /// <summary>Adds the Kafka lane of the container's collector, as <c>[kafka]</c> says.</summary>
    /// <param name="services">The container.</param>
    public static IServiceCollection AddKafkaLane(this IServiceCollection services) => services.AddSingleton<ILane>(provider =>
    {
        var configuration = provider.GetRequiredService<IConfiguration>();
        var timeProvider = provider.GetRequiredService<TimeProvider>();
        var collector = provider.GetRequiredService<CollectorOptions>();
        var lane = new KafkaLane(
            ReadOptions(configuration),
            SourceOf(configuration, collector),
            static (marketEvent, output) => EventJson.Write(output, marketEvent),
            timeProvider,
            provider.GetRequiredService<ILogger<KafkaLane>>());
        KafkaMetrics.Create(provider.GetRequiredService<IMeterFactory>(), collector.Name, lane.KafkaCounters);
        return lane;
    });

    /// <summary>Reads and checks <c>[kafka]</c>.</summary>
    /// <param name="configuration">The whole configuration.</param>
    /// <exception cref="ConfigurationError">The section has faults; all are listed.</exception>
    public static KafkaOptions ReadOptions(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var options = new KafkaOptions();
        configuration.GetSection("kafka").Bind(options);
        var faults = KafkaOptionsValidator.Faults(options);
        return faults.Count == 0 ? options : throw new ConfigurationError(faults);
    }

    // One process runs one collector, or in a trial three: the id alone would not tell them apart.
    internal static string SourceOf(IConfiguration configuration, CollectorOptions collector)
    {
        var id = configuration["collector:id"];
        return $"{(string.IsNullOrEmpty(id) ? Environment.MachineName : id)}/{collector.Name}";
    }
}
