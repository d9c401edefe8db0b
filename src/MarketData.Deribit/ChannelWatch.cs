using MarketData.Liveness;

namespace MarketData.Deribit;

/// <summary>
/// What is known of the life of one channel that has no snapshot to check. Written and read by the stream's pump only. Moments are monotonic
/// timestamps of the adapter's clock.
/// </summary>
internal sealed class ChannelWatch(string channel, ChannelCadence cadence, long firstCheckAt)
{
    /// <summary>The channel as it was subscribed.</summary>
    public string Channel { get; } = channel;

    /// <summary>How often it usually speaks.</summary>
    public ChannelCadence Cadence { get; } = cadence;

    /// <summary>When it is asked about as a routine.</summary>
    public long CheckAt { get; set; } = firstCheckAt;

    /// <summary>Whether the exchange is being asked, or the channel is being subscribed anew.</summary>
    public bool IsBusy { get; set; }

    /// <summary>What the exchange had that the channel has not brought yet: a trade's number, or a time; null when it has brought all.</summary>
    public long? Ahead { get; set; }

    /// <summary>When <see cref="Ahead"/> was seen.</summary>
    public long AheadAt { get; set; }

    /// <summary>How often it was subscribed anew since it last spoke.</summary>
    public int Resubscriptions { get; set; }

    /// <summary>
    /// Whether to subscribe it anew did not help. What does not help is tried again after twice the silence each time, up to 32 times the first.
    /// </summary>
    public bool IsMute => Resubscriptions > 1;

    /// <summary>Whether it has been silent for longer than it ever should be.</summary>
    /// <param name="now">The moment.</param>
    public bool IsOverdue(long now) => Cadence.IsOverdue(now, 1 << Math.Min(Resubscriptions, 5));

    /// <summary>The channel spoke.</summary>
    /// <param name="now">When.</param>
    public void Spoke(long now)
    {
        Cadence.Spoke(now);
        Resubscriptions = 0;
    }

    /// <summary>The connection is new or gone: what was seen before says nothing any more.</summary>
    public void Reset()
    {
        Ahead = null;
        Cadence.Interrupted();
    }
}
