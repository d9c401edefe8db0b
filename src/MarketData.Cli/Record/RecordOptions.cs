using MarketData.Cli.Up;

namespace MarketData.Cli.Record;

/// <summary>What the person asked of <c>record</c>, validated.</summary>
internal sealed record RecordOptions
{
    /// <summary>The file that is written.</summary>
    public required string File { get; init; }

    /// <summary>Live or testnet.</summary>
    public required ExchangeChoice Exchange { get; init; }

    /// <summary>Names and patterns; null = what the configuration says.</summary>
    public string? Symbols { get; init; }

    /// <summary>How long to record; null = until stopped.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Configuration directory; null = found by itself.</summary>
    public string? ConfigDirectory { get; init; }
}
