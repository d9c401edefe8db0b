using MarketData.Cli.Tests.Rigs;
using MarketData.Embedded.Kafka;

namespace MarketData.Cli.Tests.Recorded;

/// <summary>
/// Replays of recordings through the built executable, each with a process and a broker of its own; two at a time, because a replay does
/// little but wait for its start. Comes in: the recordings. Goes out: what is on Kafka after each.
/// Owns: the replays, also those that no test asks for.
/// </summary>
public sealed class ReplayPairs : IAsyncDisposable
{
    private const int AtATime = 2;

    private readonly Dictionary<string, Task<SessionOnKafka>> _replays = new(StringComparer.Ordinal);

    /// <summary>What is on Kafka after the replay of a recording, which is done once, beside the one that stands next to it.</summary>
    internal Task<SessionOnKafka> OnKafkaAsync(IEnumerable<string> recordings, string recording)
    {
        // A replay outlives the test that started it, so it belongs to none: neither its context nor its end.
        using (ExecutionContext.SuppressFlow())
        {
            foreach (var file in recordings.Chunk(AtATime).Single(pair => pair.Contains(recording)).Where(file => !_replays.ContainsKey(file)))
                _replays[file] = Task.Run(() => ReplayAsync(file));
        }

        return _replays[recording];
    }

    public async ValueTask DisposeAsync() =>
        await ((Task)Task.WhenAll(_replays.Values)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Replays a recording to its end, and reads what is on Kafka then.</summary>
    internal static async Task<SessionOnKafka> ReplayAsync(string file)
    {
        // The broker outlives the process, so that what it published at its stop is read too.
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var settings = new Dictionary<string, string> { ["KAFKA_BOOTSTRAP_SERVERS"] = kafka.BootstrapServers };
        await using var up = UpProcess.Begin([file, "--speed", "max", "--to-configured-servers"], settings, command: "replay");
        Assert.True(await up.Process.ExitAsync() == 0, up.Process.Everything);
        Assert.Contains(up.Process.Output, line => line.StartsWith("Every event is accounted for", StringComparison.Ordinal));
        return await SessionOnKafka.ReadAsync(kafka.BootstrapServers);
    }
}
