using System.Diagnostics;

namespace MarketData.Trades;

/// <summary>One page of past trades that a tape wants. Immutable; each is answered once, by <see cref="TradeTape.Answered"/> or
/// <see cref="TradeTape.Failed"/>.</summary>
public sealed record TradeRequest
{
    internal TradeRequest(TradeTape tape, TradeRequestKind kind) => (Tape, Kind) = (tape, kind);

    /// <summary>The tape that asks.</summary>
    public TradeTape Tape { get; }

    /// <summary>What is asked for.</summary>
    public TradeRequestKind Kind { get; }

    /// <summary>First sequence number wanted, inclusive; 0 when the newest trade is.</summary>
    public long FromSequence { get; internal init; }

    /// <summary>Of the newest trades, how many are wanted; 1 to 1000.</summary>
    public int Count { get; internal init; } = 1;

    /// <summary>Last sequence number wanted, inclusive; null for no bound.</summary>
    public long? ToSequence { get; internal init; }

    /// <summary>Whether to ask the exchange's archive, because its main host does not have these trades.</summary>
    public bool FromArchive { get; internal init; }

    /// <summary>The span of the hole that is asked about; default for other questions, and while nobody listens.</summary>
    public ActivityContext Span { get; internal init; }
}
