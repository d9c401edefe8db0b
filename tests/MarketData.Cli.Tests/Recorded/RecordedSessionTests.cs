using MarketData.Cli.Tests.Rigs;

namespace MarketData.Cli.Tests.Recorded;

/// <summary>Recorded sessions through the built executable, read from Kafka by an independent client.</summary>
[Trait("kind", "integration")]
public sealed class RecordedSessionTests(ReplayPairs replays) : IClassFixture<ReplayPairs>
{
    private const string Absent = "(absent)";

    private static readonly string s_own = Path.Combine(AppContext.BaseDirectory, "Recorded", "Sessions", "invented.ws.jsonl");

    public static TheoryData<string> Sessions
    {
        get
        {
            var files = RepositoryRoot.Beside("shared/deribit/samples") is { } folder ? Files(folder) : [];
            return files.Length > 0 ? [.. files.Select(file => Path.GetFileName(file))] : [Absent];
        }
    }

    [Theory]
    [MemberData(nameof(Sessions))]
    public async Task Recorded_session_is_on_Kafka_exactly_as_recorded(string name)
    {
        if (name == Absent)
            Assert.Skip("The folder ../shared/deribit/samples, beside the repository, is not here.");
        var folder = RepositoryRoot.Beside("shared/deribit/samples")!;
        var file = Path.Combine(folder, name);
        var onKafka = await replays.OnKafkaAsync(Files(folder), file);
        onKafka.AssertIs(RecordedSession.Read(file));
    }

    [Fact]
    public async Task Invented_session_is_on_Kafka_exactly_as_written()
    {
        var onKafka = await ReplayPairs.ReplayAsync(s_own);
        onKafka.AssertIs(RecordedSession.Read(s_own));
    }

    [Fact]
    public void Invented_session_has_a_break_duplicates_and_nulls()
    {
        // What the comparison above proves depends on what is in the file.
        var session = RecordedSession.Read(s_own);
        Assert.Equal([900_719_925_474_106_900L], session.Books["BTC-PERPETUAL"].Breaks);
        Assert.Equal(["BTC-27MAR26-60000-C", "BTC-PERPETUAL", "ETH-27MAR26-4000-P", "ETH-PERPETUAL"], session.Trades.Keys);
        Assert.Equal([1, 2, 3, 4, 5], session.Trades["BTC-PERPETUAL"].Select(trade => trade.GetProperty("trade_seq").GetInt64() - 7_000));
        Assert.Equal([42, 43], session.Books["ETH-PERPETUAL"].States.Select(state => state.ChangeId));
        Assert.Equal(5, session.Books["BTC-PERPETUAL"].States.Count);
        Assert.Single(session.Unusable);
    }

    [Fact]
    public async Task Session_can_be_read_from_the_embedded_Kafka_while_the_replay_stays()
    {
        await using var up = await UpProcess.StartAsync([s_own, "--speed", "max", "--stay"], command: "replay");
        var session = RecordedSession.Read(s_own);
        var onKafka = await SessionOnKafka.ReadAsync(up.Kafka);
        for (var attempt = 0; attempt < 60 && !onKafka.HasAsMuchAs(session); attempt++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System, TestContext.Current.CancellationToken);
            onKafka = await SessionOnKafka.ReadAsync(up.Kafka);
        }

        onKafka.AssertIs(session);
        Assert.False(up.Process.HasExited, up.Process.Everything);
        await up.Process.SignalAsync("TERM");
        Assert.True(await up.Process.ExitAsync() == 0, up.Process.Everything);
    }

    private static string[] Files(string folder) => [.. Directory.GetFiles(folder, "*.ws.jsonl").Order(StringComparer.Ordinal)];
}
