using MarketData.Kafka.Tests.Support;
using static MarketData.Kafka.Tests.Support.KafkaProtocol;

namespace MarketData.Kafka.Tests.Archive;

/// <summary>What an archive says when Kafka is away or refuses, and that it goes on by itself.</summary>
[Trait("kind", "integration")]
public sealed class ArchiveTroubleTests : ArchiveTestBase
{
    private static readonly TimeSpan SlowAnswer = TimeSpan.FromSeconds(4);

    // Each part of the end that waits for the coordinator would alone take three seconds, and there are two.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Leaving = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Row42_Offsets_that_no_coordinator_takes_hold_up_neither_what_is_said_nor_what_is_read()
    {
        var archive = await StartAsync(batchAge: TimeSpan.Zero);
        await ProduceAsync(300);
        await Conditions.UntilAsync(() => archive.Counters.Read == 300, "the records");
        Kafka.Down();
        await UntilReasonAsync(archive, "kafka_unreachable");
        // Stored only now: nobody takes the offsets.
        History.Open();
        await Conditions.UntilAsync(() => archive.Counters.Stored == 300, "the records stored");
        Kafka.Up();
        await UntilWellAsync(archive);
        Assert.True(archive.Counters.Stored >= 300, $"{archive.Counters.Stored} stored");
        Kafka.Down();
        await UntilReasonAsync(archive, "kafka_unreachable");
    }

    // A commit whose answer is on its way when the coordinator goes is what the library never gives up by itself.
    [Fact]
    public async Task Row48_Stop_ends_in_its_time_although_the_coordinator_went_before_it_answered_a_commit()
    {
        var archive = await StartAsync(batchAge: TimeSpan.Zero, stopTimeout: StopTimeout);
        await ProduceAsync(300);
        await Conditions.UntilAsync(() => archive.Counters.Read == 300, "the records");
        Kafka.Rtt(SlowAnswer);
        History.Open();
        await Conditions.UntilAsync(() => archive.Counters.Stored == 300, "the records stored");
        // A commit is due every second; by then its answer is on its way, and not there.
        await Task.Delay(SlowAnswer / 2, TimeProvider.System, Token);
        Kafka.Down();
        await UntilReasonAsync(archive, "kafka_unreachable");
        await StopAsync().WaitAsync(Leaving, TimeProvider.System, Token);
    }

    [Fact]
    public async Task Row42_Offsets_that_Kafka_refuses_are_told_and_committed_when_it_takes_them()
    {
        var archive = await StartAsync(batchAge: TimeSpan.Zero);
        Kafka.PushErrors(OffsetCommitApi, [.. Enumerable.Repeat(GroupAuthorizationFailed, 1_000)]);
        History.Open();
        await ProduceAsync(300);
        await UntilWarningAsync(archive, "archiver_not_committed");
        Assert.Empty(archive.Reasons);
        Kafka.ClearErrors(OffsetCommitApi);
        await UntilWellAsync(archive);
    }

    [Fact]
    public async Task Row42_Topic_that_Kafka_refuses_is_told_and_read_when_it_is_granted()
    {
        var archive = await StartAsync(run: false, TimeSpan.Zero);
        Kafka.PushErrors(FetchApi, [.. Enumerable.Repeat(TopicAuthorizationFailed, 1_000)]);
        await ProduceAsync(300);
        Run(archive);
        await UntilReasonAsync(archive, "archiver_topic_refused");
        Assert.Contains("TopicAuthorizationFailed", string.Join(' ', archive.Reasons), StringComparison.Ordinal);
        Kafka.ClearErrors(FetchApi);
        await Conditions.UntilAsync(() => History.Count > 0, "the batch");
        await Conditions.UntilAsync(() => !string.Join(' ', archive.Reasons).Contains(Topic, StringComparison.Ordinal), "well");
    }

    [Fact]
    public async Task Row42_Topic_that_is_not_there_yet_is_told_and_read_when_it_is()
    {
        var archive = await StartAsync(run: false, TimeSpan.Zero);
        Kafka.TopicError(Topic, UnknownTopic);
        History.Open();
        Run(archive);
        await UntilWarningAsync(archive, "archiver_topic_missing");
        Kafka.TopicError(Topic, 0);
        await ProduceAsync(300);
        await UntilWellAsync(archive);
        await Conditions.UntilAsync(() => archive.Counters.Stored == 300, "the records stored");
    }

    [Fact]
    public async Task Beginning_that_Kafka_does_not_tell_is_told_and_nothing_is_read_before_it_does()
    {
        var archive = await StartAsync(run: false, TimeSpan.Zero);
        Kafka.PushErrors(OffsetFetchApi, [.. Enumerable.Repeat(GroupAuthorizationFailed, 1_000)]);
        await ProduceAsync(300);
        Run(archive);
        await UntilReasonAsync(archive, "archiver_offsets_unknown");
        Assert.Equal(0, archive.Counters.Read);
        Kafka.ClearErrors(OffsetFetchApi);
        await UntilWellAsync(archive);
        await Conditions.UntilAsync(() => archive.Counters.Read == 300, "the records");
        Assert.Equal(0, archive.Counters.Lost);
    }

    [Fact]
    public async Task Member_that_Kafka_refuses_says_so_until_it_is_let_in()
    {
        var archive = await StartAsync(run: false);
        Kafka.PushErrors(JoinGroupApi, [.. Enumerable.Repeat(InvalidSessionTimeout, 1_000)]);
        Run(archive);
        await UntilReasonAsync(archive, "archiver_group_refused");
        Assert.Contains("Set kafka.session_timeout_seconds", string.Join(' ', archive.Reasons), StringComparison.Ordinal);
        Kafka.ClearErrors(JoinGroupApi);
        await UntilWellAsync(archive);
    }
}
