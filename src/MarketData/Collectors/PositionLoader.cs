using MarketData.Trades;

using Microsoft.Extensions.Logging;

namespace MarketData.Collectors;

/// <summary>
/// Finds where the trade tapes of instruments ended before they are collected. Comes in: keys. Goes out: positions, and a call when there are
/// some. Owns: one question at a time, which is put when all that this process published of an instrument before is out. Runs on: the
/// follower's task; the question waits on another.
/// </summary>
internal sealed class PositionLoader(
    ITradePositions? positions, Func<CancellationToken, Task> flushAsync, FollowerOptions options, TimeProvider timeProvider, Action answered,
    ILogger logger, string collector)
{
    private const int LongestPauseSeconds = 60;

    private readonly Dictionary<string, TradePosition?> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long At, int Question)> _asked = new(StringComparer.Ordinal);
    private readonly HashSet<string> _begunWithout = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ended = new(StringComparer.Ordinal);
    private Task _question = Task.CompletedTask;
    private int _questions;
    private int _refusals;
    private long _refusedAt;
    private bool _isAsking;
    private Answer? _answer;

    /// <summary>Why positions are not known, as <c>code: sentence</c>; null when nothing is missing.</summary>
    public string? Fault { get; private set; }

    /// <summary>How many tapes began without an answer that is still awaited.</summary>
    public int BegunWithout => _begunWithout.Count;

    /// <summary>Whether any instrument's position is still asked for.</summary>
    public bool IsOpen => _asked.Keys.Any(key => !_known.ContainsKey(key));

    /// <summary>Notes the answer to the last question, and asks about keys that have none yet.</summary>
    /// <param name="keys">
    /// The keys of all instruments that are to begin. Others that were asked about before are forgotten: where their tapes end may be
    /// somewhere else when they come back.
    /// </param>
    /// <param name="cancellationToken">Ends the question.</param>
    public void Ask(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        if (positions is null)
            return;
        foreach (var key in _asked.Keys.Except(keys).Except(_begunWithout).ToList())
            Forget(key);
        var now = timeProvider.GetTimestamp();
        foreach (var key in keys)
            _asked.TryAdd(key, (now, _questions));
        if (Interlocked.Exchange(ref _answer, null) is { } answer)
            Note(answer);
        var open = _asked.Keys.Where(key => !_known.ContainsKey(key)).ToList();
        if (_isAsking || open.Count == 0 || timeProvider.GetElapsedTime(_refusedAt, now) < Pause)
            return;
        _isAsking = true;
        var (number, isOwn) = (++_questions, open.Exists(_ended.Contains));
        _question = Task.Run(() => LoadAsync(positions, open, number, isOwn, cancellationToken), CancellationToken.None);
    }

    /// <summary>Whether an instrument may begin: its position is known, or was waited for long enough.</summary>
    /// <param name="key">The instrument's key.</param>
    /// <param name="position">The position; null when there is none or it is not known.</param>
    public bool IsReady(string key, out TradePosition? position)
    {
        position = null;
        if (positions is null || _known.TryGetValue(key, out position))
            return true;
        if (!_asked.TryGetValue(key, out var asked) || timeProvider.GetElapsedTime(asked.At) < options.PositionPatience)
            return false;

        // The store is away. What is on this process's disk is behind everything that the store has of it.
        position = positions.Kept(key);
        if (position is not null)
            _known[key] = position;
        return true;
    }

    /// <summary>Whether an instrument's position is asked for and not known yet.</summary>
    /// <param name="key">The instrument's key.</param>
    public bool Awaits(string key) => positions is not null && !_known.ContainsKey(key);

    /// <summary>Takes the answer about an instrument that began without one.</summary>
    /// <param name="key">The instrument's key.</param>
    /// <param name="position">The position; null when there was no earlier tape.</param>
    /// <returns>Whether there is an answer now.</returns>
    public bool TryTakeLate(string key, out TradePosition? position)
    {
        position = null;
        if (!_begunWithout.Contains(key) || !_known.TryGetValue(key, out position))
            return false;
        Forget(key);
        return true;
    }

    /// <summary>An instrument has begun: its position will be another one from now on.</summary>
    /// <param name="key">The instrument's key.</param>
    public void Begun(string key)
    {
        if (Awaits(key))
            _begunWithout.Add(key);
        else
            Forget(key);
    }

    /// <summary>An instrument is wanted no more.</summary>
    /// <param name="key">The instrument's key.</param>
    public void Ended(string key)
    {
        _ended.Add(key);
        Forget(key);
    }

    private void Forget(string key)
    {
        _known.Remove(key);
        _asked.Remove(key);
        _begunWithout.Remove(key);
    }

    /// <summary>Waits for the end of a question that was cancelled.</summary>
    public Task StopAsync() => _question;

    // A store that refuses is not asked again at once.
    private TimeSpan Pause => _refusals == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(LongestPauseSeconds, 1 << Math.Min(_refusals, 6)));

    private async Task LoadAsync(
        ITradePositions store, IReadOnlyCollection<string> keys, int number, bool isOwn, CancellationToken cancellationToken)
    {
        Answer answer;
        try
        {
            // What this process published of them before may still be on its way: the store knows it only afterwards.
            if (isOwn)
                await flushAsync(cancellationToken);
            answer = new Answer(number, keys, await store.LoadAsync(keys, cancellationToken), null);
        }
        catch (Exception exception)
        {
            // The store refuses, or the collector stops. Tapes begin with what arrives, the health says so, and the question is asked again.
            answer = new Answer(number, keys, new Dictionary<string, TradePosition>(), exception.Message);
        }

        Interlocked.Exchange(ref _answer, answer);
        answered();
    }

    private void Note(Answer answer)
    {
        _isAsking = false;
        Fault = answer.Fault is null ? null : $"positions_unread: where the trade tapes ended is not known: {answer.Fault}";
        if (answer.Fault is not null)
        {
            (_refusals, _refusedAt) = (_refusals + 1, timeProvider.GetTimestamp());
            logger.PositionsRefused(collector, answer.Fault);
            return;
        }

        _refusals = 0;

        // Not those that were forgotten meanwhile, nor those that were asked about anew.
        foreach (var key in answer.Keys.Where(key => _asked.TryGetValue(key, out var asked) && asked.Question < answer.Number))
        {
            _known[key] = answer.Found.GetValueOrDefault(key);
            _ended.Remove(key);
        }
    }

    private sealed record Answer(
        int Number, IReadOnlyCollection<string> Keys, IReadOnlyDictionary<string, TradePosition> Found, string? Fault);
}
