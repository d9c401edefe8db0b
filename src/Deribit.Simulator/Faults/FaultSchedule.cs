namespace Deribit.Simulator.Faults;

/// <summary>Faults by chance, the same for the same seed, connection number and frames.</summary>
public sealed record FaultSchedule
{
    /// <summary>The seed. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The chance per frame, 0 to 1, of each kind. Only kinds that concern frames count; their sum is at most 1.</summary>
    public required IReadOnlyDictionary<FaultKind, double> Rates { get; init; }

    /// <summary>Which channels: a name or a pattern with <c>*</c>. Default: all.</summary>
    public string Channel { get; init; } = "*";
}
