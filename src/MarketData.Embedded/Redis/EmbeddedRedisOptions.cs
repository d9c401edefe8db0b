namespace MarketData.Embedded;

/// <summary>How <see cref="EmbeddedRedis"/> is set up.</summary>
public sealed class EmbeddedRedisOptions
{
    /// <summary>The loopback port; 0 (the default) picks a free one.</summary>
    public int Port { get; init; }

    /// <summary>
    /// Memory for values in MiB: 8 to 65,536, default 64. When it is full the oldest values are dropped without an error; 64 MiB hold about
    /// 40,000 books of 20 levels.
    /// </summary>
    public int MemoryMiB { get; init; } = 64;
}
