namespace Deribit.Simulator;

/// <summary>One trade as the exchange knows it. Immutable.</summary>
/// <param name="InstrumentName">The exchange's name.</param>
/// <param name="TradeSeq">Counts up by one within the instrument.</param>
/// <param name="TradeId">Unique within the currency.</param>
/// <param name="TimestampUnixMs">Milliseconds since the epoch, the simulator's clock.</param>
/// <param name="Price">Exact.</param>
/// <param name="Amount">Exact.</param>
/// <param name="IsBuy">The taker bought.</param>
public sealed record SimulatedTrade(
    string InstrumentName, long TradeSeq, string TradeId, long TimestampUnixMs, decimal Price, decimal Amount, bool IsBuy)
{
    /// <summary>On a leg's trade: the combo; else null.</summary>
    public string? ComboId { get; init; }

    /// <summary>On a leg's trade: the id of the combo's trade; else null.</summary>
    public string? ComboTradeId { get; init; }
}
