namespace MarketData.Deribit;

/// <summary>Where the watch over channels enters what it found. Implemented by <see cref="DeribitExchange"/>; the stream's pump only.</summary>
internal interface IChannelLedger
{
    /// <summary>Adds an entry of one stream.</summary>
    void Add(InstrumentRoute route, string stream, IntegrityKind kind, string detail, long? toId, List<MarketDataEvent> output);

    /// <summary>Opens an interval of the ticker stream, unless one is open; the next ticker closes it.</summary>
    void OpenTicker(InstrumentRoute route, string reason, List<MarketDataEvent> output);
}
