namespace MarketData.Cli.Embedded;

/// <summary>What the person asked of <c>embedded</c>.</summary>
internal sealed record EmbeddedOptions
{
    /// <summary>The simulated exchange's market; null = no exchange.</summary>
    public SimulatedMarket? Market { get; init; }

    /// <summary>Port of health and metrics; 0 = any free one; null = what the configuration says.</summary>
    public int? HttpPort { get; init; }

    /// <summary>Where to write the addresses as JSON; null = nowhere.</summary>
    public string? AddressesFile { get; init; }

    /// <summary>Configuration directory; null = found by itself.</summary>
    public string? ConfigDirectory { get; init; }
}
