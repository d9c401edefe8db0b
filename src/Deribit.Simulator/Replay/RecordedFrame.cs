using Deribit.Simulator.Channels;

namespace Deribit.Simulator.Replay;

/// <summary>One recorded notification: the line, where its channel name stands in it, and what it is about.</summary>
internal sealed record RecordedFrame
{
    public required ReadOnlyMemory<byte> Line { get; init; }

    /// <summary>First byte of the channel name, behind its quote.</summary>
    public required int ChannelStart { get; init; }

    /// <summary>The quote behind the channel name.</summary>
    public required int ChannelEnd { get; init; }

    public required ChannelName Channel { get; init; }

    public required string ChannelText { get; init; }

    /// <summary>Where the data value lies.</summary>
    public required Range Data { get; init; }

    /// <summary>On the recording's own time line, milliseconds.</summary>
    public required double TimeMs { get; init; }

    /// <summary>Most decimals of a price and of an amount in it; only for frames about one instrument.</summary>
    public int PriceScale { get; init; }

    public int AmountScale { get; init; }

    public RecordedBookEvent? Book { get; init; }

    public IReadOnlyList<RecordedTrade> Trades { get; init; } = [];
}
