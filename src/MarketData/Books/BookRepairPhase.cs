namespace MarketData.Books;

/// <summary>How far the repair of one book has come.</summary>
internal enum BookRepairPhase
{
    /// <summary>Nothing is being done.</summary>
    None,

    /// <summary>A snapshot is expected; at the deadline a resubscription follows.</summary>
    AwaitingSnapshot,

    /// <summary>A resubscription waits to be taken.</summary>
    ResubscribeDue,

    /// <summary>A new connection waits to be taken.</summary>
    ConnectionDue,

    /// <summary>The request was taken and is on its way; the deadline is only a safeguard.</summary>
    Requested,

    /// <summary>An attempt failed or the budget is spent; the next attempt follows at the deadline.</summary>
    Waiting,
}
