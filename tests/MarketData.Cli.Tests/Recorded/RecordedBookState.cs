namespace MarketData.Cli.Tests.Recorded;

/// <summary>One state of a recorded book: what a correct reader holds after the frame with this id.</summary>
internal sealed record RecordedBookState(
    long ChangeId,
    long? PreviousChangeId,
    long ExchangeTimeUnixMs,
    IReadOnlyList<(decimal Price, decimal Amount)> Bids,
    IReadOnlyList<(decimal Price, decimal Amount)> Asks);
