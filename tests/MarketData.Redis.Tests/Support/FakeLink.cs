using MarketData.Redis.Connection;
using StackExchange.Redis;

namespace MarketData.Redis.Tests.Support;

/// <summary>
/// Redis in memory, whose answers the test can hold back or spoil. Commands take effect when they are issued, in order; lives are recorded,
/// not enforced.
/// </summary>
internal sealed class FakeLink : IRedisLink
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (byte[] Value, TimeSpan Ttl)> _stored = [];
    private readonly List<string> _commands = [];
    private readonly List<TaskCompletionSource> _held = [];
    private long _generation;
    private bool _holding;

    /// <summary>Decides on the fault of a command (<c>SET deribit.A:trade</c>); null means success.</summary>
    public Func<string, Exception?>? Spoil { get; set; }

    /// <summary>Whether a spoiled command takes effect nevertheless, like one whose answer was lost.</summary>
    public bool SpoiledTakesEffect { get; set; }

    public long Generation => Interlocked.Read(ref _generation);

    public bool IsConnected { get; set; } = true;

    public int Connects { get; private set; }

    public string[] Commands
    {
        get
        {
            lock (_gate)
                return [.. _commands];
        }
    }

    public string[] Keys
    {
        get
        {
            lock (_gate)
                return [.. _stored.Keys.Order(StringComparer.Ordinal)];
        }
    }

    public int Count(string command)
    {
        lock (_gate)
            return _commands.Count(recorded => recorded == command);
    }

    public byte[]? Value(string key)
    {
        lock (_gate)
            return _stored.TryGetValue(key, out var stored) ? stored.Value : null;
    }

    public TimeSpan Ttl(string key)
    {
        lock (_gate)
            return _stored[key].Ttl;
    }

    /// <summary>Loses a key, as an eviction would.</summary>
    public void Evict(string key)
    {
        lock (_gate)
            _stored.Remove(key);
    }

    /// <summary>Loses everything and reconnects, as a restart would.</summary>
    public void Restart()
    {
        lock (_gate)
            _stored.Clear();
        Interlocked.Increment(ref _generation);
    }

    /// <summary>From now on commands take effect but are answered only after <see cref="Release"/>.</summary>
    public void Hold()
    {
        lock (_gate)
            _holding = true;
    }

    public void Release()
    {
        TaskCompletionSource[] held;
        lock (_gate)
        {
            _holding = false;
            held = [.. _held];
            _held.Clear();
        }

        foreach (var answer in held)
            answer.SetResult();
    }

    public Task EnsureConnectedAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Connects++;
            if (Spoil?.Invoke("CONNECT") is { } fault)
                return Task.FromException(fault);
            if (_generation == 0)
                _generation = 1;
            return Task.CompletedTask;
        }
    }

    public Task SetAsync(RedisKey key, ReadOnlyMemory<byte> value, TimeSpan ttl) =>
        Run("SET", key!, () => _stored[key!] = (value.ToArray(), ttl), static () => true);

    public Task PublishAsync(RedisChannel channel, ReadOnlyMemory<byte> value) =>
        Run("PUBLISH", channel!, static () => { }, static () => true);

    public Task<bool> RefreshAsync(RedisKey key, TimeSpan ttl)
    {
        var exists = false;
        return Run("PEXPIRE", key!, () => exists = _stored.ContainsKey(key!), () => exists);
    }

    public Task DeleteAsync(RedisKey key) => Run("DEL", key!, () => _stored.Remove(key!), static () => true);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task<bool> Run(string verb, string name, Action effect, Func<bool> answer)
    {
        lock (_gate)
        {
            var command = $"{verb} {name}";
            _commands.Add(command);
            var fault = Spoil?.Invoke(command);
            if (fault is null || SpoiledTakesEffect)
                effect();
            if (fault is not null)
                return Task.FromException<bool>(fault);
            if (!_holding)
                return Task.FromResult(answer());
            var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _held.Add(held);
            return AnswerAsync(held.Task, answer());
        }
    }

    private static async Task<bool> AnswerAsync(Task released, bool answer)
    {
        await released;
        return answer;
    }
}
