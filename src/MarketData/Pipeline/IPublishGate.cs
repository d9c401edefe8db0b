namespace MarketData.Pipeline;

/// <summary>
/// Keeps two replicas from publishing one instrument at a time. Comes in: what the replicas' group says. Goes out: an answer for each
/// message that is about to be handed to a sink. Any thread.
/// </summary>
public interface IPublishGate
{
    /// <summary>Whether events of the instrument may be handed to a sink now; cheap enough for every message.</summary>
    /// <param name="key">The instrument's key, <c>deribit.BTC-PERPETUAL</c>; <c>deribit.*</c> for what concerns no instrument.</param>
    GateAnswer Ask(string key);

    /// <summary>
    /// The same for an event with a known time of receipt: one that was received before the instrument came (back) to this replica, while
    /// another may have published it, answers <see cref="GateAnswer.Lost"/> even though the instrument is this replica's now.
    /// </summary>
    /// <param name="key">The instrument's key.</param>
    /// <param name="receivedAtUnixNs">When the event was received, by our clock, in nanoseconds since the Unix epoch.</param>
    GateAnswer Ask(string key, long receivedAtUnixNs) => Ask(key);

    /// <summary>Waits until an answer may have changed; it may complete without a change.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task WaitForChangeAsync(CancellationToken cancellationToken);
}
