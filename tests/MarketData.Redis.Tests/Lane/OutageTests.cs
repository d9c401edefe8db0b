using MarketData.Pipeline;
using MarketData.Redis.Tests.Support;
using StackExchange.Redis;

namespace MarketData.Redis.Tests.Lane;

public sealed class OutageTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Redis_away_at_start_is_no_error_and_heals_by_itself()
    {
        await using var test = new LaneUnderTest();
        test.Link.Spoil = static _ => LaneUnderTest.ConnectionLost();

        await test.Lane.StartAsync(Token);
        Assert.Equal(LaneState.Degraded, test.Lane.Status.State);
        Assert.StartsWith("redis_unreachable: Redis at 127.0.0.1:6379", test.Lane.Status.Reason, StringComparison.Ordinal);
        test.Publish(Market.Trade("A", 1));
        test.Publish(Market.Trade("A", 2));

        test.Link.Spoil = null;
        await test.AdvanceUntilAsync(() => test.Lane.Status.State == LaneState.Ready, "the lane is ready");
        await test.SettleAsync();
        Assert.Equal(2, Market.NumberOf(test.Link.Value("deribit.A:trade"), "trade_seq"));
        Assert.Equal(1, test.Counters.Conflated);
        Assert.Equal(1, test.Log.Count(7101));
    }

    [Theory]
    [InlineData("READONLY You can't write against a read only replica.", "redis_refused")]
    [InlineData("OOM command not allowed when used memory > 'maxmemory'.", "redis_refused")]
    [InlineData("NOAUTH Authentication required.", "redis_denied")]
    public async Task Refused_write_is_kept_and_retried_with_the_newest_value(string refusal, string code)
    {
        await using var test = await LaneUnderTest.StartAsync();
        test.Link.Spoil = command => command.StartsWith("SET", StringComparison.Ordinal) ? LaneUnderTest.Refusal(refusal) : null;

        test.Publish(Market.Trade("A", 1));
        await Eventually.TrueAsync(() => test.Lane.Status.State == LaneState.Degraded, "the refusal shows");
        Assert.StartsWith($"{code}: ", test.Lane.Status.Reason, StringComparison.Ordinal);
        Assert.Contains(refusal, test.Lane.Status.Reason, StringComparison.Ordinal);
        test.Publish(Market.Trade("A", 2));
        Assert.Equal(1, test.Lane.Unsettled);
        test.AssertConserved();

        test.Link.Spoil = null;
        await test.AdvanceUntilAsync(() => test.Lane.Status.State == LaneState.Ready, "the lane is ready");
        await test.SettleAsync();
        Assert.Equal(1, test.Counters.Acknowledged);
        Assert.Equal(1, test.Counters.Conflated);
        Assert.Equal(2, Market.NumberOf(test.Link.Value("deribit.A:trade"), "trade_seq"));
    }

    [Fact]
    public async Task Write_whose_answer_was_lost_is_written_again_and_counted_once()
    {
        await using var test = await LaneUnderTest.StartAsync();
        test.Link.SpoiledTakesEffect = true;
        test.Link.Spoil = static command => command.StartsWith("SET", StringComparison.Ordinal)
            ? new RedisTimeoutException(CommandFlags.None, "Timeout; counters", CommandStatus.Sent)
            : null;

        test.Publish(Market.Trade("A", 1));
        await Eventually.TrueAsync(() => test.Lane.Status.State == LaneState.Degraded, "the timeout shows");
        Assert.Contains("(no answer in time)", test.Lane.Status.Reason, StringComparison.Ordinal);
        test.Link.Spoil = null;
        await test.AdvanceUntilAsync(() => test.Lane.Status.State == LaneState.Ready, "the lane is ready");
        await test.SettleAsync();

        Assert.Equal(1, test.Counters.Acknowledged);
        Assert.True(test.Link.Count("SET deribit.A:trade") >= 2);
    }

    [Fact]
    public async Task Redis_that_comes_back_empty_gets_every_live_key_and_no_other()
    {
        await using var test = await LaneUnderTest.StartAsync();
        test.Publish(Market.Trade("OLD", 1));
        await test.SettleAsync();
        test.Time.Advance(TimeSpan.FromSeconds(61));
        for (var i = 0; i < 600; i++)
            test.Publish(Market.Snapshot($"I{i}", 1));
        test.Publish(Market.Trade("A", 1));
        test.Publish(Market.Ticker("A", 1));
        await test.SettleAsync();
        var acknowledged = test.Counters.Acknowledged;

        test.Link.Spoil = static _ => LaneUnderTest.ConnectionLost();
        test.Publish(Market.Update("I0", 2));
        await Eventually.TrueAsync(() => test.Lane.Status.State == LaneState.Degraded, "the outage shows");
        test.Publish(Market.Integrity("I1", IntegrityKind.Gap));
        test.Publish(Market.Update("I0", 3));
        test.Link.Restart();
        test.Link.Spoil = null;
        await test.AdvanceUntilAsync(() => test.Lane.Status.State == LaneState.Ready, "the lane is ready");
        await test.SettleAsync();

        Assert.Equal(599 + 2, test.Link.Keys.Length);
        Assert.DoesNotContain("deribit.I1:orderbook", test.Link.Keys);
        Assert.DoesNotContain("deribit.OLD:trade", test.Link.Keys);
        Assert.Equal(3, Market.ChangeIdOf(test.Link.Value("deribit.I0:orderbook")));
        Assert.Equal(acknowledged + 1, test.Counters.Acknowledged);
    }

    [Fact]
    public async Task Redis_that_comes_back_with_its_data_loses_the_books_that_left_sync_meanwhile()
    {
        await using var test = await LaneUnderTest.StartAsync();
        test.Publish(Market.Snapshot("A", 1));
        await test.SettleAsync();
        test.Link.Spoil = static _ => LaneUnderTest.ConnectionLost();
        test.Publish(Market.Integrity("A", IntegrityKind.Gap));
        await Eventually.TrueAsync(() => test.Lane.Status.State == LaneState.Degraded, "the outage shows");
        Assert.NotNull(test.Link.Value("deribit.A:orderbook"));

        test.Link.Spoil = null;
        await test.AdvanceUntilAsync(() => test.Link.Value("deribit.A:orderbook") is null, "the key is deleted");
    }

    [Fact]
    public async Task Reconnect_between_two_batches_is_noticed_and_every_key_written_anew()
    {
        await using var test = await LaneUnderTest.StartAsync();
        test.Publish(Market.Snapshot("A", 1));
        test.Publish(Market.Trade("A", 1));
        await test.SettleAsync();

        test.Link.Restart();
        await test.AdvanceUntilAsync(() => test.Link.Keys.Length == 2, "both keys are back");
    }

    [Fact]
    public async Task Lost_connection_shows_in_the_status_without_any_traffic()
    {
        await using var test = await LaneUnderTest.StartAsync();
        test.Link.IsConnected = false;
        test.Link.Spoil = static _ => LaneUnderTest.ConnectionLost();

        await test.AdvanceUntilAsync(() => test.Lane.Status.State == LaneState.Degraded, "the loss shows");

        test.Link.IsConnected = true;
        test.Link.Spoil = null;
        await test.AdvanceUntilAsync(() => test.Lane.Status.State == LaneState.Ready, "the lane is ready");
    }

    [Fact]
    public async Task Refused_login_at_start_is_a_sink_error()
    {
        await using var test = new LaneUnderTest();
        test.Link.Spoil = static _ => LaneUnderTest.Refusal("WRONGPASS invalid username-password pair");

        var error = await Assert.ThrowsAsync<SinkError>(() => test.Lane.StartAsync(Token));

        Assert.Equal("redis", error.Sink);
        Assert.Contains("WRONGPASS", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NOPERM no access to the channel", true)]
    [InlineData("ERR no room", false)]
    public async Task Refused_publish_is_reported_while_values_are_still_stored(string refusal, bool lacksRights)
    {
        await using var test = await LaneUnderTest.StartAsync();
        test.Link.Spoil = command => command.StartsWith("PUBLISH", StringComparison.Ordinal) ? LaneUnderTest.Refusal(refusal) : null;

        test.Publish(Market.Trade("A", 1));
        await test.SettleAsync();
        await Eventually.TrueAsync(() => test.Lane.Status.State == LaneState.Degraded, "the refusal shows");
        Assert.StartsWith("redis_publish_refused: ", test.Lane.Status.Reason, StringComparison.Ordinal);
        Assert.Equal(lacksRights, test.Lane.Status.Reason.Contains("channel rights", StringComparison.Ordinal));
        Assert.Equal(1, test.Counters.Acknowledged);

        test.Link.Spoil = null;
        test.Publish(Market.Trade("A", 2));
        await Eventually.TrueAsync(() => test.Lane.Status.State == LaneState.Ready, "the refusal is over");
        Assert.Equal(1, test.Log.Count(7107));
    }
}
