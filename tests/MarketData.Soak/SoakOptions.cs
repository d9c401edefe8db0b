namespace MarketData.Soak;

/// <summary>What one world is to do.</summary>
internal sealed record SoakOptions
{
    /// <summary>The number from which everything follows.</summary>
    public ulong Seed { get; init; }

    /// <summary>Virtual time with faults; a calm follows.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(10);

    public Mutation Mutation { get; init; }

    /// <summary>Prints a number over everything that was stored, to compare runs.</summary>
    public bool Digest { get; init; }

    /// <summary>Tells every fault as it happens, and the code's log.</summary>
    public bool Verbose { get; init; }
}
