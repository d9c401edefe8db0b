namespace Deribit.Simulator.Market;

/// <summary>One trade, in ticks and lots.</summary>
internal readonly record struct Fill(
    long Seq, long TradeNumber, long TimestampUnixMs, long Price, long Amount, bool IsBuy,
    byte TickDirection, long Mark, long IndexHundredths)
{
    /// <summary>On a leg's trade: the combo.</summary>
    public SimInstrument? Combo { get; init; }

    /// <summary>On a leg's trade: the id of the combo's trade.</summary>
    public string? ComboTradeId { get; init; }

    /// <summary>On a combo's trade: what was traded on its legs.</summary>
    public IReadOnlyList<(SimInstrument Instrument, Fill Fill)>? Legs { get; init; }
}
