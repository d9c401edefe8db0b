namespace Deribit.Simulator;

/// <summary>The exchange's own book at one change id. Immutable.</summary>
/// <param name="InstrumentName">The exchange's name.</param>
/// <param name="ChangeId">The id of the last change.</param>
/// <param name="TimestampUnixMs">When it happened, milliseconds since the epoch, the simulator's clock.</param>
/// <param name="Bids">Best (highest) first.</param>
/// <param name="Asks">Best (lowest) first.</param>
public sealed record SimulatedBook(
    string InstrumentName, long ChangeId, long TimestampUnixMs, IReadOnlyList<SimulatedLevel> Bids, IReadOnlyList<SimulatedLevel> Asks);
