using MarketData.History;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MarketData.ClickHouse;

/// <summary>Puts the history in ClickHouse into a container.</summary>
public static class ClickHouseServiceCollectionExtensions
{
    /// <summary>Adds ClickHouse as the container's history, as <c>[clickhouse]</c> says.</summary>
    /// <param name="services">The container.</param>
    public static IServiceCollection AddClickHouseHistory(this IServiceCollection services) => services.AddSingleton<IHistoryStore>(provider =>
        new ClickHouseHistory(
            ReadOptions(provider.GetRequiredService<IConfiguration>()),
            provider.GetRequiredService<ILogger<ClickHouseHistory>>(),
            provider.GetRequiredService<TimeProvider>()));

    /// <summary>Reads the options; whoever is created with them checks them.</summary>
    /// <param name="configuration">The configuration; section <c>[clickhouse]</c>.</param>
    public static ClickHouseOptions ReadOptions(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var options = new ClickHouseOptions();
        configuration.GetSection("clickhouse").Bind(options);
        return options;
    }
}
