namespace MarketData.ClickHouse.Writing;

/// <summary>What a failed attempt asks for.</summary>
internal enum FailureKind
{
    /// <summary>The same again, later: away, slow, busy, or refusing in a way that says nothing of the rows.</summary>
    Transient,

    /// <summary>A row cannot be taken: the batch is split until it is alone.</summary>
    Row,

    /// <summary>Database and code do not fit: nothing will be better by repeating.</summary>
    Drift,

    /// <summary>A defect of the program, or a cancellation: passed on as it is.</summary>
    Other,
}
