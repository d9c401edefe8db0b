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
        loader.Ask([], TestContext.Current.CancellationToken);
        Assert.True(loader.IsReady(Key, out _));
        loader.Begun(Key);
        loader.Ended(Key);

        loader.Ask([Key], TestContext.Current.CancellationToken);
        Assert.Equal(1, store.Asked);
        flushed.SetResult();
        await loader.StopAsync();
        Assert.Equal((1, 2), (flushes, store.Asked));
    }

    private sealed class CountingPositions : ITradePositions
    {
        public int Asked { get; private set; }

        public Task<IReadOnlyDictionary<string, TradePosition>> LoadAsync(
            IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
        {
            Asked++;
            return Task.FromResult<IReadOnlyDictionary<string, TradePosition>>(new Dictionary<string, TradePosition>());
        }
    }
}
