using System.Text;

using Deribit.Client;

using MarketData.Cli.Replay;
using MarketData.Deribit;
using MarketData.Exchanges;
using MarketData.Recording;
using MarketData.ServiceDefaults;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace MarketData.Cli.Tests.Record;

/// <summary>What was recorded over real sockets, and what comes of replaying it.</summary>
[Trait("kind", "integration")]
public sealed class RecordReplayTests(RecordedMarket market) : IClassFixture<RecordedMarket>
{
    private const string Troubled = $"deribit.{RecordedMarket.Troubled}";

    [Fact]
    public void Recording_has_both_connections_the_reason_between_them_and_the_end()
    {
        var damage = new List<RecordingDamage>();
        var session = RecordedMarket.Read(market.Stopped, damage.Add)
            .Where(record => record.Kind is (byte)DeribitRecordKind.Connected or (byte)DeribitRecordKind.Disconnected)
            .Select(record => ((DeribitRecordKind)record.Kind, record.Connection, Encoding.UTF8.GetString(record.Payload.Span))).ToList();
        Assert.Empty(damage);
        Assert.Equal(
            [(DeribitRecordKind.Connected, 1u), (DeribitRecordKind.Disconnected, 1u), (DeribitRecordKind.Connected, 2u), (DeribitRecordKind.Disconnected, 2u)],
            session.Select(one => (one.Item1, one.Connection)));
        Assert.Contains("\"reason\":\"Lost\"", session[1].Item3, StringComparison.Ordinal);
        Assert.Contains("\"reason\":\"Stopped\"", session[3].Item3, StringComparison.Ordinal);
        Assert.Contains(market.SummaryOfStopped, line => line.StartsWith("Kept ", StringComparison.Ordinal) && line.Contains(market.Stopped, StringComparison.Ordinal));
    }

    [Fact]
    public void Recorder_that_was_killed_has_kept_all_but_the_last_moments()
    {
        var damage = new List<RecordingDamage>();
        var last = RecordedMarket.Read(market.Killed, damage.Add)[^1].ReceivedAtUnixNs;
        Assert.All(damage, one => Assert.True(one.IsTail, one.ToString()));

        // A second is what is promised; a machine that is busy with other tests may take longer to get to it.
        Assert.InRange(market.KilledAtUnixNs - last, long.MinValue, TimeSpan.FromSeconds(4).Ticks * TimeSpan.NanosecondsPerTick);
    }

    [Fact]
    public void Replays_are_the_same_byte_for_byte_at_any_speed()
    {
        foreach (var replay in new[] { market.Max, market.MaxAgain, market.Paced, market.AsRecorded })
            Assert.True(replay.ExitCode == ExitCode.Ok, replay.Everything);
        foreach (var topic in market.Max.Topics.Keys)
        {
            var expected = Story(market.Max, topic);
            Assert.Equal(expected, Story(market.MaxAgain, topic));
            Assert.Equal(expected, Story(market.Paced, topic));
            Assert.Equal(expected, Story(market.AsRecorded, topic));
        }

        // Else the same would be nothing.
        Assert.True(market.Max.Topics["market.orderbook"].Count > 100, market.Max.Everything);
        Assert.True(market.Max.Topics["market.trades"].Count > 5, market.Max.Everything);
        Assert.True(market.Max.Topics["market.ticker"].Count > 20, market.Max.Everything);
        Assert.NotEmpty(market.Max.Topics["market.dead-letter"]);
        foreach (var (channel, kind) in new[] { ("orderbook", "gap"), ("trade", "trade_gap"), ("ticker", "rejected") })
            Assert.Contains(market.Max.Topics["market.integrity"], record => record.Text("channel") == channel && record.Text("kind") == kind);
    }

    [Fact]
    public void Row53_Replays_of_a_damaged_recording_are_the_same_byte_for_byte()
    {
        Assert.Equal((ReplaySource.Incomplete, ReplaySource.Incomplete), (market.OfDamaged.ExitCode, market.OfDamagedAgain.ExitCode));
        foreach (var topic in market.OfDamaged.Topics.Keys)
            Assert.Equal(Story(market.OfDamaged, topic), Story(market.OfDamagedAgain, topic));
        Assert.Contains(
            market.OfDamaged.Topics["market.integrity"], record => record.Text("detail")!.StartsWith("The recording is damaged.", StringComparison.Ordinal));
    }

    [Fact]
    public void Replay_tells_the_loss_of_the_connection_as_it_happened()
    {
        var ledger = market.Max.Topics["market.integrity"].Where(record => record.Text("channel") == "orderbook").ToList();
        foreach (var book in ledger.Where(record => record.Key != Troubled).GroupBy(record => record.Key))
        {
            Assert.Equal(
                ["connected", "disconnected", "connected", "resynced", "disconnected"], book.Select(record => record.Text("kind")));
            Assert.StartsWith("The connection was lost", book.ElementAt(1).Text("detail"), StringComparison.Ordinal);
        }

        Assert.Equal(5, ledger.Select(record => record.Key).Distinct().Count());
    }

    [Fact]
    public async Task Row53_Damaged_recording_is_replayed_around_the_damage_which_the_ledger_tells()
    {
        var source = ReplaySource.Open([market.Damaged], null, TimeProvider.System);
        Assert.Equal(ReplaySource.Incomplete, source.ExitCode);
        Assert.Contains("are damaged. What was received between", Assert.Single(source.Findings), StringComparison.Ordinal);
        var events = await StreamAsync(source);
        var ledger = events.OfType<IntegrityEvent>().Where(one => one.Channel == "orderbook").ToList();
        Assert.Equal(5, ledger.Select(one => one.Key).Distinct().Count());
        foreach (var book in ledger.Where(one => one.Key != Troubled).GroupBy(one => one.Key))
        {
            // Right until the damage, and again from the snapshot of the next connection on, not sooner.
            Assert.Equal(
                [IntegrityKind.Disconnected, IntegrityKind.Resynced, IntegrityKind.Disconnected],
                book.Select(one => one.Kind).Where(kind => kind != IntegrityKind.Connected));
            Assert.StartsWith("The recording is damaged.", book.First(one => one.Kind == IntegrityKind.Disconnected).Detail, StringComparison.Ordinal);
        }

        // The chain of no book goes on over the damage: what is published is what the whole recording gives, or less.
        var whole = market.Max.Topics["market.orderbook"].Select(record => (record.Key, record.Number("change_id"))).ToHashSet();
        var damaged = events.OfType<OrderBookEvent>().Select(book => (book.Key, book.ChangeId)).ToHashSet();
        Assert.ProperSubset(whole, damaged);
    }

    [Fact]
    public void Row53_Torn_tail_is_told_and_no_fault()
    {
        var file = market.Stopped + ".torn";
        File.WriteAllBytes(file, File.ReadAllBytes(market.Stopped)[..^10]);
        var source = ReplaySource.Open([file], null, TimeProvider.System);
        Assert.Equal(2, source.Findings.Count);
        Assert.Contains("were cut off", source.Findings[0], StringComparison.Ordinal);
        Assert.Contains("ends without its recorder's end", source.Findings[1], StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, source.ExitCode);
        Assert.Empty(ReplaySource.Open([market.Stopped], null, TimeProvider.System).Findings);
    }

    [Fact]
    public void Recordings_that_overlap_are_refused_and_so_is_a_mixture()
    {
        var overlap = Assert.Throws<CommandLineError>(() => ReplaySource.Open([market.Stopped, market.Killed], null, TimeProvider.System));
        Assert.Contains("recordings that are replayed together must follow each other", overlap.Message, StringComparison.Ordinal);
        var frames = Path.Combine(AppContext.BaseDirectory, "Recorded", "Sessions", "invented.ws.jsonl");
        var mixture = Assert.Throws<CommandLineError>(() => ReplaySource.Open([market.Stopped, frames], null, TimeProvider.System));
        Assert.Contains("replay one sort at a time", mixture.Message, StringComparison.Ordinal);
    }

    // All books of the recording, to its end.
    private static async Task<List<MarketDataEvent>> StreamAsync(ReplaySource source)
    {
        await using var container = new ServiceCollection().AddLogging().AddDeribitReplay(source.Replay).BuildServiceProvider();
        await using var exchange = container.GetRequiredService<IExchangeProvider>().Create(new ConfigurationBuilder().Build(), []);
        await exchange.CollectAsync(
            [.. source.Replay.Instruments.Select(instrument => new WantedInstrument { Instrument = instrument })], "The test wants it no more.");
        source.Replay.Start();
        var events = new List<MarketDataEvent>();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var stopping = Task.Run(async () =>
        {
            await source.Replay.CompletedAsync();
            await over.CancelAsync();
        });
        await foreach (var one in exchange.StreamAsync(DataKind.OrderBook, over.Token))
            events.Add(one);
        await stopping;
        return events;
    }

    // Each key's records in their order. In the ledger several collectors write to one key: each for itself.
    private static List<string> Story(RecordedMarket.Replayed replay, string topic) =>
    [
        .. replay.Topics[topic]
            .GroupBy(record => (record.Key, Collector: record.Headers["source"].Split('/')[^1]))
            .OrderBy(group => group.Key.Key, StringComparer.Ordinal).ThenBy(group => group.Key.Collector, StringComparer.Ordinal)
            .SelectMany(group => group.Select(record =>
                $"{group.Key.Collector} {group.Key.Key} epoch {record.Headers["epoch"]} {Encoding.UTF8.GetString(record.Value)}")),
    ];
}
