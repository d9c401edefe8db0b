using MarketData.Trades;

namespace MarketData.Kafka;

/// <summary>What a spill log held when the lane started.</summary>
internal sealed class SpillContent
{
    private readonly Dictionary<string, TradePosition> _trades = new(StringComparer.Ordinal);
    private string? _exchange;

    /// <summary>Messages that count as events.</summary>
    public long Events { get; private set; }

    /// <summary>All messages.</summary>
    public long Messages { get; private set; }

    /// <summary>Events that were given to the log and cannot be read.</summary>
    public long Lost { get; set; }

    /// <summary>Whether something cannot be read and the log does not say how much: a program that did not count wrote it.</summary>
    public bool HasUnknownLoss { get; set; }

    /// <summary>Whose events they are; empty when there are none.</summary>
    public string Exchange => _exchange ?? "";

    /// <summary>The last trade of each key that has no hole before it.</summary>
    public IReadOnlyDictionary<string, TradePosition> Trades => _trades;

    public void Add(PendingMessage message)
    {
        Messages++;
        if (message.Facts is not { } facts)
            return;
        Events++;
        _exchange ??= facts.Exchange;
        // Only a trade without an open hole before it is a place to go on from.
        if (facts is { Kind: MessageKind.Trade, ToId: { } sequence } && (facts.CompleteUpTo == 0 || facts.CompleteUpTo >= sequence))
            _trades[message.KeyText] = new TradePosition(sequence, facts.TradeId, facts.ExchangeTimeUnixMs);
    }
}
