namespace MarketData.Checks;

/// <summary>What a <see cref="Finding"/> means for whoever operates the system; worse ones are greater.</summary>
public enum FindingState
{
    /// <summary>The configuration names nothing to check.</summary>
    NotConfigured,

    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It works, but not as well as it should, or not for ever.</summary>
    Warning,

    /// <summary>It does not work.</summary>
    Fault,
}
