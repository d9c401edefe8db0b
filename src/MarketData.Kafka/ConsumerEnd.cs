namespace MarketData.Kafka;

/// <summary>
/// The end of a consumer, within bounds. Without a coordinator the library goes on looking for one, and for an answer that was on its way when the
/// coordinator went it waits for ever. Comes in: what closes the consumer. Goes out: whether it is over; what is not is left to the end of the
/// process. Owns: the thread that closes. One thread at a time.
/// </summary>
/// <param name="patience">How long closing may take.</param>
internal sealed class ConsumerEnd(TimeSpan patience)
{
    /// <summary>Long enough for a coordinator that is there.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private Task _closing = Task.CompletedTask;

    /// <summary>Whether nothing of a closing runs: the consumer may be disposed.</summary>
    public bool IsOver => _closing.IsCompleted;

    /// <summary>Closes. What that throws in time, this throws.</summary>
    /// <param name="close">Closes the consumer.</param>
    /// <param name="longer">How much longer it may take, asked when the patience is over; null: no longer.</param>
    /// <returns>Whether it was over in time.</returns>
    public bool Close(Action close, Func<TimeSpan>? longer = null)
    {
        _closing = Task.Factory.StartNew(close, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var end = ((IAsyncResult)_closing).AsyncWaitHandle;
        if (!end.WaitOne(patience) && longer is not null) end.WaitOne(longer());
        if (_closing.IsCompleted) _closing.GetAwaiter().GetResult();
        return _closing.IsCompleted;
    }
}
