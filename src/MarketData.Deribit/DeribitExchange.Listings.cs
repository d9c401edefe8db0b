namespace MarketData.Deribit;

/// <content>News of the instrument list, for whoever decides what is collected.</content>
public sealed partial class DeribitExchange
{
    private readonly Lock _listingsLock = new();
    private TaskCompletionSource _listingsChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _listingsVersion;

    /// <inheritdoc/>
    public async Task<long> WaitForListingsAsync(long seenVersion, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_listingsLock)
            {
                if (_listingsVersion > seenVersion)
                    return _listingsVersion;
                changed = _listingsChanged.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private void ListingsChanged()
    {
        TaskCompletionSource changed;
        lock (_listingsLock)
        {
            _listingsVersion++;
            changed = _listingsChanged;
            _listingsChanged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }
}
