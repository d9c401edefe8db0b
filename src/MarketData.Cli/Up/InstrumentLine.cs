using MarketData.Collectors;

namespace MarketData.Cli.Up;

/// <summary>One instrument as <c>up</c> shows it: the three collectors' views of it, put together.</summary>
internal sealed record InstrumentLine
{
    /// <summary>The state of a book that another replica has.</summary>
    public const string Elsewhere = "other replica";

    public required string Name { get; init; }

    /// <summary>State of the book in one word, or <see cref="Elsewhere"/>; empty when nobody asks for the book.</summary>
    public required string Book { get; init; }

    /// <summary>Whether the book is collected here.</summary>
    public bool HasBook => Book is not ("" or Elsewhere);

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

    /// <summary>Puts the collectors' views of one instrument together.</summary>
    /// <param name="views">The views; at least one.</param>
    /// <param name="eventsPerSecond">Events per second since the last look, all kinds.</param>
    /// <param name="medianToKafka">From socket to Kafka's acknowledgement.</param>
    /// <param name="bookIsElsewhere">Whether another replica owns the book.</param>
    public static InstrumentLine Of(List<InstrumentView> views, double eventsPerSecond, TimeSpan medianToKafka, bool bookIsElsewhere)
    {
        var book = views.Find(view => view.BookState.Length > 0);
        var trade = views.Find(view => view.LastTradePrice is not null);
        var newest = views.MaxBy(view => view.LastReceivedAtUnixNs)!;
        return new InstrumentLine
        {
            Name = newest.Name,
            Book = book?.BookState ?? (bookIsElsewhere ? Elsewhere : ""),
            BestBid = book?.BestBid,
            BestAsk = book?.BestAsk,
            LastTradePrice = trade?.LastTradePrice,
            LastTradeDirection = trade?.LastTradeDirection ?? TradeDirection.Unknown,
            EventsPerSecond = eventsPerSecond,
            Lag = newest.LastExchangeTimeUnixMs > 0 && newest.LastReceivedAtUnixNs > 0
                ? TimeSpan.FromMicroseconds((newest.LastReceivedAtUnixNs / 1000) - (newest.LastExchangeTimeUnixMs * 1000)) + medianToKafka
                : null,
            GapsOpened = views.Sum(view => view.GapsOpened),
            GapsHealed = views.Sum(view => view.GapsHealed),
        };
    }
}
