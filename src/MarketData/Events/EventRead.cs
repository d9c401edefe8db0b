namespace MarketData.Events;

/// <summary>What came of reading an event's JSON.</summary>
public enum EventRead
{
    /// <summary>The event was read.</summary>
    Ok,

    /// <summary>It is an event of another type, or of a kind that this version does not know.</summary>
    Unknown,

    /// <summary>It is not the JSON of an event: broken, a required member missing, or a value that cannot be held exactly.</summary>
    Malformed,
}
