using Confluent.Kafka;
using MarketData.Kafka.Tests.Support;

namespace MarketData.Kafka.Tests;

/// <summary>The end of a consumer that ends, breaks, or never ends.</summary>
public sealed class ConsumerEndTests : IDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(1);

    private readonly ManualResetEventSlim _coordinator = new();

    [Fact]
    public void Consumer_that_closes_is_over()
    {
        var end = new ConsumerEnd(ConsumerEnd.Patience);
        Assert.True(end.Close(() => { }));
        Assert.True(end.IsOver);
    }

    [Fact]
    public void Fault_of_the_closing_is_that_of_the_caller()
    {
        var end = new ConsumerEnd(ConsumerEnd.Patience);
        Assert.Throws<KafkaException>(() => end.Close(() => throw new KafkaException(ErrorCode.Local_Fatal)));
        Assert.True(end.IsOver);
    }

    [Fact]
    public async Task Consumer_that_does_not_close_is_left_and_over_when_it_does()
    {
        var end = new ConsumerEnd(Short);
        Assert.False(end.Close(() => _coordinator.Wait(TestContext.Current.CancellationToken), () => Short));
        Assert.False(end.IsOver);
        _coordinator.Set();
        await Conditions.UntilAsync(() => end.IsOver, "the end");
    }

    [Fact]
    public void Consumer_that_has_a_reason_is_waited_for_longer()
    {
        var end = new ConsumerEnd(Short);
        Assert.True(end.Close(() => _coordinator.Wait(TestContext.Current.CancellationToken), () =>
        {
            _coordinator.Set();
            return ConsumerEnd.Patience;
        }));
    }

    public void Dispose() => _coordinator.Dispose();
}
