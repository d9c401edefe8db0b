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
    {
        var options = new ClickHouseOptions();
        provider.GetRequiredService<IConfiguration>().GetSection("clickhouse").Bind(options);
        return new ClickHouseHistory(
            options, provider.GetRequiredService<ILogger<ClickHouseHistory>>(), provider.GetRequiredService<TimeProvider>());
    });
}
