namespace Deribit.Simulator.Replay;

/// <summary>One recorded trade: its instrument, its place in the sequence, its decimals, and its bytes as recorded.</summary>
internal sealed record RecordedTrade(
    string Instrument, long Seq, long TimestampUnixMs, int PriceScale, int AmountScale, ReadOnlyMemory<byte> Json);
