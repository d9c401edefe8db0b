using Deribit.Client.Json;

namespace Deribit.Client;

/// <summary>
/// One frame of a full book channel (<c>book.{instrument}.{interval}</c>). The client reuses one instance for all books: it is valid until
/// the next message is read, and belongs to the thread that reads.
/// </summary>
public sealed class DeribitBook : DeribitMessage
{
    internal DeribitBook(PaddedBuffer frame) => Frame = frame;

    /// <summary>The channel, for example <c>book.BTC-PERPETUAL.100ms</c>.</summary>
    public string Channel { get; internal set; } = "";

    /// <summary>The instrument, for example <c>BTC-PERPETUAL</c>.</summary>
    public string InstrumentName { get; internal set; } = "";

    /// <summary>Whether this is the whole book or only what changed.</summary>
    public DeribitBookKind Kind { get; internal set; }

    /// <summary>The exchange's time of the last change, in milliseconds since the Unix epoch.</summary>
    public long ExchangeTimeUnixMs { get; internal set; }

    /// <summary>The exchange's id of the book's state after this frame.</summary>
    public long ChangeId { get; internal set; }

    /// <summary>The id of the state that a change continues; null in a snapshot.</summary>
    public long? PreviousChangeId { get; internal set; }

    /// <summary>Bid levels in the exchange's order: best first in a snapshot.</summary>
    public ReadOnlySpan<DeribitBookLevel> Bids => BidLevels.Levels;

    /// <summary>Ask levels in the exchange's order: best first in a snapshot.</summary>
    public ReadOnlySpan<DeribitBookLevel> Asks => AskLevels.Levels;

    /// <summary>How many levels carried an action other than new, change and delete; their amount decided what they do.</summary>
    public int UnknownActions { get; internal set; }

    /// <summary>The last of those words; null when there is none.</summary>
    public string? UnknownAction { get; internal set; }

    /// <summary>The frame's bytes.</summary>
    public ReadOnlySpan<byte> RawFrame => Frame.Text;

    internal LevelList BidLevels { get; } = new();

    internal LevelList AskLevels { get; } = new();

    private PaddedBuffer Frame { get; }
}
