namespace MarketData.Cli.Up;

/// <summary>What the person asked of <c>up</c>, validated.</summary>
internal sealed record UpOptions
{
    public ExchangeChoice Exchange { get; init; } = ExchangeChoice.Simulated;

    /// <summary>In a replay: what is replayed.</summary>
    public IReadOnlyList<string> ReplayFiles { get; init; } = [];

    /// <summary>In a replay: how many times faster than recorded; null = as fast as the sinks take it.</summary>
    public double? Speed { get; init; } = 1;

    /// <summary>In a replay: stay up behind its end, until stopped.</summary>
    public bool Stays { get; init; }

    /// <summary>In a replay: whether it may write to the Kafka and the Redis of the configuration, where live collectors may write, too.</summary>
    public bool ToConfiguredServers { get; init; }

    /// <summary>Names and patterns; null = what the configuration says (everything, when simulated or replayed).</summary>
    public string? Symbols { get; init; }

    /// <summary>Whether a Kafka of this process is archived in files.</summary>
    public bool HasHistory { get; init; } = true;

    /// <summary>How long to run; null = until stopped.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Port of the embedded Redis; 0 = any free one.</summary>
    public int RedisPort { get; init; }

    /// <summary>Port of health and metrics; 0 = any free one; null = what the configuration says.</summary>
    public int? HttpPort { get; init; }

    /// <summary>Where to write the addresses as JSON; null = nowhere.</summary>
    public string? AddressesFile { get; init; }

    /// <summary>Plain lines even on a terminal.</summary>
    public bool Plain { get; init; }

    /// <summary>The simulated market.</summary>
    public SimulatedMarket Market { get; init; } = new();

    /// <summary>Configuration directory; null = found by itself.</summary>
    public string? ConfigDirectory { get; init; }
}
