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

    /// <summary>Waits until an answer may have changed.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task WaitForChangeAsync(CancellationToken cancellationToken);
}
