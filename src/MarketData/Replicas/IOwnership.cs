using MarketData.Pipeline;

namespace MarketData.Replicas;

/// <summary>
/// Which instruments this replica owns. Comes in: what the replicas' consumer group deals out. Goes out: answers to <see cref="IPublishGate"/>
/// and calls to the <see cref="IOwnershipHandler"/>. Owns: the membership in the group and its lease. Runs on: a task of its own.
/// </summary>
public interface IOwnership : IPublishGate, IAsyncDisposable
{
    /// <summary>Whether this replica is a member whose share is known. Any thread.</summary>
    bool IsMember { get; }

    /// <summary>Reason codes, <c>code: sentence</c>, of what keeps the replica from its share; empty when it has one. Any thread.</summary>
    IReadOnlyList<string> Reasons { get; }

    /// <summary>
    /// Reason codes, <c>code: sentence</c>, of what is wrong with other replicas, as far as this one hears, and of what this one cannot tell
    /// them. Any thread.
    /// </summary>
    IReadOnlyList<string> Warnings => [];

    /// <summary>How many of the partitions, by which the instruments are dealt out, this replica has; zeros when that is not known. Any thread.</summary>
    (int Owned, int All) Partitions => default;

    /// <summary>Starts to join; returns at once. While no broker answers, it goes on trying.</summary>
    /// <param name="handler">Told of every change of the share, one call at a time.</param>
    void Start(IOwnershipHandler handler);

    /// <summary>Whether the instrument belongs to this replica's share. Any thread.</summary>
    /// <param name="key">The instrument's key, <c>deribit.BTC-PERPETUAL</c>.</param>
    bool Owns(string key);

    /// <summary>
    /// Whether it is settled that the instrument is another replica's, or about to be: this one neither has it nor waits to be told whose it is.
    /// What is collected already goes on until then. Any thread.
    /// </summary>
    /// <param name="key">The instrument's key, <c>deribit.BTC-PERPETUAL</c>.</param>
    bool IsAnothers(string key);

    /// <summary>Leaves the group, after the last event was acknowledged, so that others take over at once.</summary>
    /// <param name="cancellationToken">The deadline.</param>
    Task LeaveAsync(CancellationToken cancellationToken);
}
