using MarketData.Trades;

namespace MarketData.Kafka;

/// <summary>What a spill log held when the lane started.</summary>
internal sealed class SpillContent
{
    private readonly Dictionary<string, TradePosition> _trades = new(StringComparer.Ordinal);

    /// <summary>Messages that count as events.</summary>
    public long Events { get; private set; }

    /// <summary>All messages.</summary>
    public long Messages { get; private set; }

    /// <summary>The last trade of each key.</summary>
    public IReadOnlyDictionary<string, TradePosition> Trades => _trades;

    public void Add(PendingMessage message)
    {
        Messages++;
        if (message.Facts is not { } facts)
            return;
        Events++;
        if (facts is { Kind: MessageKind.Trade, ToId: { } sequence })
            _trades[message.KeyText] = new TradePosition(sequence, facts.TradeId, facts.ExchangeTimeUnixMs);
    }
}
