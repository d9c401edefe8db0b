namespace MarketData.ServiceDefaults;

/// <summary>What one part of a service says about being ready.</summary>
/// <param name="Reasons">Why it is not ready, each as <c>code: sentence</c> with a stable snake_case code; empty when ready.</param>
public sealed record Readiness(IReadOnlyList<string> Reasons)
{
    /// <summary>Ready, with nothing to say.</summary>
    public static Readiness Ready { get; } = new([]);

    /// <summary>
    /// Whether the reasons only mean that the service does its work less well (some books resyncing): <c>/health</c> then stays 200 and
    /// says <c>degraded</c>.
    /// </summary>
    public bool DegradedOnly { get; init; }

    /// <summary>Figures that help to understand the state: counts, ages, addresses. No secrets.</summary>
    public IReadOnlyDictionary<string, object> Data { get; init; } = new Dictionary<string, object>();
}
