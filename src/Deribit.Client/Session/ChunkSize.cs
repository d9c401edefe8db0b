namespace Deribit.Client.Session;

/// <summary>
/// How large a subscribe call may be. Halved when the exchange could not read a call (that stays), and when it refused a whole call for a
/// reason that one channel may have given (that heals with every call that succeeds). Runs on: the worker and resynchronisations.
/// </summary>
internal sealed class ChunkSize(DeribitClientOptions options)
{
    private readonly Lock _lock = new();
    private int _bytes = options.SubscribeMaxBytes;
    private int _channels = options.SubscribeMaxChannels;
    private int _suspicion = options.SubscribeMaxChannels;

    /// <summary>The most channels of a call now.</summary>
    public int Channels
    {
        get
        {
            lock (_lock)
            {
                return Math.Min(_channels, _suspicion);
            }
        }
    }

    /// <summary>The most bytes of a call now.</summary>
    public int Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>The exchange could not read a call of this many channels. Returns the new size.</summary>
    public int ShrinkForGood(int channels)
    {
        lock (_lock)
        {
            _channels = Math.Max(1, Math.Min(_channels, channels) / 2);
            _bytes = Math.Max(1, _bytes / 2);
            return _channels;
        }
    }

    /// <summary>A call of this many channels was refused as a whole. Returns the new size.</summary>
    public int Shrink(int channels)
    {
        lock (_lock)
        {
            _suspicion = Math.Max(1, channels / 2);
            return Math.Min(_channels, _suspicion);
        }
    }

    /// <summary>A call succeeded.</summary>
    public void Grow()
    {
        lock (_lock)
        {
            _suspicion = Math.Min(options.SubscribeMaxChannels, _suspicion * 2);
        }
    }
}
