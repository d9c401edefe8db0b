using System.Text.Json;

using MarketData.Integration.Tests.Rigs;
using MarketData.Redis;

namespace MarketData.Integration.Tests.Faults;

/// <summary>Looks at one book in Redis all the time, as an impatient reader would, and notes every change of what it sees.</summary>
internal sealed class BooksRedisWatch : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private readonly RedisBookReader _reader;
    private readonly string _key;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<long?> _seen = [];
    private readonly Lock _lock = new();
    private readonly Task _watching;
    private JsonElement _newest;

    private BooksRedisWatch(RedisBookReader reader, string instrument)
    {
        (_reader, _key) = (reader, "deribit." + instrument);
        _watching = Task.Run(WatchAsync);
    }

    /// <summary>The change ids in the order seen, null where there was no key; equal neighbours are noted once.</summary>
    public IReadOnlyList<long?> Seen
    {
        get
        {
            lock (_lock)
                return [.. _seen];
        }
    }

    /// <summary>The last book seen.</summary>
    public JsonElement Newest
    {
        get
        {
            lock (_lock)
                return _newest;
        }
    }

    /// <summary>Starts, and returns when it has seen the book.</summary>
    public static async Task<BooksRedisWatch> StartAsync(Rig rig, string instrument)
    {
        var options = new RedisOptions { Url = rig.Redis.Address, OperationTimeout = TimeSpan.FromSeconds(10) };
        var watch = new BooksRedisWatch(await RedisBookReader.ConnectAsync(options, TestContext.Current.CancellationToken), instrument);
        await watch.UntilThereAsync();
        return watch;
    }

    public Task UntilThereAsync() => Until.TrueAsync(() => Seen is [.., not null], () => $"{_key} in Redis");

    public Task UntilGoneAsync() => Until.TrueAsync(() => Seen is [.., null], () => $"{_key} gone from Redis");

    /// <summary>
    /// The key was there up to the last good id, then gone, and back no earlier than with the snapshot that healed the book.
    /// </summary>
    public async Task AssertGoneBetweenAsync(long fromId, long healedAtId)
    {
        await StopAsync();
        var seen = Seen.ToList();
        var gone = seen.IndexOf(null);
        Assert.True(gone > 0, "The key was never seen to be gone.");
        Assert.All(seen[..gone], id => Assert.InRange(id!.Value, 0, fromId));
        Assert.All(seen[(gone + 1)..], id => Assert.True(id >= healedAtId, $"{id} was in Redis, but the book was healed at {healedAtId}."));
        Assert.NotNull(seen[^1]);
    }

    /// <summary>The key was there all the time.</summary>
    public async Task AssertNeverGoneAsync()
    {
        await StopAsync();
        Assert.DoesNotContain(null, Seen);
    }

    /// <summary>Stops looking; to be called before the system stops, for that takes the keys away.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _watching;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _reader.DisposeAsync();
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        try
        {
            while (true)
            {
                Note(await _reader.ReadAsync(_key, _stop.Token));
                await Task.Delay(Pause, TimeProvider.System, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Enough seen.
        }
    }

    private void Note(RedisBook? book)
    {
        JsonElement? json = book is null ? null : JsonDocument.Parse(book.Json).RootElement;
        var id = json?.GetProperty("change_id").GetInt64();
        lock (_lock)
        {
            _newest = json ?? _newest;
            if (_seen.Count == 0 || _seen[^1] != id)
                _seen.Add(id);
        }
    }
}
