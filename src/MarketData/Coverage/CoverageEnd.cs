namespace MarketData.Coverage;

/// <summary>How an incident ended.</summary>
public enum CoverageEnd
{
    /// <summary>It has not ended.</summary>
    Open,

    /// <summary>The stream was proven right again.</summary>
    Resynced,

    /// <summary>The connection came back, and data with it.</summary>
    Connected,

    /// <summary>The collector began anew, and data came.</summary>
    Restarted,

    /// <summary>Another collector went on.</summary>
    TakenOver,

    /// <summary>The instrument was given up on purpose while the incident was open.</summary>
    Closed,

    /// <summary>What is missing cannot be had.</summary>
    Unrecoverable,

    /// <summary>It was a moment, not a state.</summary>
    Momentary,
}
