using MarketData.Pipeline;

namespace MarketData.Tests.Pipeline;

/// <summary>A lane that does what the test says.</summary>
internal sealed class FakeLane(string name) : ILane
{
    public string Name { get; } = name;

    public LagHistogram Lag { get; } = new(TimeProvider.System);

    public LaneCounters Counters { get; } = new();

    public LaneStatus Status { get; set; } = new(LaneState.Ready);

    public List<MarketDataEvent> Events { get; } = [];

    public Exception? StartFault { get; set; }

    /// <summary>What becomes of each publish; by default it is done at once.</summary>
    public Func<CancellationToken, ValueTask> Publish { get; set; } = _ => ValueTask.CompletedTask;

    public Func<CancellationToken, Task<bool>> Drain { get; set; } = _ => Task.FromResult(true);

    /// <summary>Every word about the intake, in order.</summary>
    public List<bool> Held { get; } = [];

    public bool Started { get; private set; }

    public bool Disposed { get; private set; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (StartFault is not null)
            throw StartFault;
        Started = true;
        return Task.CompletedTask;
    }

    public ValueTask PublishAsync(MarketDataEvent marketEvent, CancellationToken cancellationToken)
    {
        Events.Add(marketEvent);
        return Publish(cancellationToken);
    }

    public void OnIntakeHeld(bool held) => Held.Add(held);

    public Task<bool> DrainAsync(CancellationToken cancellationToken) => Drain(cancellationToken);

    public ValueTask DisposeAsync()
    {
        Disposed = true;
        return ValueTask.CompletedTask;
    }
}
