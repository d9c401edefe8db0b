using MarketData.Collectors;
using MarketData.Pipeline;
using MarketData.Tests.Pipeline;
using MarketData.Tests.Symbols;
using MarketData.Trades;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MarketData.Tests.Collectors;

/// <summary>A follower whose surroundings and clock are the test's.</summary>
internal sealed class FollowerRig : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private readonly CancellationTokenSource _stop = new();
    private Task _run = Task.CompletedTask;

    public FollowerRig(bool symbols = true, bool share = false, ITradePositions? positions = null, DataKind kinds = DataKind.OrderBook)
    {
        Symbols = symbols ? new FakeSymbols() : null;
        Share = share ? new FakeShare() : null;
        Pipeline = new EventPipeline([Lane], TimeProvider.System, NullLogger<EventPipeline>.Instance);
        Follower = new SymbolFollower(
            Venue, new CollectorOptions { Name = "test", Kinds = kinds }, new FollowerServices(Symbols, Share, positions), new FollowerOptions(),
            Pipeline, Monitor, Time, NullLogger.Instance);
        Venue.List(Listing.All);
    }

    public FakeTimeProvider Time { get; } = new(Listing.Now);

    public FakeVenue Venue { get; } = new();

    public FakeSymbols? Symbols { get; }

    public FakeShare? Share { get; }

    public FakeLane Lane { get; } = new("kafka");

    public EventPipeline Pipeline { get; }

    public CollectorMonitor Monitor { get; } = new();

    public SymbolFollower Follower { get; }

    /// <summary>Starts with a list and runs until disposed.</summary>
    public async Task StartAsync(params string[] configured)
    {
        await AdvanceUntilAsync(Follower.StartAsync(configured, "symbols", _stop.Token));
        _run = Task.Run(() => Follower.RunAsync(_stop.Token));
    }

    /// <summary>Waits, letting the clock run in small steps, until exactly these are collected.</summary>
    public Task CollectsAsync(params string[] names) => UntilAsync(
        () => Venue.CallCount > 0 && Venue.Collected.SequenceEqual(names.Order(StringComparer.Ordinal)),
        () => $"collected are {string.Join(", ", Venue.Collected)}, not {string.Join(", ", names)}");

    public async Task UntilAsync(Func<bool> condition, Func<string> otherwise, TimeSpan? step = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (_run.IsFaulted)
                await _run;
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Deadline, otherwise());
            Time.Advance(step ?? TimeSpan.FromMilliseconds(20));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public async Task AdvanceUntilAsync(Task task)
    {
        await UntilAsync(() => task.IsCompleted, () => "the task does not end");
        await task;
    }

    public Task Run => _run;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Pipeline.DisposeAsync();
        _stop.Dispose();
    }
}
