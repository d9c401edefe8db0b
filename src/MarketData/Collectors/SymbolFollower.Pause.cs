namespace MarketData.Collectors;

/// <content>
/// A pause: what is collected ends as if it were handed over, to this very collector, which goes on where it ended. Asked for on any thread,
/// applied by the follower's passes.
/// </content>
internal sealed partial class SymbolFollower
{
    private const string Paused = "An operator paused the collector.";

    private volatile bool _isPaused;

    // Since when nothing is proven of what a pause ended; and since when of what was begun, as long as that may still be asked for.
    private readonly Dictionary<string, long> _pausedSince = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _begunSince = new(StringComparer.Ordinal);
    private volatile bool _isInPause;

    /// <summary>Whether nothing is collected although it is asked for.</summary>
    public bool IsPaused => _isPaused;

    /// <summary>Pauses or goes on; completes when that was applied.</summary>
    /// <param name="isPaused">Whether to pause.</param>
    /// <param name="cancellationToken">Gives up waiting; the wish stands.</param>
    public Task PauseAsync(bool isPaused, CancellationToken cancellationToken)
    {
        _isPaused = isPaused;
        return WaitForPassAsync(cancellationToken);
    }

    private void NotePaused(string key, DateTimeOffset now)
    {
        _isInPause = true;
        // A question about the time before is lost with the tape: then what it asked about is asked again.
        var isOpen = _exchange.TakenUntil is not { HasOpenBeginning: false };
        _pausedSince[key] = isOpen && _begunSince.TryGetValue(key, out var since) ? since : now.ToUnixTimeMilliseconds();
    }

    private long? PausedSince(string key) => _pausedSince.TryGetValue(key, out var since) ? since : null;

    private void NoteBegun(string key, long? since)
    {
        if (since is { } known)
            _begunSince[key] = known;
        else
            _begunSince.Remove(key);
    }

    private void ForgetPause()
    {
        _pausedSince.Clear();
        _isInPause = false;
    }
}
