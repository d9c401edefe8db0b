namespace MarketData.Pipeline;

/// <summary>
/// The way from the collector to one sink. Comes in: events, from one collector thread. Goes out: writes to the sink. Owns: its bounded
/// queue, its counters and its sender, which runs on a task of its own. A slow or absent sink never touches the other lanes, except that a
/// lossless lane that stays full makes <see cref="PublishAsync"/> wait, and so stops the intake rather than dropping.
/// </summary>
public interface ILane : IAsyncDisposable
{
    /// <summary>The sink's name as shown to people: <c>kafka</c>, <c>redis</c>.</summary>
    string Name { get; }

    /// <summary>The lane's counters; safe to read from any thread.</summary>
    LaneCounters Counters { get; }

    /// <summary>How long events took from the socket to the sink's acknowledgement; safe to read from any thread.</summary>
    LagHistogram Lag { get; }

    /// <summary>How the lane does, and why; safe to read from any thread.</summary>
    LaneStatus Status { get; }

    /// <summary>Prepares the sink (topics, connection) and starts the sender.</summary>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="SinkError">The sink refuses in a way that waiting does not cure. A sink that is merely away is not an error.</exception>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Hands one event to the lane. Completes at once unless the lane is lossless and full.</summary>
    /// <param name="marketEvent">The event.</param>
    /// <param name="cancellationToken">Gives up waiting for room; the event is then counted as rejected.</param>
    ValueTask PublishAsync(MarketDataEvent marketEvent, CancellationToken cancellationToken);

    /// <summary>
    /// The intake stands still because another lane is full (true), or goes on (false). What the lane shows as current is not kept current
    /// meanwhile. Called by the publishing task between two events; must not wait. The default does nothing.
    /// </summary>
    /// <param name="held">Whether the intake stands still.</param>
    void OnIntakeHeld(bool held)
    {
    }

    /// <summary>
    /// Waits until everything that was published before the call has its outcome; publishing may go on. The default, for lanes whose
    /// readers need no such promise, completes at once.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="OperationCanceledException">The wait was given up.</exception>
    Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>After the last publish: sends what is queued and waits for the sink's acknowledgements.</summary>
    /// <param name="cancellationToken">The deadline; what is still queued when it fires and not on disk is lost, counted and logged.</param>
    /// <returns>Whether nothing was left behind, lost or on disk; what was refused for good before is not.</returns>
    Task<bool> DrainAsync(CancellationToken cancellationToken);
}
