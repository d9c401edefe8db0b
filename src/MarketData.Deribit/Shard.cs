using Deribit.Client;

namespace MarketData.Deribit;

/// <summary>
/// One connection and what the stream knows of it. Owns: the client and the task that runs it. What can be set is the stream's pump's alone;
/// the rest may be used on any thread.
/// </summary>
/// <param name="number">Which one it is, counted from 1 since the start of the exchange, for people.</param>
/// <param name="client">The client, which nobody has started yet.</param>
internal sealed class Shard(int number, IDeribitSession client) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _startLock = new();
    private volatile Task? _loop;
    private long _lastFrameAt;

    /// <summary>Which one it is, counted from 1, for people.</summary>
    public int Number { get; } = number;

    /// <summary>The connection.</summary>
    public IDeribitSession Client { get; } = client;

    /// <summary>Whether the stream has seen the connection come up and not end.</summary>
    public bool IsUp { get; set; }

    /// <summary>Whether it was ever up.</summary>
    public bool WasUp { get; set; }

    /// <summary>Since when the exchange refuses it, by the monotonic clock; null when it does not.</summary>
    public long? RefusedSince { get; set; }

    /// <summary>When the last frame was seen, or the connection was asked for, by the monotonic clock. Any thread.</summary>
    public long LastFrameAt { get => Volatile.Read(ref _lastFrameAt); set => Volatile.Write(ref _lastFrameAt, value); }

    /// <summary>How many instruments it carries.</summary>
    public int Instruments { get; set; }

    /// <summary>Instruments whose channels of a kind were unsubscribed here, while the exchange has not said so yet.</summary>
    public HashSet<(string Name, DataKind Kind)> Ending { get; } = [];

    /// <summary>How many messages are still to be read before the next change of what is collected; zero or less: none.</summary>
    public int ReadBeforeChange { get; set; }

    /// <summary>The wait for a message; null while nobody waits.</summary>
    public Task<bool>? Readable { get; set; }

    /// <summary>Whether somebody asked for the connection.</summary>
    public bool IsStarted => _loop is not null;

    /// <summary>What ended the connection for good; null when nothing has.</summary>
    public Exception? Fault => _loop?.Exception;

    /// <summary>Connects, and keeps the connection; once, from any thread.</summary>
    public void Start()
    {
        lock (_startLock)
            _loop ??= Client.RunAsync(_stop.Token);
    }

    /// <summary>Ends the connection; what it had received can still be read.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        if (_loop is { } loop)
            await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Ends the connection and forgets what it had received.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Client.DisposeAsync();
        _stop.Dispose();
    }
}
