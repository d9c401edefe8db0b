namespace MarketData.Soak.Venue;

/// <summary>One true state of a book: every level, best first.</summary>
internal sealed record BookState(long ChangeId, (decimal Price, decimal Amount)[] Bids, (decimal Price, decimal Amount)[] Asks);
