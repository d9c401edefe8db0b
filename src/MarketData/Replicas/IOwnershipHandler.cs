using MarketData.Exchanges;

namespace MarketData.Replicas;

/// <summary>What the holder of a share does when it changes. Called by the <see cref="IOwnership"/>, one call at a time.</summary>
public interface IOwnershipHandler
{
    /// <summary>
    /// Everything that was received before this moment, and the beginning of everything that was granted, is on the lanes or out. Null while
    /// that is true of no moment: then what earlier owners said of their end still holds. Any thread.
    /// </summary>
    IntakeMark? TakenUntil { get; }

    /// <summary>Instruments came to this replica: it may begin to collect them when the call returns.</summary>
    /// <param name="takeovers">
    /// For each part of the share that another process held before: who it was and until when it is known to have published.
    /// </param>
    void OnGranted(IReadOnlyList<Takeover> takeovers);

    /// <summary>
    /// Instruments leave this replica. Completes when nothing of them will be published any more: collection ended, and what was collected
    /// is acknowledged.
    /// </summary>
    /// <param name="stillOwned">Whether an instrument's key stays with this replica.</param>
    /// <param name="cancellationToken">The deadline, after which another replica takes them whatever happens here.</param>
    Task OnRevokedAsync(Func<string, bool> stillOwned, CancellationToken cancellationToken);

    /// <summary>The share was lost without notice: others may hold it already. Returns at once.</summary>
    void OnLost();
}
