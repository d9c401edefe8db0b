using Deribit.Client.Json;

namespace Deribit.Client;

/// <summary>
/// One frame of a grouped book channel (<c>book.{instrument}.{group}.{depth}.{interval}</c>): the whole window, which replaces the one
/// before. The client reuses one instance: it is valid until the next message is read, and belongs to the thread that reads.
/// </summary>
public sealed class DeribitGroupedBook : DeribitMessage
{
    internal DeribitGroupedBook(PaddedBuffer frame) => Frame = frame;

    /// <summary>The channel, for example <c>book.BTC-PERPETUAL.none.20.100ms</c>.</summary>
    public string Channel { get; internal set; } = "";

    /// <summary>The instrument, for example <c>BTC-PERPETUAL</c>.</summary>
    public string InstrumentName { get; internal set; } = "";

    /// <summary>The exchange's time of the last change, in milliseconds since the Unix epoch.</summary>
    public long ExchangeTimeUnixMs { get; internal set; }

    /// <summary>The exchange's id of the book's state.</summary>
    public long ChangeId { get; internal set; }

    /// <summary>Bid levels, best first.</summary>
    public ReadOnlySpan<DeribitBookLevel> Bids => BidLevels.Levels;

    /// <summary>Ask levels, best first.</summary>
    public ReadOnlySpan<DeribitBookLevel> Asks => AskLevels.Levels;

    /// <summary>The frame's bytes.</summary>
    public ReadOnlySpan<byte> RawFrame => Frame.Text;

    internal LevelList BidLevels { get; } = new();

    internal LevelList AskLevels { get; } = new();

    private PaddedBuffer Frame { get; }
}
