namespace Deribit.Client;

/// <summary>A leg's trade, as a combo's trade names it. Immutable; may be kept.</summary>
/// <param name="InstrumentName">The leg.</param>
/// <param name="TradeId">The exchange's id of the leg's trade.</param>
/// <param name="TradeSequence">The number of the leg's trade among those of the leg; null when absent.</param>
public sealed record DeribitTradeLeg(string InstrumentName, string TradeId, long? TradeSequence);
