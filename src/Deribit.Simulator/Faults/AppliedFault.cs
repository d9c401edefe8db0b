namespace Deribit.Simulator.Faults;

/// <summary>One entry of the ledger: a fault as it was applied.</summary>
/// <param name="Time">When, by the simulator's clock.</param>
/// <param name="Kind">What was done.</param>
/// <param name="ConnectionId">To which connection; 0 when it concerns none.</param>
/// <param name="Channel">On which channel, or which method; empty when it concerns neither.</param>
/// <param name="ChangeId">The change id (books) or first trade_seq (trades) of the frame concerned; 0 when it has none.</param>
public sealed record AppliedFault(DateTimeOffset Time, FaultKind Kind, long ConnectionId, string Channel, long ChangeId);
