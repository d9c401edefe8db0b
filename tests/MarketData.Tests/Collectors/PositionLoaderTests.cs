using MarketData.Collectors;
using MarketData.Trades;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MarketData.Tests.Collectors;

/// <summary>When the loader asks where a tape ended.</summary>
public sealed class PositionLoaderTests
{
    private const string Key = "venue.A-PERP";

    [Fact]
    public async Task Instrument_that_this_process_collected_before_is_asked_about_when_its_last_trades_are_out()
    {
        var (store, flushed) = (new CountingPositions(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var flushes = 0;
        Task FlushAsync(CancellationToken cancellationToken)
        {
            flushes++;
            return flushed.Task.WaitAsync(cancellationToken);
        }

        var loader = new PositionLoader(store, FlushAsync, new FollowerOptions(), new FakeTimeProvider(), () => { }, NullLogger.Instance, "test");
        loader.Ask([Key], TestContext.Current.CancellationToken);
        await loader.StopAsync();
        Assert.Equal((0, 1), (flushes, store.Asked));
        loader.Ask([Key], TestContext.Current.CancellationToken);
        Assert.True(loader.IsReady(Key, out _));
        loader.Begun(Key);
        loader.Ended(Key);

        loader.Ask([Key], TestContext.Current.CancellationToken);
        Assert.Equal(1, store.Asked);
        flushed.SetResult();
        await loader.StopAsync();
        Assert.Equal((1, 2), (flushes, store.Asked));
    }

    [Fact]
    public async Task Answer_about_an_instrument_that_was_not_begun_is_not_kept_until_it_comes_back()
    {
        var store = new CountingPositions();
        var loader = New(store, new FakeTimeProvider());
        loader.Ask([Key], TestContext.Current.CancellationToken);
        await loader.StopAsync();
        // The share went to another replica before it began.
        loader.Ask([], TestContext.Current.CancellationToken);
        Assert.False(loader.IsOpen);
        loader.Ask([Key], TestContext.Current.CancellationToken);
        Assert.False(loader.IsReady(Key, out _));
        await loader.StopAsync();
        loader.Ask([Key], TestContext.Current.CancellationToken);
        Assert.True(loader.IsReady(Key, out _));
        Assert.Equal(2, store.Asked);
    }

    [Fact]
    public async Task Answer_to_a_question_from_before_the_instrument_was_forgotten_does_not_count()
    {
        var store = new CountingPositions { Gate = new TaskCompletionSource() };
        var loader = New(store, new FakeTimeProvider());
        loader.Ask([Key], TestContext.Current.CancellationToken);
        loader.Ask([], TestContext.Current.CancellationToken);
        loader.Ask([Key], TestContext.Current.CancellationToken);
        store.Gate.SetResult();
        await loader.StopAsync();
        loader.Ask([Key], TestContext.Current.CancellationToken);
        Assert.False(loader.IsReady(Key, out _));
        await loader.StopAsync();
        loader.Ask([Key], TestContext.Current.CancellationToken);
        Assert.True(loader.IsReady(Key, out _));
    }

    [Fact]
    public async Task Store_that_refuses_is_asked_again_after_a_pause()
    {
        var (store, time) = (new CountingPositions { Refuses = true }, new FakeTimeProvider());
        var loader = New(store, time);
        for (var pass = 0; pass < 10; pass++)
        {
            loader.Ask([Key], TestContext.Current.CancellationToken);
            await loader.StopAsync();
        }

        Assert.Equal(1, store.Asked);
        Assert.NotNull(loader.Fault);
        time.Advance(TimeSpan.FromSeconds(2));
        loader.Ask([Key], TestContext.Current.CancellationToken);
        await loader.StopAsync();
        Assert.Equal(2, store.Asked);
    }

    private static PositionLoader New(ITradePositions store, TimeProvider time) => new(
        store, _ => Task.CompletedTask, new FollowerOptions(), time, () => { }, NullLogger.Instance, "test");

    private sealed class CountingPositions : ITradePositions
    {
        public int Asked { get; private set; }

        public TaskCompletionSource? Gate { get; init; }

        public bool Refuses { get; init; }

        public async Task<IReadOnlyDictionary<string, TradePosition>> LoadAsync(
            IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
        {
            Asked++;
            if (Gate is not null)
                await Gate.Task;
            return Refuses ? throw new InvalidOperationException("No.") : new Dictionary<string, TradePosition>();
        }
    }
}
