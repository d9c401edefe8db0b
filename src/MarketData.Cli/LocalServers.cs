using System.Net.Sockets;

using Deribit.Simulator;

using MarketData.Embedded;
using MarketData.Embedded.Kafka;
using MarketData.ServiceDefaults;

namespace MarketData.Cli;

/// <summary>Starts the servers that run in this process, for <c>up</c> and <c>embedded</c>.</summary>
internal static class LocalServers
{
    private const int MemoryForRedisMiB = 256;

    /// <summary>A Kafka with the topics of the configuration.</summary>
    /// <exception cref="IOException">The port cannot be opened.</exception>
    public static Task<EmbeddedKafka> StartKafkaAsync(LoadedConfiguration configuration, int port, CancellationToken cancellationToken)
    {
        var topics = configuration.Schema.Keys.Where(key => key.Name.StartsWith("kafka:topics:", StringComparison.Ordinal));
        return EmbeddedKafka.StartAsync(
            new EmbeddedKafkaOptions { Port = port, Topics = [.. topics.Select(key => configuration[key.Name])] }, cancellationToken);
    }

    /// <summary>A Redis with room for a market.</summary>
    /// <exception cref="IOException">The port cannot be opened.</exception>
    public static Task<EmbeddedRedis> StartRedisAsync(int port, CancellationToken cancellationToken) =>
        EmbeddedRedis.StartAsync(new EmbeddedRedisOptions { Port = port, MemoryMiB = MemoryForRedisMiB }, cancellationToken);

    /// <summary>A simulated exchange.</summary>
    /// <exception cref="CommandLineError">Its market cannot be as it was asked for.</exception>
    /// <exception cref="IOException">The port cannot be opened.</exception>
    public static async Task<SimulatorServer> StartExchangeAsync(SimulatedMarket market, int port, CancellationToken cancellationToken)
    {
        try
        {
            return await SimulatorServer.StartAsync(
                new SimulatorOptions { Instruments = market.Instruments, FramesPerSecond = market.Rate, Seed = market.Seed, Port = port },
                cancellationToken);
        }
        catch (ArgumentException exception)
        {
            // What the simulator finds wrong is the person's to put right.
            throw new CommandLineError([exception.Message]);
        }
        catch (SocketException exception)
        {
            throw new IOException($"The simulated exchange could not open 127.0.0.1:{port} ({exception.Message}).", exception);
        }
    }
}
