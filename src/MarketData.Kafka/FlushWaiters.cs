namespace MarketData.Kafka;

/// <summary>Those who wait for a number to be reached. Safe from any thread.</summary>
internal sealed class FlushWaiters
{
    private readonly Lock _gate = new();
    private readonly List<(long Target, TaskCompletionSource Done)> _waiters = [];
    private volatile bool _hasAny;
    // How far it came before the end; null before it.
    private long? _end;

    /// <summary>Whether anybody waits; cheap.</summary>
    public bool HasAny => _hasAny;

    /// <summary>Adds one who waits; after the end nobody does, for it was reached or never will be.</summary>
    public Task Add(long target)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_end is { } end)
                return target <= end ? Task.CompletedTask : Task.FromException(Ended());
            _waiters.Add((target, done));
            _hasAny = true;
        }
        return done.Task;
    }

    /// <summary>Lets those go on whose number is reached.</summary>
    public void Complete(long reached)
    {
        lock (_gate)
        {
            foreach (var (target, done) in _waiters)
            {
                if (target <= reached)
                    done.TrySetResult();
            }
            _waiters.RemoveAll(waiter => waiter.Target <= reached);
            _hasAny = _waiters.Count > 0;
        }
    }

    /// <summary>Nothing more will be reached.</summary>
    public void End(long reached)
    {
        Complete(reached);
        lock (_gate)
        {
            _end = reached;
            foreach (var (_, done) in _waiters)
                done.TrySetException(Ended());
            _waiters.Clear();
        }
    }

    private static SinkError Ended() => new("kafka", "The Kafka lane ended before everything was acknowledged.");
}
