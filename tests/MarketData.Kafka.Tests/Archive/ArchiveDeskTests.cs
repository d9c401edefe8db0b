using Confluent.Kafka;
using MarketData.History;
using MarketData.Kafka.Archive;
using MarketData.Kafka.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace MarketData.Kafka.Tests.Archive;

/// <summary>What is between Kafka and the history: when batches go, and up to where a partition may be committed.</summary>
public sealed class ArchiveDeskTests : IDisposable
{
    private static readonly TopicPartition _trades = new("trades", 0);
    private static readonly TopicPartition _books = new("books", 3);
    private readonly FakeTimeProvider _time = new();
    private readonly GatedHistory _history = new();
    private readonly ArchiveCounters _counters = new();
    private readonly List<(TopicPartition Partition, long Expected, long Came)> _jumps = [];
    private readonly List<(long Offset, string Reason)> _buried = [];
    private readonly TaskCompletionSource _mayBury = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ArchiveOptions _options = new() { BatchRows = 3, BatchBytes = 1_000, BatchAge = TimeSpan.FromSeconds(1) };
    private readonly ArchiveDesk _desk;

    public ArchiveDeskTests()
    {
        _desk = new ArchiveDesk(_options, _history, BuryAsync, (partition, expected, came) => _jumps.Add((partition, expected, came)), _counters, _time);
        _desk.Begin(_trades, 10);
        _desk.Begin(_books, null);
    }

    [Fact]
    public async Task Batch_goes_when_it_has_the_rows()
    {
        Take(_trades, 10, 2);
        Assert.False(_desk.Advance(false, Stop));
        Assert.Equal(0, _history.Count);
        Take(_trades, 12, 1);
        await AdvanceUntilSentAsync(1);
        Assert.Equal((HistoryTable.Trades, 3), _history.Batches[0]);
    }

    [Fact]
    public async Task Batch_goes_when_it_has_the_bytes()
    {
        _desk.Take(Record(_trades, 10, TestEvents.Trade("A", 10), new byte[1_000]));
        await AdvanceUntilSentAsync(1);
        Assert.Equal((HistoryTable.Trades, 1), _history.Batches[0]);
    }

    [Fact]
    public async Task Batch_goes_when_it_is_old_enough()
    {
        Take(_trades, 10, 1);
        _time.Advance(_options.BatchAge);
        await AdvanceUntilSentAsync(1);
        Assert.Equal((HistoryTable.Trades, 1), _history.Batches[0]);
    }

    [Fact]
    public async Task One_batch_of_a_table_is_written_at_a_time_and_a_full_table_holds_back_its_topics_only()
    {
        Take(_trades, 10, 3);
        await AdvanceUntilSentAsync(1);
        Assert.Empty(_desk.FullTopics);
        Take(_trades, 13, 3);
        _desk.Advance(false, Stop);
        Assert.Equal(["trades"], _desk.FullTopics);
        Assert.Equal(1, _history.Count);
        _history.Pass(HistoryTable.Trades);
        await AdvanceUntilSentAsync(2);
        Assert.Empty(_desk.FullTopics);
    }

    [Fact]
    public async Task Partition_is_durable_up_to_the_first_record_that_is_not_through()
    {
        // Two tables share the topic of books; the updates are stored first.
        _desk.Take(Record(_books, 50, TestEvents.Book("A", 1)));
        _desk.Take(Record(_books, 51, TestEvents.Book("A", 2) with { Action = BookAction.Snapshot }));
        _desk.Take(Record(_books, 52, TestEvents.Book("A", 3)));
        Assert.Equal(50, Uncommitted(_books));
        await AdvanceUntilSentAsync(2, flush: true);
        _history.Pass(HistoryTable.BookUpdates);
        await AdvanceUntilEndAsync();
        Assert.Equal(51, Uncommitted(_books));
        _history.Pass(HistoryTable.BookSnapshots);
        await AdvanceUntilEndAsync();
        Assert.Equal(53, Uncommitted(_books));
        _desk.Committed(_desk.Uncommitted());
        Assert.Empty(_desk.Uncommitted());
        Assert.Equal((3, 3, 0), (_counters.Read, _counters.Stored, _counters.Waiting));
    }

    [Fact]
    public async Task Records_that_are_not_written_yet_go_back_with_their_partition()
    {
        Take(_trades, 10, 3);
        await AdvanceUntilSentAsync(1);
        Take(_trades, 13, 2);
        _desk.End(new HashSet<TopicPartition> { _trades });
        Assert.Equal((5, 2, 3), (_counters.Read, _counters.Returned, _counters.Waiting));
        // A record that the library had already fetched is the new owner's.
        Take(_trades, 15, 1);
        _history.Pass(HistoryTable.Trades);
        await AdvanceUntilEndAsync();
        Assert.True(_desk.IsEmpty);
        Assert.Empty(_desk.Uncommitted());
        Assert.Equal((5, 3, 2), (_counters.Read, _counters.Stored, _counters.Returned));
    }

    [Fact]
    public async Task Batch_that_another_owner_read_again_does_not_take_the_commit_back()
    {
        Take(_trades, 10, 3);
        await AdvanceUntilSentAsync(1);
        _desk.End(new HashSet<TopicPartition> { _trades });
        // Another member came as far as 900 meanwhile.
        _desk.Begin(_trades, 900);
        Assert.Empty(_desk.Uncommitted());
        Take(_trades, 900, 1);
        _history.Pass(HistoryTable.Trades);
        await AdvanceUntilSentAsync(2, flush: true);
        Assert.Empty(_desk.Uncommitted());
        _history.Pass(HistoryTable.Trades);
        await AdvanceUntilEndAsync();
        Assert.Equal(901, Uncommitted(_trades));
        Assert.Empty(_jumps);
    }

    [Fact]
    public async Task Partition_that_begins_anew_is_committed_back_to_where_it_is()
    {
        Take(_trades, 10, 1);
        Take(_trades, 0, 1);
        await AdvanceUntilSentAsync(1, flush: true);
        _history.Pass(HistoryTable.Trades);
        await AdvanceUntilEndAsync();
        Assert.Equal(1, Uncommitted(_trades));
        Assert.Equal([(_trades, 11, 0)], _jumps);
    }

    [Fact]
    public void Record_that_is_not_the_next_one_is_told_in_both_directions()
    {
        Take(_trades, 10, 1);
        Take(_trades, 14, 1);
        Take(_trades, 0, 1);
        Take(_books, 7, 2);
        Assert.Equal([(_trades, 11, 14), (_trades, 15, 0)], _jumps);
    }

    [Fact]
    public async Task Record_that_is_no_event_is_durable_when_its_dead_letter_is()
    {
        _desk.Take(Record(_trades, 10, null));
        _time.Advance(_options.BatchAge);
        _desk.Advance(false, Stop);
        Assert.Empty(_desk.Uncommitted());
        _mayBury.SetResult();
        await AdvanceUntilEndAsync();
        Assert.Equal(11, Uncommitted(_trades));
        Assert.Equal([(10, "unreadable_event: test")], _buried);
        Assert.Equal((1, 0, 1), (_counters.Read, _counters.Stored, _counters.DeadLetters));
    }

    [Fact]
    public async Task Event_that_the_history_rejects_is_a_dead_letter_and_the_others_are_stored()
    {
        _history.Reject = "value_out_of_range: test";
        _mayBury.SetResult();
        Take(_trades, 10, 3);
        await AdvanceUntilSentAsync(1);
        _history.Pass(HistoryTable.Trades);
        await AdvanceUntilEndAsync();
        Assert.Equal([(10, "value_out_of_range: test")], _buried);
        Assert.Equal((3, 2, 1, 0), (_counters.Read, _counters.Stored, _counters.DeadLetters, _counters.Waiting));
        Assert.Equal(13, Uncommitted(_trades));
    }

    [Fact]
    public async Task Batch_that_can_never_be_stored_is_thrown_and_nothing_of_it_is_durable()
    {
        Take(_trades, 10, 3);
        await AdvanceUntilSentAsync(1);
        _history.Fail(HistoryTable.Trades, new SinkError("gated", "drift"));
        await Assert.ThrowsAsync<SinkError>(AdvanceUntilEndAsync);
        Assert.Empty(_desk.Uncommitted());
    }

    public void Dispose() => _history.Dispose();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static ArchiveRecord Record(TopicPartition partition, long offset, MarketDataEvent? marketEvent, byte[]? value = null) => new()
    {
        Partition = partition, Offset = offset, Key = [], Value = value ?? [1], Event = marketEvent,
        Fault = marketEvent is null ? "unreadable_event: test" : "",
    };

    private void Take(TopicPartition partition, long offset, int count)
    {
        for (var i = 0; i < count; i++) _desk.Take(Record(partition, offset + i, TestEvents.Trade("A", offset + i)));
    }

    private long Uncommitted(TopicPartition partition) => _desk.Uncommitted().Single(durable => durable.TopicPartition == partition).Offset.Value;

    private Task AdvanceUntilSentAsync(int batches, bool flush = false) => Conditions.UntilAsync(() =>
    {
        _desk.Advance(flush, Stop);
        return _history.Count == batches;
    }, $"{batches} batches were sent");

    private Task AdvanceUntilEndAsync() => Conditions.UntilAsync(() => _desk.Advance(false, Stop), "a batch ended");

    private async Task BuryAsync(ArchiveRecord record, string reason, CancellationToken cancellationToken)
    {
        await _mayBury.Task.WaitAsync(cancellationToken);
        _buried.Add((record.Offset, reason));
    }
}
