using System.Globalization;

using Deribit.Simulator;

using MarketData.Embedded;
using MarketData.Embedded.Kafka;
using MarketData.ServiceDefaults;

namespace MarketData.Cli.Embedded;

/// <summary>
/// The servers of <c>embedded</c>. Comes in: their ports, from <c>[embedded]</c>. Goes out: addresses. Owns: the servers, whatever the configuration
/// says of others.
/// </summary>
internal sealed class EmbeddedServers : IAsyncDisposable
{
    private readonly EmbeddedKafka _kafka;
    private readonly EmbeddedRedis _redis;
    private readonly SimulatorServer? _exchange;

    private EmbeddedServers(EmbeddedKafka kafka, EmbeddedRedis redis, SimulatorServer? exchange) => (_kafka, _redis, _exchange) = (kafka, redis, exchange);

    public string Kafka => _kafka.BootstrapServers;

    public string Redis => _redis.Address;

    /// <summary>The WebSocket address of the exchange; null: there is none.</summary>
    public string? Exchange => _exchange?.WebSocketUri.ToString();

    /// <summary>Starts them.</summary>
    /// <param name="market">The exchange's market; null: no exchange.</param>
    /// <param name="loaded">The configuration, without faults.</param>
    /// <exception cref="IOException">A port cannot be opened; nothing runs then.</exception>
    /// <exception cref="CommandLineError">The market cannot be as it was asked for.</exception>
    public static async Task<EmbeddedServers> StartAsync(SimulatedMarket? market, LoadedConfiguration loaded)
    {
        var kafka = await OpenAsync(loaded, "embedded:kafka_port", port => LocalServers.StartKafkaAsync(loaded, port, CancellationToken.None));
        EmbeddedRedis? redis = null;
        try
        {
            redis = await OpenAsync(loaded, "embedded:redis_port", port => LocalServers.StartRedisAsync(port, CancellationToken.None));
            var exchange = market is null ? null : await OpenAsync(
                loaded, "embedded:exchange_port", port => LocalServers.StartExchangeAsync(market, port, CancellationToken.None));
            return new EmbeddedServers(kafka, redis, exchange);
        }
        catch
        {
            if (redis is not null)
                await redis.DisposeAsync();
            await kafka.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_exchange is not null)
            await _exchange.DisposeAsync();
        await _redis.DisposeAsync();
        await _kafka.DisposeAsync();
    }

    private static async Task<T> OpenAsync<T>(LoadedConfiguration loaded, string key, Func<int, Task<T>> start)
    {
        var port = int.Parse(loaded[key], CultureInfo.InvariantCulture);
        try
        {
            return await start(port);
        }
        catch (IOException exception) when (port != 0)
        {
            var variable = key.Replace(":", "__", StringComparison.Ordinal).ToUpperInvariant();
            throw new IOException(
                $"{exception.Message} The port is {key.Replace(':', '.')}: set it, or {variable}, to a free one, or to 0 for any.", exception);
        }
    }
}
