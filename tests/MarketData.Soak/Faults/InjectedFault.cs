namespace MarketData.Soak.Faults;

/// <summary>One fault that was planned.</summary>
internal sealed class InjectedFault(int number, FaultKind kind, TimeSpan plannedAt)
{
    public int Number { get; } = number;

    public FaultKind Kind { get; } = kind;

    public TimeSpan PlannedAt { get; } = plannedAt;

    /// <summary>What it hit.</summary>
    public string Target { get; set; } = "";

    /// <summary>How often it took effect.</summary>
    public int Hits { get; set; }

    /// <summary>How many interruptions it caused, alone or with others.</summary>
    public int Interruptions { get; set; }

    public override string ToString() => $"#{Number} {Kind} {Target} at {PlannedAt.TotalSeconds:0.000} s ({Hits} hits)";
}
