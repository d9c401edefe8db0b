using MarketData.History;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MarketData.Parquet;

/// <summary>Puts the history in Parquet files into a container.</summary>
public static class ParquetServiceCollectionExtensions
{
    /// <summary>Adds Parquet files as the container's history, as <c>[parquet]</c> says.</summary>
    /// <param name="services">The container.</param>
    public static IServiceCollection AddParquetHistory(this IServiceCollection services) => services.AddSingleton<IHistoryStore>(provider =>
    {
        var options = new ParquetOptions();
        provider.GetRequiredService<IConfiguration>().GetSection("parquet").Bind(options);
        return new ParquetHistory(
            options, provider.GetRequiredService<ILogger<ParquetHistory>>(), provider.GetRequiredService<TimeProvider>());
    });
}
