namespace MarketData.Kafka;

/// <content>Who waits until everything before has its outcome.</content>
internal sealed partial class KafkaSender
{
    private readonly FlushWaiters _flushes = new();

    /// <summary>Waits until the first so many events of the queue, and all that lay on disk before them, have their outcome.</summary>
    /// <param name="events">How many events had been put into the queue.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="SinkError">The lane ended before.</exception>
    public Task FlushAsync(long events, CancellationToken cancellationToken)
    {
        var done = _flushes.Add(events);
        _wake.Set();
        return done.WaitAsync(cancellationToken);
    }

    private void CompleteFlushes() => _flushes.Complete(SettledUpTo());

    /// <summary>The first so many events of the queue have their outcome.</summary>
    private long SettledUpTo()
    {
        // In this order, against a message that moves on meanwhile.
        var settled = _isSpilling ? _readOrder : _order;
        if (_encoded.TryPeek(out var encoded))
            settled = Math.Min(settled, encoded.Order - 1);
        if (Volatile.Read(ref _rejecting) != 0 || !_rejections.IsEmpty)
            return -1;
        return _inFlight.OldestOrder is { } oldest ? Math.Min(settled, oldest - 1) : settled;
    }
}
