using MarketData.Hosting;
using MarketData.Pipeline;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MarketData.Redis;

/// <summary>Puts the Redis lane into a container.</summary>
public static class RedisServiceCollectionExtensions
{
    /// <summary>Adds the Redis lane of the container's collector, as <c>[redis]</c> says.</summary>
    /// <param name="services">The container.</param>
    public static IServiceCollection AddRedisLane(this IServiceCollection services) => services.AddSingleton<ILane>(provider =>
    {
        var timeProvider = provider.GetRequiredService<TimeProvider>();
        return new RedisLane(
            ReadOptions(provider.GetRequiredService<IConfiguration>()),
            provider.GetRequiredService<ILogger<RedisLane>>(),
            timeProvider,
            new LagHistogram(timeProvider),
            provider.GetService<IPublishGate>());
    }).AddLaneHealthCheck("StackExchange.Redis", "redis");

    /// <summary>Reads and checks <c>[redis]</c>.</summary>
    /// <param name="configuration">The whole configuration.</param>
    /// <exception cref="ConfigurationError">The section has faults; all are listed.</exception>
    public static RedisOptions ReadOptions(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var section = configuration.GetSection("redis");
        var defaults = new RedisOptions();
        var options = new RedisOptions
        {
            Url = section["url"] is { Length: > 0 } url ? url : defaults.Url,
            Depth = section.GetValue("depth", defaults.Depth),
            OrderBookTtl = section.GetValue("ttl:orderbook", defaults.OrderBookTtl),
            TradeTtl = section.GetValue("ttl:trade", defaults.TradeTtl),
            TickerTtl = section.GetValue("ttl:ticker", defaults.TickerTtl),
        };
        var faults = options.Validate();
        return faults.Count == 0 ? options : throw new ConfigurationError(faults);
    }
}
