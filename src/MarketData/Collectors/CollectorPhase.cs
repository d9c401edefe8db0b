namespace MarketData.Collectors;

/// <summary>Where a collector is in its life.</summary>
public enum CollectorPhase
{
    /// <summary>Preparing the sinks and asking the exchange for its instruments.</summary>
    Starting,

    /// <summary>Events flow.</summary>
    Running,

    /// <summary>Intake has stopped; the lanes drain.</summary>
    Draining,

    /// <summary>Ended.</summary>
    Stopped,

    /// <summary>Ended by a fault.</summary>
    Failed,
}
