using Deribit.Client;

namespace MarketData.Deribit;

/// <summary>
/// The connections of one exchange. Comes in: the wish for one more, the exchange's refusal of one. Goes out: the connections there are.
/// Owns: the connections. Changed by the stream's pump only; read from any thread.
/// </summary>
/// <param name="newClient">Makes the client of one more connection.</param>
/// <param name="most">The most connections, from the configuration.</param>
/// <param name="time">The clock.</param>
internal sealed class ShardSet(Func<IDeribitSession> newClient, int most, TimeProvider time) : IAsyncDisposable
{
    // The exchange counts connections per address, and does not say when there is room again: tried anew after this, if there is need.
    private static readonly TimeSpan LimitHolds = TimeSpan.FromMinutes(10);

    private readonly List<Task> _givenUp = [];
    private volatile Shard[] _all = [new Shard(1, newClient()) { LastFrameAt = time.GetTimestamp() }];
    private int _opened = 1;
    private long _limitedAt = long.MinValue;

    /// <summary>The connections; never none.</summary>
    public IReadOnlyList<Shard> All => _all;

    /// <summary>The client for calls that any connection can carry: one that is connected, if there is one.</summary>
    public IDeribitSession Caller => (Array.Find(_all, shard => shard.Client.Status.Connected) ?? _all[0]).Client;

    /// <summary>Whether the exchange announced maintenance, in which it refuses every call. Set by the stream's pump.</summary>
    public bool InMaintenance { get; set; }

    /// <summary>Whether the exchange refused a connection a while ago, so that no more is opened.</summary>
    public bool IsLimited => Volatile.Read(ref _limitedAt) is var at && at != long.MinValue && time.GetElapsedTime(at) < LimitHolds;

    /// <summary>The connection with the fewest instruments among those that are up, or among all when none is.</summary>
    public Shard LeastLoaded() => _all.OrderBy(shard => !shard.IsUp).ThenBy(shard => shard.Instruments).First();

    /// <summary>Connects, if nobody has done so before. Any thread.</summary>
    public void Start() => _all[0].Start();

    /// <summary>Opens one more connection.</summary>
    /// <returns>Null when there may be no more.</returns>
    public Shard? Open()
    {
        if (_all.Length >= most || IsLimited)
            return null;
        var shard = new Shard(++_opened, newClient()) { LastFrameAt = time.GetTimestamp() };
        _all = [.. _all, shard];
        shard.Start();
        return shard;
    }

    /// <summary>Gives up a connection that the exchange refuses; not the last one. The caller moves its instruments.</summary>
    public void GiveUp(Shard shard)
    {
        Volatile.Write(ref _limitedAt, time.GetTimestamp());
        _all = [.. _all.Where(one => one != shard)];
        _givenUp.Add(shard.DisposeAsync().AsTask());
    }

    /// <summary>Ends all connections; what they had received can still be read.</summary>
    public Task StopAsync() => Task.WhenAll(_all.Select(shard => shard.StopAsync()));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var shard in _all)
            await shard.DisposeAsync();
        await Task.WhenAll(_givenUp);
    }
}
