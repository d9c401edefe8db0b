using Deribit.Client.Json;

namespace Deribit.Client;

/// <summary>
/// One frame of a trades channel. The client reuses the frame's instance and its list: both are valid until the next message is read, and
/// belong to the thread that reads. The trades themselves are new objects that may be kept.
/// </summary>
public sealed class DeribitTrades : DeribitMessage
{
    internal DeribitTrades(PaddedBuffer frame) => Frame = frame;

    /// <summary>The channel, for example <c>trades.BTC-PERPETUAL.100ms</c> or <c>trades.option.any.raw</c>.</summary>
    public string Channel { get; internal set; } = "";

    /// <summary>The instrument of the channel; null when the channel covers many.</summary>
    public string? InstrumentName { get; internal set; }

    /// <summary>The trades in the exchange's order.</summary>
    public IReadOnlyList<DeribitTrade> Trades => TradeList;

    /// <summary>The frame's bytes.</summary>
    public ReadOnlySpan<byte> RawFrame => Frame.Text;

    internal List<DeribitTrade> TradeList { get; } = [];

    private PaddedBuffer Frame { get; }
}
