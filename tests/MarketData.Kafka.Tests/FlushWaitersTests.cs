namespace MarketData.Kafka.Tests;

public sealed class FlushWaitersTests
{
    [Fact]
    public async Task Flush_after_the_end_of_a_lane_is_done_when_everything_before_it_was_and_else_says_so()
    {
        var waiters = new FlushWaiters();
        var open = waiters.Add(11);
        waiters.End(10);
        Assert.True(waiters.Add(10).IsCompletedSuccessfully);
        await Assert.ThrowsAsync<SinkError>(() => open);
        await Assert.ThrowsAsync<SinkError>(() => waiters.Add(11));
    }
}
