using System.Buffers.Binary;

using Deribit.Client;
using Deribit.Simulator;
using Deribit.Simulator.Faults;

using MarketData.Cli.Tests.Rigs;
using MarketData.Embedded.Kafka;
using MarketData.Exchanges;
using MarketData.Recording;

namespace MarketData.Cli.Tests.Record;

/// <summary>
/// A simulated market that two recorders record over real sockets at the same time. A book loses changes, trades are lost, messages come that
/// nobody can read; in the middle both lose their connection; at the end one is stopped and the other one killed. Then the first one's recording
/// is replayed, twice as fast as it goes and paced twice, and a damaged copy twice, each time into a broker of its own. Owns: the files; and what
/// each replay brought.
/// </summary>
public sealed class RecordedMarket : IAsyncLifetime
{
    /// <summary>The instrument whose messages suffer.</summary>
    internal const string Troubled = "BTC-PERPETUAL";

    private const int FramesBefore = 250;
    private const int Faults = 4;
    private const int FramesAfter = 150;

    // The header of a segment (docs/recording.md): how long it is, and where its newest receive time stands.
    private const int HeaderBytes = 52;
    private const int NewestAt = 44;
    private static readonly string[] s_topics = ["market.orderbook", "market.trades", "market.ticker", "market.integrity", "market.dead-letter"];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("marketdata-recorded-");

    internal string Stopped => Path.Combine(_directory.FullName, "stopped.mdrec");

    internal string Killed => Path.Combine(_directory.FullName, "killed.mdrec");

    internal string Damaged => Path.Combine(_directory.FullName, "damaged.mdrec");

    internal string[] SummaryOfStopped { get; private set; } = [];

    internal long KilledAtUnixNs { get; private set; }

    internal Replayed Max { get; private set; } = null!;

    internal Replayed MaxAgain { get; private set; } = null!;

    internal Replayed Paced { get; private set; } = null!;

    internal Replayed AsRecorded { get; private set; } = null!;

    internal Replayed OfDamaged { get; private set; } = null!;

    internal Replayed OfDamagedAgain { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await RecordAsync();
        WriteDamaged();
        var whole = await Task.WhenAll(ReplayAsync(Stopped, "max"), ReplayAsync(Stopped, "max"), ReplayAsync(Stopped, "7"), ReplayAsync(Stopped, "1"));
        (Max, MaxAgain, Paced, AsRecorded) = (whole[0], whole[1], whole[2], whole[3]);
        var damaged = await Task.WhenAll(ReplayAsync(Damaged, "max"), ReplayAsync(Damaged, "max"));
        (OfDamaged, OfDamagedAgain) = (damaged[0], damaged[1]);
    }

    public ValueTask DisposeAsync()
    {
        _directory.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    internal static List<FrameRecord> Read(string file, Action<RecordingDamage>? damaged = null) =>
        File.Exists(file) ? [.. RecordingReader.Read(file, damaged)] : [];

    private static int Frames(string file, long connection) =>
        Read(file).Count(record => record.Kind == (byte)DeribitRecordKind.Frame && record.Connection == connection);

    private static long UnixNow() => (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    private static async Task<Replayed> ReplayAsync(string file, string speed)
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var settings = new Dictionary<string, string> { ["KAFKA_BOOTSTRAP_SERVERS"] = kafka.BootstrapServers };
        await using var replay = UpProcess.Begin([file, "--speed", speed, "--to-configured-servers"], settings, command: "replay");
        var exitCode = await replay.Process.ExitAsync();
        var topics = new Dictionary<string, IReadOnlyList<TopicRecord>>(StringComparer.Ordinal);
        foreach (var topic in s_topics)
            topics[topic] = await IndependentReader.ReadAsync(kafka.BootstrapServers, topic);
        return new Replayed(exitCode, replay.Process.Everything, topics);
    }

    private async Task RecordAsync()
    {
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Instruments = 5, FramesPerSecond = 300 }, TestContext.Current.CancellationToken);
        var settings = new Dictionary<string, string> { ["EXCHANGES__DERIBIT__WS_URL"] = simulator.WebSocketUri.ToString() };
        await using var stopped = ChildProcess.Start("MarketData.Cli.dll", ["record", Stopped, "--symbols", "*"], settings);
        await using var killed = ChildProcess.Start("MarketData.Cli.dll", ["record", Killed, "--symbols", "*"], settings);
        await UntilAsync(() => Frames(Stopped, 1) >= FramesBefore / 2 && Frames(Killed, 1) >= FramesBefore / 2);
        // To both recorders in turn.
        foreach (var kind in new[] { "book", "trades", "ticker" })
        {
            simulator.Faults.Add(new Fault { Kind = FaultKind.TruncateJson, Channel = $"{kind}.{Troubled}*", Count = Faults });
            simulator.Faults.Add(new Fault { Kind = FaultKind.Drop, Channel = $"{kind}.{Troubled}*", Count = Faults });
        }

        await UntilAsync(() => simulator.Faults.Applied.Count >= 6 * Faults);
        await UntilAsync(() => Frames(Stopped, 1) >= FramesBefore && Frames(Killed, 1) >= FramesBefore);
        simulator.Faults.Add(new Fault { Kind = FaultKind.Abort });
        await UntilAsync(() => Frames(Stopped, 2) >= FramesAfter && Frames(Killed, 2) >= FramesAfter);
        KilledAtUnixNs = UnixNow();
        await killed.SignalAsync("KILL");
        await stopped.SignalAsync("TERM");
        Assert.True(await stopped.ExitAsync() == 0, stopped.Everything);
        SummaryOfStopped = [.. stopped.Output];

        Task UntilAsync(Func<bool> condition) => Until.TrueAsync(
            () => condition() || stopped.HasExited || killed.HasExited, () => $"the frames.\n{stopped.Everything}\n{killed.Everything}",
            look: TimeSpan.FromMilliseconds(100));
    }

    // A byte of the last segment that is wholly of the first connection.
    private void WriteDamaged()
    {
        var lost = Read(Stopped).First(record => record.Kind == (byte)DeribitRecordKind.Disconnected).ReceivedAtUnixNs;
        var bytes = File.ReadAllBytes(Stopped);
        var segment = 0;
        for (var at = 0; bytes.AsSpan(at).IndexOf("MDFRAMES"u8) is >= 0 and var next; at += next + 1)
            segment = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at + next + NewestAt)) < lost ? at + next : segment;
        bytes[segment + HeaderBytes + 10] ^= 1;
        File.WriteAllBytes(Damaged, bytes);
    }

    internal sealed record Replayed(int ExitCode, string Everything, IReadOnlyDictionary<string, IReadOnlyList<TopicRecord>> Topics);
}
