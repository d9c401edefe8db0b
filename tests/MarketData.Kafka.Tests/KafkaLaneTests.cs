using System.Text;
using MarketData.Kafka.Tests.Support;
using MarketData.Pipeline;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace MarketData.Kafka.Tests;

public sealed class KafkaLaneTests
{
    private readonly FakeBroker _broker = new();
    private readonly FakeTopics _topics = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ListLogger<KafkaLane> _log = new();
    private readonly KafkaOptions _options = new() { BootstrapServers = "kafka:9092" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Event_is_sent_with_topic_key_headers_and_value_of_its_type()
    {
        await using var lane = await StartAsync();
        await lane.PublishAsync(TestEvents.Book("BTC-PERPETUAL", 7, epoch: 3), Token);
        await lane.PublishAsync(TestEvents.Trade("BTC-PERPETUAL", 8), Token);
        await lane.PublishAsync(TestEvents.Ticker("BTC-PERPETUAL"), Token);
        await lane.PublishAsync(TestEvents.Integrity("BTC-PERPETUAL", "why"), Token);
        Assert.True(await lane.DrainAsync(Token));

        Assert.Equal(
            ["market.orderbook", "market.trades", "market.ticker", "market.integrity"], _broker.Log.Select(message => message.Topic));
        var book = _broker.Log.First();
        Assert.Equal("deribit.BTC-PERPETUAL", Encoding.UTF8.GetString(book.Key));
        Assert.Equal("{\"k\":\"deribit.BTC-PERPETUAL\",\"id\":7}", Encoding.UTF8.GetString(book.Value));
        Assert.Equal("market-data/1", Header(book, "schema"));
        Assert.Equal("application/json", Header(book, "content-type"));
        Assert.Equal("test-collector", Header(book, "source"));
        Assert.Equal("3", Header(book, "epoch"));
        AssertConserved(lane, acknowledged: 4);
    }

    [Fact]
    public async Task Integrity_event_with_a_raw_frame_also_becomes_a_dead_letter_counted_apart()
    {
        await using var lane = await StartAsync();
        await lane.PublishAsync(TestEvents.Integrity("ETH-PERPETUAL", "the price is no number", "{bad"u8.ToArray()), Token);
        Assert.True(await lane.DrainAsync(Token));

        var letter = Assert.Single(_broker.Log, message => message.Topic == "market.dead-letter");
        Assert.Equal("{bad", Encoding.UTF8.GetString(letter.Value));
        Assert.Equal("the price is no number", Header(letter, "reason"));
        Assert.Equal("orderbook", Header(letter, "channel"));
        Assert.Equal("ETH-PERPETUAL", Header(letter, "instrument"));
        Assert.Equal(1, lane.KafkaCounters.DeadLetters);
        AssertConserved(lane, acknowledged: 1);
    }

    [Fact]
    public async Task Producer_queue_full_pauses_without_a_busy_loop_and_loses_nothing()
    {
        const int Room = 10;
        const int Events = 500;
        _broker.AcknowledgeAtOnce = false;
        _broker.Answer = (_, waiting) => new ProduceOutcome(waiting < Room ? ProduceResult.Accepted : ProduceResult.QueueFull);
        await using var lane = await StartAsync();
        for (var id = 1; id <= Events; id++)
            await lane.PublishAsync(TestEvents.Book("A", id), Token);
        await Conditions.UntilAsync(() => lane.KafkaCounters.QueueFullPauses == 1, "the producer's queue is full");

        // Nothing is asked of a full producer while nothing changes, however much is published.
        Assert.Equal(Room + 1, _broker.ProduceCalls);
        var drain = lane.DrainAsync(Token);
        await Conditions.UntilAsync(() => drain.IsCompleted, "all is acknowledged", () => _broker.Link.Acknowledge(3));
        Assert.True(await drain);
        Assert.Equal(Enumerable.Range(1, Events).Select(id => (long)id), _broker.Ids("market.orderbook"));
        Assert.InRange(_broker.ProduceCalls - Events, 1, Events / (Room / 2) + 1);
        AssertConserved(lane, acknowledged: Events);
    }

    [Fact]
    public async Task Full_lane_makes_publishing_wait_says_so_and_recovers_by_itself()
    {
        _options.QueueCapacity = 4;
        _broker.Answer = (_, _) => new ProduceOutcome(ProduceResult.QueueFull);
        await using var lane = await StartAsync();
        var published = 6;
        var waiting = await FillAsync(lane, Token);
        Assert.Equal(LaneState.Ready, lane.Status.State);
        _time.Advance(_options.FullGrace);
        Assert.Equal(LaneState.Full, lane.Status.State);
        Assert.StartsWith("kafka_queue_full: ", lane.Status.Reason, StringComparison.Ordinal);

        _broker.Answer = (_, _) => new ProduceOutcome(ProduceResult.Accepted);
        await Conditions.UntilAsync(() => waiting.IsCompleted, "publishing goes on", () => _time.Advance(TimeSpan.FromMilliseconds(50)));
        await waiting;
        await Conditions.UntilAsync(() => lane.Status.State == LaneState.Ready, "ready again");
        Assert.True(await lane.DrainAsync(Token));
        Assert.Equal(Enumerable.Range(1, published).Select(id => (long)id), _broker.Ids("market.orderbook"));
        AssertConserved(lane, acknowledged: published);
    }

    [Fact]
    public async Task Publishing_given_up_while_full_counts_as_rejected_and_is_logged()
    {
        _options.QueueCapacity = 1;
        _broker.Answer = (_, _) => new ProduceOutcome(ProduceResult.QueueFull);
        await using var lane = await StartAsync();
        using var giveUp = new CancellationTokenSource();
        var waiting = await FillAsync(lane, giveUp.Token);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal((1L, 1L), (lane.Counters.Rejected, lane.Counters.Lost));
        Assert.Contains(_log.Entries, entry => entry is { Id: 7012, Level: LogLevel.Error });
    }

    [Fact]
    public async Task Fatal_producer_is_replaced_and_what_it_did_not_acknowledge_is_sent_again_in_order()
    {
        _broker.AcknowledgeAtOnce = false;
        await using var lane = await StartAsync();
        for (var id = 1; id <= 5; id++)
            await lane.PublishAsync(TestEvents.Book("A", id), Token);
        await Conditions.UntilAsync(() => _broker.Link.Waiting.Count == 5, "all are sent");
        var broken = _broker.Link;
        broken.Acknowledge(2);
        broken.Events.OnUnresolved(broken.Waiting.ToArray()[2], mayBeStored: false, ownFault: false, "purged");
        broken.Events.OnFatal("the sequence is out of order");
        Assert.Equal(LaneState.Degraded, lane.Status.State);
        await Conditions.UntilAsync(() => _broker.Links == 2 && _broker.Link.Waiting.Count == 3, "sent again", Second);

        Assert.True(broken.Disposed);
        Assert.Equal([1L, 2, 3, 4, 5, 3, 4, 5], _broker.Ids("market.orderbook"));
        Assert.Equal([true, true, false], _broker.Link.Waiting.Select(message => message.Headers.Any(header => header.Key == "resent")));
        Assert.Equal(2, lane.KafkaCounters.Resent);
        Assert.Equal(1, lane.KafkaCounters.ProducerRebuilds);
        _broker.Link.Acknowledge();
        Assert.Equal(LaneState.Ready, lane.Status.State);
        Assert.True(await lane.DrainAsync(Token));
        AssertConserved(lane, acknowledged: 5);
    }

    [Fact]
    public async Task Producer_that_stays_broken_fails_the_lane_and_rejects_what_is_left_loudly()
    {
        _options.RebuildAttempts = 3;
        _broker.Answer = (_, _) => new ProduceOutcome(ProduceResult.Broken, "cluster authorization failed");
        await using var lane = await StartAsync();
        await lane.PublishAsync(TestEvents.Book("A", 1), Token);
        await Conditions.UntilAsync(() => lane.Status.State == LaneState.Failed && lane.Counters.Rejected == 1, "the lane gave up", Second);

        Assert.Equal(4, _broker.Links);
        Assert.Contains("cluster authorization failed", lane.Status.Reason, StringComparison.Ordinal);
        await Assert.ThrowsAsync<SinkError>(async () => await lane.PublishAsync(TestEvents.Book("A", 2), Token));
        Assert.False(await lane.DrainAsync(Token));
        Assert.Equal((2L, 2L), (lane.Counters.Rejected, lane.Counters.Lost));
        Assert.Equal(0, lane.Counters.Queued);
        Assert.Contains(_log.Entries, entry => entry is { Id: 7011, Level: LogLevel.Critical });
    }

    [Fact]
    public async Task Message_that_can_never_be_taken_is_rejected_reported_and_kept_as_a_dead_letter()
    {
        _broker.Answer = (message, _) => message.Event is TradeEvent { TradeSequence: 2 }
            ? new ProduceOutcome(ProduceResult.Refused, "MsgSizeTooLarge: too large")
            : new ProduceOutcome(ProduceResult.Accepted);
        await using var lane = await StartAsync();
        for (var sequence = 1; sequence <= 3; sequence++)
            await lane.PublishAsync(TestEvents.Trade("A", sequence), Token);
        await Conditions.UntilAsync(() => lane.KafkaCounters.DeadLetters == 1 && lane.Counters.Queued == 0, "reported");

        Assert.Equal([1L, 3], _broker.Ids("market.trades"));
        var letter = Assert.Single(_broker.Log, message => message.Topic == "market.dead-letter");
        Assert.Equal(TestEvents.Json("deribit.A", 2), Encoding.UTF8.GetString(letter.Value));
        Assert.Equal("MsgSizeTooLarge: too large", Header(letter, "reason"));
        Assert.Equal("market.trades", Header(letter, "topic"));
        var report = Assert.IsType<IntegrityEvent>(Assert.Single(_broker.Log, message => message.Topic == "market.integrity").Event);
        Assert.Equal((IntegrityKind.Rejected, "trade", 2L, 2L), (report.Kind, report.Channel, report.FromId, report.ToId));
        Assert.StartsWith("kafka_rejecting: ", lane.Status.Reason, StringComparison.Ordinal);
        Assert.Contains(_log.Entries, entry => entry is { Id: 7007, Level: LogLevel.Error });
        Assert.True(await lane.DrainAsync(Token));
        Assert.Equal((4L, 3L, 1L, 0L), (lane.Counters.In, lane.Counters.Acknowledged, lane.Counters.Rejected, lane.Counters.Queued));
        Assert.Equal(0, lane.Counters.Lost);
    }

    [Fact]
    public async Task Dead_letter_that_can_never_be_taken_is_counted_and_ends_there()
    {
        _broker.Answer = (_, _) => new ProduceOutcome(ProduceResult.Refused, "TopicAuthorizationFailed: denied");
        await using var lane = await StartAsync();
        await lane.PublishAsync(TestEvents.Trade("A", 1), Token);
        Assert.True(await lane.DrainAsync(Token));

        // The trade and the report of its rejection, each with a dead letter.
        Assert.Equal((2L, 2L), (lane.Counters.In, lane.Counters.Rejected));
        Assert.Equal(2, lane.KafkaCounters.DeadLettersLost);
    }

    [Fact]
    public async Task Unexplained_failure_of_one_message_is_tried_again_and_then_rejected()
    {
        _broker.AcknowledgeAtOnce = false;
        await using var lane = await StartAsync();
        await lane.PublishAsync(TestEvents.Trade("A", 1), Token);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await Conditions.UntilAsync(() => _broker.Links == attempt && !_broker.Link.Waiting.IsEmpty, $"attempt {attempt}", Second);
            Assert.True(_broker.Link.Waiting.TryDequeue(out var message));
            _broker.Link.Events.OnUnresolved(message, mayBeStored: false, ownFault: true, "KafkaStorageError: disk");
        }
        Assert.Equal(1, lane.Counters.Rejected);
        await Conditions.UntilAsync(() => _broker.Link.Waiting.Count == 2, "report and dead letter are sent");
        _broker.Link.Acknowledge();
        Assert.True(await lane.DrainAsync(Token));
    }

    [Fact]
    public async Task Event_that_cannot_be_encoded_is_rejected_and_the_others_go_on()
    {
        await using var lane = await StartAsync((marketEvent, output) =>
        {
            if (marketEvent is TradeEvent { TradeSequence: 2 })
                throw new InvalidOperationException("no such number");
            TestEvents.Encode(marketEvent, output);
        });
        for (var sequence = 1; sequence <= 3; sequence++)
            await lane.PublishAsync(TestEvents.Trade("A", sequence), Token);
        Assert.True(await lane.DrainAsync(Token));
        Assert.Equal([1L, 3], _broker.Ids("market.trades"));
        Assert.Equal((4L, 3L, 1L), (lane.Counters.In, lane.Counters.Acknowledged, lane.Counters.Rejected));
    }

    [Fact]
    public async Task Drain_deadline_counts_what_is_left_as_rejected_and_logs_it()
    {
        _broker.AcknowledgeAtOnce = false;
        await using var lane = await StartAsync();
        for (var id = 1; id <= 5; id++)
            await lane.PublishAsync(TestEvents.Book("A", id), Token);
        await Conditions.UntilAsync(() => _broker.Link.Waiting.Count == 5, "all are sent");
        _broker.Link.Acknowledge(2);
        using var deadline = new CancellationTokenSource();
        var drain = lane.DrainAsync(deadline.Token);
        Assert.False(drain.IsCompleted);
        await deadline.CancelAsync();

        Assert.False(await drain);
        Assert.Equal((5L, 2L, 3L, 0L), (lane.Counters.In, lane.Counters.Acknowledged, lane.Counters.Rejected, lane.Counters.Queued));
        Assert.Contains(_log.Entries, entry => entry is { Id: 7010, Level: LogLevel.Error });
        Assert.True(_broker.Link.Disposed);
    }

    [Fact]
    public async Task Old_unacknowledged_message_degrades_the_lane_until_acknowledged()
    {
        _broker.AcknowledgeAtOnce = false;
        await using var lane = await StartAsync();
        await lane.PublishAsync(TestEvents.Book("A", 1), Token);
        await Conditions.UntilAsync(() => _broker.Link.Waiting.Count == 1, "sent");
        Assert.Equal(LaneState.Ready, lane.Status.State);
        _time.Advance(_options.StallGrace);
        Assert.Equal(LaneState.Degraded, lane.Status.State);
        Assert.StartsWith("kafka_unreachable: ", lane.Status.Reason, StringComparison.Ordinal);
        _broker.Link.Acknowledge();
        Assert.Equal(new LaneStatus(LaneState.Ready), lane.Status);
    }

    [Fact]
    public async Task Brokers_down_degrade_the_lane_until_one_answers()
    {
        await using var lane = await StartAsync();
        _broker.Link.Events.OnUnreachable("1/1 brokers are down");
        Assert.Equal(LaneState.Degraded, lane.Status.State);
        Assert.StartsWith("kafka_unreachable: ", lane.Status.Reason, StringComparison.Ordinal);
        _broker.Link.Events.OnReachable();
        Assert.Equal(LaneState.Ready, lane.Status.State);
    }

    [Fact]
    public async Task Kafka_away_at_start_keeps_events_and_sends_none_before_the_topics_exist()
    {
        _topics.Outcome = new TopicsOutcome(TopicsState.Unreachable, "Local_Transport: refused.");
        await using var lane = await StartAsync();
        await lane.PublishAsync(TestEvents.Book("A", 1), Token);
        Assert.Equal(LaneState.Degraded, lane.Status.State);
        Assert.StartsWith("kafka_unreachable: ", lane.Status.Reason, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Empty(_broker.Log);

        _topics.Outcome = FakeTopics.Ready;
        await Conditions.UntilAsync(() => lane.Counters.Acknowledged == 1, "delivered", Second);
        Assert.Equal(LaneState.Ready, lane.Status.State);
    }

    [Fact]
    public async Task Topic_that_cannot_be_created_is_a_sink_error_that_names_it()
    {
        _topics.Outcome = new TopicsOutcome(TopicsState.Refused, "The topics market.trades are missing and cannot be created: denied.");
        await using var lane = NewLane();
        var error = await Assert.ThrowsAsync<SinkError>(() => lane.StartAsync(Token));
        Assert.Contains("market.trades", error.Message, StringComparison.Ordinal);
        Assert.Equal(LaneState.Failed, lane.Status.State);
        await Assert.ThrowsAsync<SinkError>(async () => await lane.PublishAsync(TestEvents.Book("A", 1), Token));
    }

    [Fact]
    public async Task Lag_is_recorded_from_receive_to_acknowledgement()
    {
        _broker.AcknowledgeAtOnce = false;
        var lag = new LagHistogram(_time);
        await using var lane = await StartAsync(lag: lag);
        var receivedAt = (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        await lane.PublishAsync(TestEvents.Book("A", 1, receivedAtUnixNs: receivedAt), Token);
        await Conditions.UntilAsync(() => _broker.Link.Waiting.Count == 1, "sent");
        _time.Advance(TimeSpan.FromMilliseconds(40));
        _broker.Link.Acknowledge();
        var snapshot = lag.Snapshot();
        Assert.Equal(1, snapshot.Count);
        Assert.InRange(snapshot.Max.TotalMilliseconds, 39.9, 40.1);
    }

    /// <summary>Publishes with nothing taken: one with the sender, as many as the queue holds, and one that waits.</summary>
    private async Task<Task> FillAsync(KafkaLane lane, CancellationToken cancellationToken)
    {
        await lane.PublishAsync(TestEvents.Book("A", 1), cancellationToken);
        await Conditions.UntilAsync(() => lane.KafkaCounters.QueueFullPauses > 0, "the sender holds the first");
        for (var id = 2; id <= _options.QueueCapacity + 1; id++)
            await lane.PublishAsync(TestEvents.Book("A", id), cancellationToken);
        var waiting = lane.PublishAsync(TestEvents.Book("A", _options.QueueCapacity + 2), cancellationToken).AsTask();
        Assert.False(waiting.IsCompleted);
        return waiting;
    }

    private void Second() => _time.Advance(TimeSpan.FromSeconds(1));

    private KafkaLane NewLane(EventEncoder? encoder = null, LagHistogram? lag = null) =>
        new(_options, "test-collector", encoder ?? TestEvents.Encode, _time, _log, lag, _broker.Open, _topics);

    private async Task<KafkaLane> StartAsync(EventEncoder? encoder = null, LagHistogram? lag = null)
    {
        var lane = NewLane(encoder, lag);
        await lane.StartAsync(Token);
        return lane;
    }

    private static string Header(PendingMessage message, string name) =>
        Encoding.UTF8.GetString(message.Headers.Single(header => header.Key == name).GetValueBytes());

    private static void AssertConserved(KafkaLane lane, long acknowledged)
    {
        Assert.Equal(
            (acknowledged, acknowledged, 0L, 0L),
            (lane.Counters.In, lane.Counters.Acknowledged, lane.Counters.Rejected, lane.Counters.Queued));
    }
}
