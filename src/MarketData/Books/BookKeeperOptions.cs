namespace MarketData.Books;

/// <summary>How a <see cref="BookKeeper"/> repairs books and how often it publishes snapshots.</summary>
public sealed record BookKeeperOptions
{
    /// <summary>Every live book publishes a snapshot at least this often; above zero, default 10 s.</summary>
    public TimeSpan SnapshotInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a snapshot may take after its subscription was acknowledged; default 5 s.</summary>
    public TimeSpan SnapshotDeadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long the first snapshot may take after the connection came up or the book was added, acknowledged or not; default 60 s.
    /// </summary>
    public TimeSpan FirstSnapshotDeadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a requested resubscription may go without an answer before it is requested again; default 60 s.</summary>
    public TimeSpan RequestDeadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Pause after a resubscription that the exchange refused; default 1 s.</summary>
    public TimeSpan FailureDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Resubscriptions in one incident before the connection is replaced; default 2.</summary>
    public int ResubscribeAttempts { get; init; } = 2;

    /// <summary>A connection, which many books share, is replaced at most this often; default 60 s.</summary>
    public TimeSpan NewConnectionInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A book must stay live this long for its next fault to count as a new incident; default 5 s.</summary>
    public TimeSpan StableAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Faults in a row, each before the book was stable, after which it is quarantined; default 5.</summary>
    public int MaxRelapses { get; init; } = 5;

    /// <summary>A quarantined book is tried again this often; default 60 s.</summary>
    public TimeSpan QuarantineRetry { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Every live book is held against the exchange's own this often; zero (the default) = not as a routine.</summary>
    public TimeSpan AuditEvery { get; init; }

    /// <summary>
    /// The shortest silence of a book's channel after which the exchange is asked, when the channel usually speaks far more often; zero (the
    /// default) = never.
    /// </summary>
    public TimeSpan ProbeAfter { get; init; }

    /// <summary>A book that removes prices which it does not hold is held against the exchange's own at most this often; default 60 s.</summary>
    public TimeSpan AuditInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Limit of levels on one side of a book; default 100,000.</summary>
    public int MaxLevels { get; init; } = OrderBook.DefaultMaxLevels;
}
