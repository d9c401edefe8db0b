using System.Collections.Immutable;
using MarketData.Pipeline;

namespace MarketData.Kafka.Replicas;

/// <summary>
/// This process's share of the instruments at one moment: what the gate answers from. Immutable; replaced as a whole by its one writer.
/// </summary>
/// <param name="Parts">One for each partition of the symbols; empty before the number of partitions is known.</param>
internal sealed record Share(ImmutableArray<Part> Parts)
{
    /// <summary>The share before anything is known.</summary>
    public static Share Empty { get; } = new(ImmutableArray<Part>.Empty);

    /// <summary>The partition of an instrument's key; -1 before the number of partitions is known.</summary>
    public int PartitionOf(string key) => Parts.Length == 0 ? -1 : KeyPartitioner.Of(key, Parts.Length);

    /// <summary>Whether an instrument is this process's to collect.</summary>
    public bool Owns(string key) =>
        PartitionOf(key) is >= 0 and var partition && Parts[partition].Standing is Standing.Owned or Standing.Suspended or Standing.Resuming;

    /// <summary>Whether it is not settled yet whose an instrument is.</summary>
    public bool Awaits(string key) =>
        PartitionOf(key) is var partition && (partition < 0 || Parts[partition].Standing is Standing.Unknown or Standing.Pending);

    /// <summary>Whether it is settled that an instrument is another's.</summary>
    public bool IsAnothers(string key) => !Owns(key) && !Awaits(key);

    /// <summary>Whether an event may be published.</summary>
    /// <param name="key">The event's key.</param>
    /// <param name="receivedAtUnixNs">When it was received.</param>
    /// <param name="isProven">Whether the membership is proven now.</param>
    public GateAnswer Ask(string key, long receivedAtUnixNs, bool isProven)
    {
        // What concerns no instrument tells of this process itself.
        if (key.EndsWith(".*", StringComparison.Ordinal))
            return isProven ? GateAnswer.Open : GateAnswer.Hold;
        if (PartitionOf(key) is not (>= 0 and var partition))
            return GateAnswer.Hold;
        var part = Parts[partition];
        return part.Standing switch
        {
            Standing.Foreign => GateAnswer.Lost,
            Standing.Owned or Standing.Leaving when receivedAtUnixNs < part.OpenFromUnixNs => GateAnswer.Lost,
            Standing.Owned or Standing.Leaving => isProven ? GateAnswer.Open : GateAnswer.Hold,
            _ => GateAnswer.Hold,
        };
    }

    /// <summary>The partitions of a standing.</summary>
    public IEnumerable<int> In(params Standing[] standings) =>
        Enumerable.Range(0, Parts.Length).Where(partition => standings.Contains(Parts[partition].Standing));

    /// <summary>The share with another standing of some partitions.</summary>
    public Share With(IEnumerable<int> partitions, Func<Part, Part> change)
    {
        var parts = Parts.ToBuilder();
        foreach (var partition in partitions.Where(partition => partition < parts.Count))
            parts[partition] = change(parts[partition]);
        return new Share(parts.ToImmutable());
    }
}
