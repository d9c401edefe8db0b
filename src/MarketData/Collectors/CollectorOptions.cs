namespace MarketData.Collectors;

/// <summary>What makes one collector differ from another.</summary>
public sealed record CollectorOptions
{
    /// <summary>The collector's name in logs, health and the <c>source</c> header: <c>orderbooks</c>, <c>trades</c>, <c>tickers</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it collects.</summary>
    public required DataKind Kinds { get; init; }
}
