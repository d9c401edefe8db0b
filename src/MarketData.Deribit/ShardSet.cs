using Deribit.Client;

namespace MarketData.Deribit;

/// <summary>
/// The connections of one exchange. Comes in: the wish for one more, the exchange's word that there are too many. Goes out: which
/// connection carries what. Owns: the connections. Changed by the stream's pump only; read from any thread.
/// </summary>
/// <param name="newClient">Makes the client of one more connection.</param>
/// <param name="most">The most connections, from the configuration.</param>
/// <param name="time">The clock.</param>
internal sealed class ShardSet(Func<DeribitClient> newClient, int most, TimeProvider time) : IAsyncDisposable
{
    // The exchange counts connections per address, and does not say when there is room again: tried anew after this, if there is need.
    private static readonly TimeSpan LimitHolds = TimeSpan.FromMinutes(10);

    private readonly List<Task> _ended = [];
    private volatile Shard[] _all = [new Shard(1, newClient())];
    private int _opened = 1;
    private long? _limitedAt;

    /// <summary>The connections; never none. The first one also brings the exchange's news of itself.</summary>
    public IReadOnlyList<Shard> All => _all;

    /// <summary>The connection that brings the exchange's news of itself.</summary>
    public Shard First => _all[0];

    /// <summary>The client for calls that any connection can carry: one that is connected, if there is one. Any thread.</summary>
    public DeribitClient Caller => (Array.Find(_all, shard => shard.Client.Status.Connected) ?? _all[0]).Client;

    /// <summary>Whether the exchange said that it is in maintenance: every call is refused then.</summary>
    public bool InMaintenance => Array.Exists(_all, shard => shard.Client.Status.Maintenance);

    /// <summary>Whether the exchange refused a connection a while ago, so that no more is opened.</summary>
    public bool IsLimited => _limitedAt is { } at && time.GetElapsedTime(at) < LimitHolds;

    /// <summary>The connection with the fewest instruments among those that are up, or among all when none is.</summary>
    public Shard Lightest() =>
        _all.Where(shard => shard.IsUp).MinBy(shard => shard.Instruments) ?? _all.MinBy(shard => shard.Instruments) ?? First;

    /// <summary>Opens one more connection.</summary>
    /// <returns>Null when there may be no more.</returns>
    public Shard? Open()
    {
        if (_all.Length >= most || IsLimited)
            return null;
        var shard = new Shard(++_opened, newClient());
        _all = [.. _all, shard];
        shard.Start();
        return shard;
    }

    /// <summary>Gives up a connection that the exchange refuses; not the last one. The caller has moved its instruments.</summary>
    public void GiveUp(Shard shard)
    {
        _limitedAt = time.GetTimestamp();
        _all = [.. _all.Where(one => one != shard)];
        _ended.Add(shard.DisposeAsync().AsTask());
    }

    /// <summary>Ends all connections; what they had received can still be read.</summary>
    public Task StopAsync() => Task.WhenAll([.. _all.Select(shard => shard.StopAsync()), .. _ended]);

    /// <summary>Ends all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var shard in _all)
            await shard.DisposeAsync();
    }
}
