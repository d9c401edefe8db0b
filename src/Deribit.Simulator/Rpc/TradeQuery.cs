namespace Deribit.Simulator.Rpc;

/// <summary>The parameters of <c>public/get_last_trades_by_instrument</c>; bounds are inclusive, null = open.</summary>
internal sealed record TradeQuery(
    long? StartSeq, long? EndSeq, long? StartUnixMs, long? EndUnixMs, int Count, bool Ascending, bool FromHistory = false)
{
    public bool Contains(long seq, long timestampUnixMs) =>
        !(seq < StartSeq || seq > EndSeq || timestampUnixMs < StartUnixMs || timestampUnixMs > EndUnixMs);
}
