namespace Deribit.Client;

/// <summary>The reply of <c>public/get_order_book</c>. Immutable; may be kept.</summary>
public sealed class DeribitOrderBookSnapshot
{
    /// <summary>The instrument.</summary>
    public required string InstrumentName { get; init; }

    /// <summary>The exchange's time in milliseconds since the Unix epoch.</summary>
    public required long ExchangeTimeUnixMs { get; init; }

    /// <summary>The exchange's id of the book's state, from the same counter as the book channel's.</summary>
    public required long ChangeId { get; init; }

    /// <summary>Bid levels, best first, as many as were asked for.</summary>
    public required ReadOnlyMemory<DeribitBookLevel> Bids { get; init; }

    /// <summary>Ask levels, best first, as many as were asked for.</summary>
    public required ReadOnlyMemory<DeribitBookLevel> Asks { get; init; }

    /// <summary>The ticker's figures that the reply carries; what was left out is null.</summary>
    public required DeribitTicker Ticker { get; init; }
}
