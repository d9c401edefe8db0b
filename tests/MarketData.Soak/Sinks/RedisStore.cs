using MarketData.Redis.Connection;
using MarketData.Soak.Time;

using StackExchange.Redis;

namespace MarketData.Soak.Sinks;

/// <summary>Redis as the lane sees it: values with a life, which can be away, slow or empty after a restart.</summary>
internal sealed class RedisStore(VirtualTime time)
{
    private int _links;
    private int _cut;
    private int _commands;
    private readonly Dictionary<string, (byte[] Value, TimeSpan Until)> _values = new(StringComparer.Ordinal);

    public long Generation { get; private set; } = 1;

    public bool IsAway { get; set; }

    public TimeSpan Delay { get; set; }

    /// <summary>When Redis last was not well; checks leave the lane a moment to heal.</summary>
    public TimeSpan TroubledAt { get; set; }

    public void Restart()
    {
        _values.Clear();
        Generation++;
        TroubledAt = time.Elapsed;
    }

    public void ComeBack()
    {
        IsAway = false;
        Generation++;
        TroubledAt = time.Elapsed;
    }

    public void Heal()
    {
        Delay = TimeSpan.Zero;
        if (IsAway)
            ComeBack();
    }

    /// <summary>What a reader finds.</summary>
    public byte[]? Get(string key) => _values.TryGetValue(key, out var stored) && stored.Until > time.Elapsed ? stored.Value : null;

    public IEnumerable<string> Keys => _values.Where(stored => stored.Value.Until > time.Elapsed).Select(stored => stored.Key);

    /// <summary>A connection of one collector.</summary>
    public IRedisLink Connect() => new Link(this, ++_links);

    /// <summary>A collector that was killed: nothing of it reaches Redis from here on.</summary>
    public void Cut()
    {
        _cut = _links;
        TroubledAt = time.Elapsed;
    }

    private Task<T> Run<T>(Func<T> command)
    {
        if (IsAway)
        {
            // The command may have arrived although its answer did not.
            if (++_commands % 5 == 0)
                command();
            return Task.FromException<T>(Lost());
        }

        var answer = command();
        if (Delay == TimeSpan.Zero)
            return Task.FromResult(answer);
        TroubledAt = time.Elapsed + Delay;
        var later = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        time.After(Delay, () => later.TrySetResult(answer));
        return later.Task;
    }

    private static RedisConnectionException Lost() =>
        new(ConnectionFailureType.SocketClosed, CommandFlags.None, "The soak's Redis is away.", null, CommandStatus.Unknown);

    private sealed class Link(RedisStore store, int number) : IRedisLink
    {
        public long Generation => store.Generation;

        public bool IsConnected => !store.IsAway;

        public Task EnsureConnectedAsync(CancellationToken cancellationToken) =>
            store.IsAway ? Task.FromException(Lost()) : Task.CompletedTask;

        public Task SetAsync(RedisKey key, ReadOnlyMemory<byte> value, TimeSpan ttl) =>
            Run(() => store._values[key!] = (value.ToArray(), store.Now + ttl));

        public Task PublishAsync(RedisChannel channel, ReadOnlyMemory<byte> value) => Run(() => true);

        public Task<bool> RefreshAsync(RedisKey key, TimeSpan ttl) => Run(() =>
        {
            if (!store._values.TryGetValue(key!, out var stored) || stored.Until <= store.Now)
                return false;
            store._values[key!] = (stored.Value, store.Now + ttl);
            return true;
        });

        public Task DeleteAsync(RedisKey key) => Run(() => store._values.Remove(key!));

        private Task<T> Run<T>(Func<T> command) => number <= store._cut ? Task.FromException<T>(Lost()) : store.Run(command);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private TimeSpan Now => time.Elapsed;
}
