namespace MarketData.Cli.Up;

/// <summary>One instrument as <c>up</c> shows it: the three collectors' views of it, put together.</summary>
internal sealed record InstrumentLine
{
    public required string Name { get; init; }

    /// <summary>State of the book in one word.</summary>
    public required string Book { get; init; }

    public BookLevel? BestBid { get; init; }

    public BookLevel? BestAsk { get; init; }

    public decimal? Spread => BestAsk?.Price - BestBid?.Price;

    public decimal? LastTradePrice { get; init; }

    public TradeDirection LastTradeDirection { get; init; }

    /// <summary>Events per second since the last look, all kinds.</summary>
    public required double EventsPerSecond { get; init; }

    /// <summary>From the exchange's timestamp to our socket for the newest event, plus the median from socket to Kafka's acknowledgement.</summary>
    public TimeSpan? Lag { get; init; }

    public required long GapsOpened { get; init; }

    public required long GapsHealed { get; init; }
}
