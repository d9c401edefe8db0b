namespace Deribit.Simulator.Market;

/// <summary>One trade, in ticks and lots.</summary>
internal readonly record struct Fill(
    long Seq, long TradeNumber, long TimestampUnixMs, long Price, long Amount, bool IsBuy,
    byte TickDirection, long Mark, long IndexHundredths);
