namespace Deribit.Simulator;

/// <summary>The simulator at one moment. Immutable.</summary>
/// <param name="Listening">Whether it accepts connections.</param>
/// <param name="Connections">The open WebSocket connections.</param>
/// <param name="FramesSent">Notifications handed to connections since the start.</param>
/// <param name="FaultsApplied">Entries of the fault ledger.</param>
/// <param name="FaultsArmed">Faults that wait for their moment.</param>
/// <param name="ReplayServed">Frames of the recording that the timeline has passed; null in market mode.</param>
/// <param name="ReplayTotal">Frames in the recording; null in market mode.</param>
public sealed record SimulatorStatus(
    bool Listening,
    IReadOnlyList<SimulatorConnection> Connections,
    long FramesSent,
    int FaultsApplied,
    int FaultsArmed,
    long? ReplayServed,
    long? ReplayTotal);
