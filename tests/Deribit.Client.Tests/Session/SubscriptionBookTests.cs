using Deribit.Client.Session;
using Microsoft.Extensions.Time.Testing;

namespace Deribit.Client.Tests.Session;

public sealed class SubscriptionBookTests
{
    private const long Generation = 7;
    private readonly FakeTimeProvider _clock = new();
    private readonly SubscriptionBook _book;

    public SubscriptionBookTests()
    {
        _book = new SubscriptionBook(new DeribitClientOptions { SubscribeAttempts = 3 }, _clock);
        _book.BeginConnection(Generation, rawDenied: false);
    }

    [Fact]
    public void A_channel_that_was_taken_back_while_it_was_subscribed_is_unsubscribed()
    {
        _book.Want(["a"]);
        var batch = Next();
        _book.Unwant(["a"]);
        _book.Subscribed(Generation, batch!.Channels, Set("a"));
        Assert.Equal(("public/unsubscribe", "a"), (Next()!.Method, Next()!.Channels.Single()));
        _book.Unsubscribed(Generation, ["a"]);
        Assert.Null(Next());
    }

    [Fact]
    public void A_channel_taken_back_and_wanted_again_is_unsubscribed_first_so_that_a_snapshot_comes()
    {
        _book.Want(["a"]);
        _book.Subscribed(Generation, Next()!.Channels, Set("a"));
        _book.Unwant(["a"]);
        _book.Want(["a"]);
        Assert.Equal("public/unsubscribe", Next()!.Method);
        _book.Unsubscribed(Generation, ["a"]);
        Assert.Equal("public/subscribe", Next()!.Method);
    }

    [Fact]
    public void A_channel_taken_back_and_wanted_again_while_it_was_being_subscribed_is_unsubscribed_and_subscribed_anew()
    {
        _book.Want(["a"]);
        var batch = Next();
        Assert.Equal(["a"], _book.Unwant(["a"]));
        _book.Want(["a"]);
        _book.Subscribed(Generation, batch!.Channels, Set("a"));
        Assert.Equal(0, _book.Summary().Acknowledged);
        Assert.Equal("public/unsubscribe", Next()!.Method);
        _book.Unsubscribed(Generation, ["a"]);
        Assert.Equal("public/subscribe", Next()!.Method);
        _book.Subscribed(Generation, ["a"], Set("a"));
        Assert.Equal(1, _book.Summary().Acknowledged);
    }

    [Fact]
    public void A_channel_that_was_never_asked_for_or_is_shared_has_nothing_to_end()
    {
        _book.Want(["a", "b.raw", "b.100ms"]);
        Assert.Empty(_book.Unwant(["a", "unknown"]));
        _book.DenyRaw(["b.raw"]);
        _book.Subscribed(Generation, Next()!.Channels, Set("b.100ms"));
        Assert.Empty(_book.Unwant(["b.raw"]));
        Assert.Equal(["b.100ms"], _book.Unwant(["b.100ms"]));
    }

    [Fact]
    public void A_given_up_channel_gets_one_attempt_on_a_new_connection_and_all_of_them_when_wanted_again()
    {
        _book.Want(["a"]);
        Refuse();
        Refuse();
        Assert.True(Refuse().GivenUp);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(Next());
        Assert.Equal(["a"], _book.Summary().Unavailable);
        _book.BeginConnection(Generation, rawDenied: false);
        Assert.Equal(["a"], _book.Summary().Unavailable);
        Assert.True(Refuse().GivenUp);
        Assert.Null(Next());
        _book.Want(["a"]);
        Assert.False(Refuse().GivenUp);
    }

    [Fact]
    public void Names_come_back_in_another_case_and_still_match()
    {
        _book.Want(["user.portfolio.BTC"]);
        Assert.Equal("private/subscribe", Next()!.Method);
        Assert.Empty(_book.Subscribed(Generation, ["user.portfolio.BTC"], Set("user.portfolio.btc")));
        Assert.Equal((1, 1), (_book.Summary().Wanted, _book.Summary().Acknowledged));
    }

    [Fact]
    public void A_raw_channel_and_its_100ms_channel_share_one_subscription_after_the_fall_back()
    {
        _book.Want(["a.raw", "a.100ms"]);
        _book.DenyRaw(["a.raw", "a.100ms"]);
        Assert.Equal(["a.100ms"], Next()!.Channels);
        _book.Subscribed(Generation, ["a.100ms"], Set("a.100ms"));
        Assert.Equal(2, _book.Summary().Acknowledged);
        _book.Unwant(["a.raw"]);
        Assert.Null(Next());
        _book.Unwant(["a.100ms"]);
        Assert.Equal("public/unsubscribe", Next()!.Method);
    }

    [Fact]
    public void A_held_channel_is_left_alone_until_it_is_released()
    {
        _book.Want(["a"]);
        var held = _book.Hold(Generation, ["a", "unknown"]);
        Assert.Equal(["a"], held.Keys);
        Assert.Null(Next());
        _book.Release(Generation, held.Values);
        Assert.Equal(["a"], Next()!.Channels);
    }

    [Fact]
    public void Putting_off_delays_every_call_that_is_due()
    {
        _book.Want(["a"]);
        _book.PutOff(TimeSpan.FromSeconds(5));
        Assert.Null(Next());
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.NotNull(Next());
    }

    [Fact]
    public async Task Waiting_ends_when_a_retry_is_due_and_when_a_wish_comes()
    {
        _book.Want(["a"]);
        await _book.WaitAsync(CancellationToken.None);
        Refuse();
        var waiting = _book.WaitAsync(CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(2));
        await waiting;
        Refuse();
        waiting = _book.WaitAsync(CancellationToken.None);
        _book.Want(["b"]);
        await waiting;
        Assert.Equal(["b"], Next()!.Channels);
    }

    [Fact]
    public void A_reply_of_an_old_connection_acknowledges_nothing_on_the_new_one()
    {
        _book.Want(["a"]);
        var batch = Next();
        _book.EndConnection();
        _book.BeginConnection(Generation + 1, rawDenied: false);
        _book.Subscribed(Generation, batch!.Channels, Set("a"));
        Assert.Equal(0, _book.Summary().Acknowledged);
        Assert.Equal(["a"], Next()!.Channels);
    }

    private static HashSet<string> Set(params string[] names) => new(names, StringComparer.OrdinalIgnoreCase);

    private SubscriptionBatch? Next() => _book.NextBatch(500, 30_000);

    private Refusal Refuse()
    {
        _clock.Advance(TimeSpan.FromMinutes(1));
        var batch = Next();
        Assert.NotNull(batch);
        return _book.Subscribed(Generation, batch.Channels, Set()).Single();
    }
}
