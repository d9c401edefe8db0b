namespace Deribit.Client;

/// <summary>How often a channel sends (Deribit API v2, "Notifications").</summary>
public enum DeribitInterval
{
    /// <summary>Every event; needs authentication.</summary>
    Raw,

    /// <summary>The net effect of each 100 ms (<c>100ms</c>).</summary>
    Ms100,

    /// <summary>The net effect of about one second (<c>agg2</c>).</summary>
    Agg2,
}
