using System.Diagnostics.Metrics;
using MarketData.Collectors;
using MarketData.Events;
using MarketData.Hosting;
using MarketData.Pipeline;
using MarketData.Symbols;
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
        var options = ReadOptions(configuration);
        var source = SourceOf(configuration, collector.Name);
        options.Spill.Directory = options.Spill.Directory.Length == 0
            ? SpillDirectory.Default(source, options.BootstrapServers)
            : SpillDirectory.Below(options.Spill.Directory, configuration["collector:id"] ?? "", collector.Name);
        var lane = new KafkaLane(
            options,
            source,
            static (marketEvent, output) => EventJson.Write(output, marketEvent),
            timeProvider,
            provider.GetRequiredService<ILogger<KafkaLane>>(),
            lag: null,
            provider.GetService<IPublishGate>(),
            provider.GetService<IAcknowledgedTrades>());
        KafkaMetrics.Create(provider.GetRequiredService<IMeterFactory>(), collector.Name, lane.KafkaCounters);
        return lane;
    }).AddLaneHealthCheck("Aspire.Confluent.Kafka.Producer", "kafka");

    /// <summary>Lets the container's collector follow the control topic; without it, the configured list is all that is collected.</summary>
    /// <param name="services">The container.</param>
    public static IServiceCollection AddKafkaSymbols(this IServiceCollection services) => services
        .AddSingleton<ISymbolSource>(provider =>
        {
            var configuration = provider.GetRequiredService<IConfiguration>();
            return new KafkaSymbolSource(
                ReadOptions(configuration),
                SourceOf(configuration, provider.GetRequiredService<CollectorOptions>().Name),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<KafkaSymbolSource>>());
        })
        .AddSingleton<ISymbolWriter>(provider =>
        {
            var configuration = provider.GetRequiredService<IConfiguration>();
            return new KafkaSymbolWriter(
                ReadOptions(configuration),
                SourceOf(configuration, provider.GetRequiredService<CollectorOptions>().Name),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<KafkaSymbolWriter>>());
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
    internal static string SourceOf(IConfiguration configuration, string name)
    {
        var id = configuration["collector:id"];
        return $"{(string.IsNullOrEmpty(id) ? Environment.MachineName : id)}/{name}";
    }
}
