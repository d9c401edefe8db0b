namespace Deribit.Client.Tests.Session;

/// <summary>A list that can be waited on; no sleeps, no polling.</summary>
internal sealed class Watched<T>
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly Lock _lock = new();
    private readonly List<T> _items = [];
    private TaskCompletionSource _changed = New();

    public IReadOnlyList<T> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _items];
            }
        }
    }

    public void Add(T item)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _items.Add(item);
            changed = _changed;
            _changed = New();
        }

        changed.TrySetResult();
    }

    /// <summary>Waits until the items fulfil a condition.</summary>
    public async Task<IReadOnlyList<T>> UntilAsync(Func<IReadOnlyList<T>, bool> condition, string what)
    {
        using var timeout = new CancellationTokenSource(Deadline);
        while (true)
        {
            Task changed;
            IReadOnlyList<T> all;
            lock (_lock)
            {
                all = [.. _items];
                changed = _changed.Task;
            }

            if (condition(all))
            {
                return all;
            }

            try
            {
                await changed.WaitAsync(timeout.Token);
            }
            catch (OperationCanceledException)
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
                throw new TimeoutException($"Waited in vain for {what}; there were: "
                    + $"{string.Join("; ", all.Select(one => one?.ToString()))}");
            }
        }
    }

    /// <summary>Waits for the first item that fulfils a condition.</summary>
    public async Task<T> FirstAsync(Func<T, bool> condition, string what) =>
        (await UntilAsync(all => all.Any(condition), what)).First(condition);

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
