using Deribit.Simulator;

using MarketData.Embedded;

namespace MarketData.Cli.Tests.Rigs;

/// <summary>A collector as a process of its own, on the servers of a test and on a health port that nobody else has.</summary>
internal static class CollectorProcess
{
    /// <summary>Starts one, with all instruments of the exchange.</summary>
    /// <param name="name">Its executable's name: <c>OrderBooks</c>, <c>Trades</c>, <c>Tickers</c>.</param>
    /// <param name="simulator">The exchange.</param>
    /// <param name="bootstrapServers">The Kafka.</param>
    /// <param name="redis">The Redis.</param>
    /// <param name="more">Environment variables, also other values of these.</param>
    /// <param name="directory">Its working and state directory; null for a new one.</param>
    public static ChildProcess Start(
        string name, SimulatorServer simulator, string bootstrapServers, EmbeddedRedis redis, IEnumerable<(string Name, string Value)> more,
        string? directory = null)
    {
        var environment = new Dictionary<string, string>
        {
            ["KAFKA_BOOTSTRAP_SERVERS"] = bootstrapServers,
            ["REDIS_URL"] = redis.Address,
            ["EXCHANGES__DERIBIT__WS_URL"] = simulator.WebSocketUri.ToString(),
            ["EXCHANGES__DERIBIT__SYMBOLS"] = "*",
            ["HEALTH__PORT"] = "0",
            ["HEALTH__ADDRESS"] = "127.0.0.1",
        };
        foreach (var (variable, value) in more)
            environment[variable] = value;
        return ChildProcess.Start($"MarketData.Collectors.{name}.dll", [], environment, directory);
    }
}
