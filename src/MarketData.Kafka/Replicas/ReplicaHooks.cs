namespace MarketData.Kafka.Replicas;

/// <summary>What a replica needs of the rest of its process.</summary>
internal sealed record ReplicaHooks
{
    /// <summary>Called once at the start.</summary>
    public Action Starting { get; init; } = static () => { };

    /// <summary>
    /// Notes this process's id with what it keeps on disk, and says whose it was before: the processes whose unsent events this one sends.
    /// Called once at the start.
    /// </summary>
    public Func<string, IReadOnlySet<string>> Register { get; init; } = static _ => new HashSet<string>();

    /// <summary>Waits until everything that was handed to Kafka's lane before the call has its outcome.</summary>
    public Func<CancellationToken, Task> FlushAsync { get; init; } = static _ => Task.CompletedTask;

    /// <summary>Whether nothing that was collected waits to be published any more, in memory or on disk, or was given up.</summary>
    public Func<bool> IsEmpty { get; init; } = static () => true;

    /// <summary>What is to be done while the share is still held, after the last event was acknowledged.</summary>
    public Func<CancellationToken, Task> BeforeLeavingAsync { get; init; } = static _ => Task.CompletedTask;

    /// <summary>Reason codes of what else cannot be written to the claims' topic. Any thread.</summary>
    public Func<IReadOnlyList<string>> Warnings { get; init; } = static () => [];

    /// <summary>Called when what this process collected of some instruments before will not be published.</summary>
    public Action<Func<string, bool>> Fenced { get; init; } = _ => { };
}
