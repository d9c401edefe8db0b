using System.Diagnostics.Metrics;
using MarketData.Collectors;
using MarketData.Kafka.Checkpoints;
using MarketData.Kafka.Replicas;
using MarketData.Pipeline;
using MarketData.Replicas;
using MarketData.Trades;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MarketData.Kafka;

/// <summary>Makes a container's collector one of many replicas, and its trade tapes continue where they stopped.</summary>
public static class KafkaReplicasServiceCollectionExtensions
{
    /// <summary>
    /// Adds the consumer group that shares the instruments out (<see cref="IOwnership"/>, <see cref="IPublishGate"/>) and the checkpoints of
    /// the trade tapes (<see cref="ITradePositions"/>, <see cref="IAcknowledgedTrades"/>). Needs the Kafka lane and the collector.
    /// </summary>
    /// <param name="services">The container.</param>
    public static IServiceCollection AddKafkaReplicas(this IServiceCollection services) => services
        .AddSingleton(NewTopic)
        .AddSingleton(NewCheckpoints)
        .AddSingleton(NewOwnership)
        .AddSingleton<IOwnership>(provider => provider.GetRequiredService<KafkaOwnership>())
        .AddSingleton<IPublishGate>(provider => provider.GetRequiredService<KafkaOwnership>())
        .AddSingleton<ITradePositions>(provider => provider.GetRequiredService<TradeCheckpoints>())
        .AddSingleton<IAcknowledgedTrades>(provider => provider.GetRequiredService<TradeCheckpoints>());

    private static CheckpointTopic NewTopic(IServiceProvider provider)
    {
        var (options, source, time) = Common(provider);
        var logger = provider.GetRequiredService<ILogger<CheckpointTopic>>();
        return new CheckpointTopic(options, source, time, new LogRouter(options, logger, time), logger);
    }

    private static TradeCheckpoints NewCheckpoints(IServiceProvider provider)
    {
        var (options, source, time) = Common(provider);
        var logger = provider.GetRequiredService<ILogger<TradeCheckpoints>>();
        var search = new TradeTopicSearch(options, source, time, new LogRouter(options, logger, time), logger);
        return new TradeCheckpoints(
            source, provider.GetRequiredService<CheckpointTopic>(), search,
            () => LaneOf(provider)?.SpilledTrades ?? new Dictionary<string, TradePosition>(),
            // Asked for when it is needed: it is made of these checkpoints.
            key => provider.GetRequiredService<KafkaOwnership>().Ask(key), options.TradeEndsKept, time);
    }

    private static KafkaOwnership NewOwnership(IServiceProvider provider)
    {
        var (options, source, time) = Common(provider);
        var collector = provider.GetRequiredService<CollectorOptions>();
        var checkpoints = provider.GetRequiredService<TradeCheckpoints>();
        var hooks = new ReplicaHooks
        {
            Starting = checkpoints.Start,
            Register = process => LaneOf(provider)?.RegisterProcess(process) ?? new HashSet<string>(),
            FlushAsync = token => LaneOf(provider) is ILane lane ? lane.FlushAsync(token) : Task.CompletedTask,
            IsEmpty = () => LaneOf(provider) is not { } lane || lane.IsSettled,
            BeforeLeavingAsync = checkpoints.FlushAsync,
            Warnings = () => checkpoints.Warnings,
            Fenced = checkpoints.ForgetKept,
        };
        var ownership = new KafkaOwnership(
            options, collector.Name, source, provider.GetRequiredService<CheckpointTopic>(), hooks, time,
            provider.GetRequiredService<ILogger<KafkaOwnership>>());
        ReplicaMetrics.Create(provider.GetRequiredService<IMeterFactory>(), collector.Name, ownership);
        return ownership;
    }

    /// <summary>Asked for when it is needed, not before: the lane itself asks the gate.</summary>
    private static KafkaLane? LaneOf(IServiceProvider provider) => provider.GetServices<ILane>().OfType<KafkaLane>().FirstOrDefault();

    private static (KafkaOptions Options, string Source, TimeProvider Time) Common(IServiceProvider provider)
    {
        var configuration = provider.GetRequiredService<IConfiguration>();
        return (
            KafkaServiceCollectionExtensions.ReadOptions(configuration),
            KafkaServiceCollectionExtensions.SourceOf(configuration, provider.GetRequiredService<CollectorOptions>().Name),
            provider.GetRequiredService<TimeProvider>());
    }
}
