using Microsoft.Extensions.Time.Testing;

namespace Deribit.Client.Tests.Session;

public sealed class CallBudgetTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Nine_subscribe_calls_go_at_once_and_then_three_and_a_third_a_second()
    {
        var clock = new FakeTimeProvider();
        var budget = new DeribitCallBudget(timeProvider: clock);
        for (var i = 0; i < 9; i++)
        {
            Assert.True(budget.TakeAsync(DeribitCallBudget.SubscribeCost, None).AsTask().IsCompletedSuccessfully);
        }

        var tenth = budget.TakeAsync(DeribitCallBudget.SubscribeCost, None).AsTask();
        var eleventh = budget.TakeAsync(DeribitCallBudget.SubscribeCost, None).AsTask();
        clock.Advance(TimeSpan.FromMilliseconds(299));
        Assert.False(tenth.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(2));
        await tenth;
        Assert.False(eleventh.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(300));
        await eleventh;
    }

    [Fact]
    public async Task Calls_that_can_wait_leave_half_of_the_pool_to_those_that_cannot()
    {
        var clock = new FakeTimeProvider();
        var budget = new DeribitCallBudget(timeProvider: clock);
        var calls = 0;
        for (; budget.HasSpare; calls++) await budget.TakeAsync(DeribitCallBudget.CallCost, None);
        Assert.Equal(27, calls);
        Assert.True(budget.TakeAsync(4 * DeribitCallBudget.SubscribeCost, None).AsTask().IsCompletedSuccessfully);
        clock.Advance(TimeSpan.FromSeconds(1.2));
        Assert.False(budget.HasSpare);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(budget.HasSpare);
    }

    [Fact]
    public async Task A_cancelled_payer_gets_its_credits_back()
    {
        var clock = new FakeTimeProvider();
        var budget = new DeribitCallBudget(timeProvider: clock);
        await budget.TakeAsync(27_000, None);
        using var stop = new CancellationTokenSource();
        var waiting = budget.TakeAsync(27_000, stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.True(budget.TakeAsync(27_000, None).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_cool_down_holds_everybody_and_doubles_when_it_is_followed_by_another()
    {
        var clock = new FakeTimeProvider();
        var budget = new DeribitCallBudget(timeProvider: clock);
        Assert.Equal(TimeSpan.FromSeconds(3), budget.CoolDown());
        Assert.Equal(TimeSpan.FromSeconds(3), budget.CoolDown());
        var waiting = budget.TakeAsync(500, None).AsTask();
        clock.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(waiting.IsCompleted);
        while (!waiting.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await waiting;
        Assert.Equal(TimeSpan.FromSeconds(6), budget.CoolDown());
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(TimeSpan.FromSeconds(3), budget.CoolDown());
    }
}
