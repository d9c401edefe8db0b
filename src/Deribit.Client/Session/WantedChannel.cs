namespace Deribit.Client.Session;

/// <summary>One channel that the caller wants, and how far it got. Guarded by <see cref="SubscriptionBook"/>'s lock.</summary>
/// <param name="name">The channel as it was asked for.</param>
internal sealed class WantedChannel(string name)
{
    /// <summary>The channel as it was asked for.</summary>
    public string Name { get; } = name;

    /// <summary>The channel as it is asked of the exchange: differs for a raw channel that fell back.</summary>
    public string Wire { get; set; } = name;

    /// <summary>Whether the exchange acknowledged it on this connection.</summary>
    public bool Acknowledged { get; set; }

    /// <summary>How often it was refused.</summary>
    public int Attempts { get; set; }

    /// <summary>Whether it is given up for this connection.</summary>
    public bool GivenUp { get; set; }

    /// <summary>Resynchronisations under way; while above zero the worker leaves the channel alone.</summary>
    public int Held { get; set; }

    /// <summary>When it is asked for next, on the monotonic clock of the book.</summary>
    public TimeSpan DueAt { get; set; }
}
