using System.Diagnostics.Metrics;
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
        var history = new ClickHouseHistory(
            ReadOptions(provider.GetRequiredService<IConfiguration>()),
            provider.GetRequiredService<ILogger<ClickHouseHistory>>(),
            provider.GetRequiredService<TimeProvider>());
        // The container's meter factory keeps the instrument.
        provider.GetRequiredService<IMeterFactory>().Create("marketdata.clickhouse").CreateObservableGauge(
            "marketdata.clickhouse.open_circuits", () => history.OpenCircuits, "{table}",
            "Tables that ask ClickHouse only now and then, because it failed too often in a row.");
        return history;
    });

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
