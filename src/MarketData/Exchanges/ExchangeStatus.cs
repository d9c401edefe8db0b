using MarketData.Books;
using MarketData.Trades;

namespace MarketData.Exchanges;

/// <summary>A consistent view of one exchange, replaced as a whole whenever something changes.</summary>
public sealed record ExchangeStatus
{
    /// <summary>Whether a connection is up with its session ready; with several, any of them.</summary>
    public bool Connected { get; init; }

    /// <summary>Channels asked for.</summary>
    public int ChannelsWanted { get; init; }

    /// <summary>Channels that the exchange acknowledged.</summary>
    public int ChannelsAcknowledged { get; init; }

    /// <summary>Channels that the exchange keeps refusing.</summary>
    public IReadOnlyList<string> ChannelsUnavailable { get; init; } = [];

    /// <summary>Books wanted.</summary>
    public int BooksWanted { get; init; }

    /// <summary>Books in sync.</summary>
    public int BooksLive { get; init; }

    /// <summary>Books being resynchronised.</summary>
    public int BooksResyncing { get; init; }

    /// <summary>Books withheld because they cannot be trusted.</summary>
    public int BooksQuarantined { get; init; }

    /// <summary>How the books do in detail, with what happened to them since the start.</summary>
    public BookCounts Books { get; init; }

    /// <summary>What happened to trades so far: duplicates, holes, restarts.</summary>
    public TradeTapeCounts Trades { get; init; }

    /// <summary>How long the book that is out of sync for longest has been so; zero when all are live.</summary>
    public TimeSpan LongestUnsynced { get; init; }

    /// <summary>How long ago the oldest hole in a trade tape was found that is open now; zero when there is none.</summary>
    public TimeSpan OldestHole { get; init; }

    /// <summary>How long the connection that is silent for longest has brought no frame, or there has been none; null before the start.</summary>
    public TimeSpan? FrameAge { get; init; }

    /// <summary>How far our clock is behind the exchange's; negative when it is ahead; null before the first answer.</summary>
    public TimeSpan? ClockOffset { get; init; }

    /// <summary>How far <see cref="ClockOffset"/> may be off, either way.</summary>
    public TimeSpan ClockError { get; init; }

    /// <summary>Reason codes, in the form <c>code: sentence</c>, of everything that keeps the exchange from being ready; empty when ready.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>Reason codes of what somebody should look at while everything works.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
