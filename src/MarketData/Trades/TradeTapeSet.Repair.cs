namespace MarketData.Trades;

/// <content>Repair: which tape asks next, and what waits meanwhile.</content>
public sealed partial class TradeTapeSet
{
    // Tapes with an open hole, a question, or a request under way; few of many.
    private readonly List<TradeTape> _busy = [];
    private int _turn;
    private int _waiting;

    /// <summary>
    /// The tapes of which it is not known yet what was traded before they began, since an earlier owner ended. While there is one, what that
    /// owner said of its end still holds.
    /// </summary>
    public int OpenBeginnings { get; private set; }

    /// <summary>How long ago the oldest hole was found that is open now; zero when there is none.</summary>
    public TimeSpan OldestHole
    {
        get
        {
            long? found = null;
            foreach (var tape in _busy)
            {
                if (tape.OldestHoleFoundAt is { } at && (found is null || at < found)) found = at;
            }

            return found is { } oldest ? _time.GetElapsedTime(oldest) : TimeSpan.Zero;
        }
    }

    /// <summary>What time alone brings about: trades that have waited long enough are published. Call it about every 50 ms.</summary>
    /// <param name="output">Takes the trades and the events.</param>
    public void Tick(List<MarketDataEvent> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        for (var i = _busy.Count - 1; i >= 0; i--)
        {
            var tape = _busy[i];
            tape.Tick(output);
            if (tape.IsBusy) continue;
            tape.IsWatched = false;
            _busy.RemoveAt(i);
        }
    }

    /// <summary>
    /// The next page of past trades that a tape wants, holes before questions, the tapes in turn. One per tape is under way at a time; the
    /// caller limits how many there are in all.
    /// </summary>
    /// <returns>The request, to be answered by its tape; null when none is due.</returns>
    public TradeRequest? TakeRequest() => Take(holesOnly: true) ?? Take(holesOnly: false);

    internal void Watch(TradeTape tape)
    {
        if (tape.IsWatched) return;
        tape.IsWatched = true;
        _busy.Add(tape);
    }

    internal void CountBeginnings(int change) => OpenBeginnings += change;

    internal void CountWaiting(int change) => _waiting += change;

    internal void LimitWaiting(List<MarketDataEvent> output)
    {
        while (_waiting > _options.MaxWaiting && _busy.MaxBy(tape => tape.WaitingCount) is { WaitingCount: > 0 } tape)
            tape.StopWaiting(output);
    }

    private TradeRequest? Take(bool holesOnly)
    {
        for (var i = 0; i < _busy.Count; i++)
        {
            var index = (_turn + i) % _busy.Count;
            if (_busy[index].NextRequest(holesOnly) is not { } request) continue;
            _turn = index + 1;
            return request;
        }

        return null;
    }
}
