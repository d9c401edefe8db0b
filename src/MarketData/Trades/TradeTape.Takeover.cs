namespace MarketData.Trades;

/// <content>
/// A tape that follows an earlier owner's of which no trade is known: what was traded since that one ended is its own to publish. It is asked for
/// with the newest trades, a page of them.
/// </content>
public sealed partial class TradeTape
{
    // One page of the exchange's (Deribit API v2: at most 1,000).
    private const int NewestPage = 1_000;

    // The earlier owner's connection may have been down, and clocks may differ. Nobody has published a trade of the instrument, so an older one
    // only lets the tape begin earlier.
    private const long SinceMarginMs = 86_400_000;

    private readonly List<TradeEvent> _early = [];
    private long _earlyAt;
    private bool _beginningUnknown;
    private bool _hasPosition;

    // Since when what was traded is this tape's to publish and not known; null when it is known, or nobody's.
    private long? SinceUnixMs
    {
        get;
        set
        {
            if (field is null != value is null) _set.CountBeginnings(value is null ? -1 : 1);
            field = value;
        }
    }

    private bool AsksSince => SinceUnixMs is not null && !AwaitsPosition;

    // The lowest number that this tape has published, or will.
    private long Own => _begunBehind == _seen.First ? _seen.First + 1 : _seen.First;

    /// <summary>There was no earlier tape of the instrument.</summary>
    internal void LearnNone()
    {
        if (!AwaitsPosition) return;
        AwaitsPosition = false;
        if (AsksSince) AskSince();
    }

    private void AskSince()
    {
        // What is on its way asks for less.
        if (_request is { Kind: not TradeRequestKind.Hole }) _request = null;
        if (_up) AskWhatCameBehind();
    }

    /// <summary>The tape began before it was known that an earlier process had the instrument.</summary>
    internal void InterruptedBefore(long sinceUnixMs, string reason, List<MarketDataEvent> output)
    {
        if (_hasPosition || SinceUnixMs is not null) return;
        SinceUnixMs = sinceUnixMs;
        // What is unproven is before the first trade: no number of this tape bounds it.
        if (!_disconnected) OpenInterval(Integrity(IntegrityKind.Disconnected, reason) with { FromId = null, FromTimeUnixMs = sinceUnixMs }, output);
        _proving = _up;
        if (AsksSince) AskSince();
    }

    // A live trade that comes before it is known what was traded since the earlier owner ended waits for that, as one behind a hole does: were it
    // published, whoever owns the instrument next would go on behind it. More than a page of them is no longer waited for.
    private bool WaitsForSince(TradeEvent trade)
    {
        if (!AsksSince || trade.Source != TradeSource.Live || _seen.Count > 0 || _options.HoldFor <= TimeSpan.Zero) return false;
        if (_early.Count == NewestPage) return false;
        if (_early.Count == 0) _earlyAt = _time.GetTimestamp();
        _early.Add(trade);
        _counts.Waiting++;
        _set.CountWaiting(1);
        _set.Watch(this);
        return true;
    }

    private void ReleaseEarly(List<MarketDataEvent> output)
    {
        if (!AsksSince || _time.GetElapsedTime(_earlyAt) >= _options.HoldFor) LetOut(output);
    }

    private void LetOut(List<MarketDataEvent> output)
    {
        if (_early.Count == 0) return;
        var early = _early.ToList();
        ForgetEarly();
        foreach (var trade in early) Take(trade, output);
    }

    // The question has no answer.
    private void ForgetSince()
    {
        if (!AsksSince) return;
        _beginningUnknown |= _seen.Count > 0;
        SinceUnixMs = null;
    }

    /// <summary>The tape is no more: nothing of it is waited for.</summary>
    internal void ForgetBeginning() => SinceUnixMs = null;

    private void ForgetEarly()
    {
        _counts.Waiting -= _early.Count;
        _set.CountWaiting(-_early.Count);
        _early.Clear();
    }

    // Takes the newest trades; returns what they prove of the interval, null when they say no more than the newest alone.
    private string? TakeSince(List<TradeEvent> newest, List<MarketDataEvent> output)
    {
        if (!AsksSince || SinceUnixMs is not { } since) return null;
        SinceUnixMs = null;
        var first = newest.FindIndex(trade => trade.ExchangeTimeUnixMs >= since - SinceMarginMs);
        // Not when the page is full and does not reach back so far, nor when the host does not.
        var isWhole = first != 0 || newest[0].ExchangeTimeUnixMs <= since || (newest.Count < NewestPage && IsKept(since));
        if (_seen.Count > 0)
        {
            var behind = first < 0 ? newest[^1].TradeSequence : newest[first].TradeSequence - 1;
            var hasHole = BeginBehind(new TradePosition(behind, "", since), output, isPosition: false);
            _beginningUnknown = !isWhole;
            return hasHole ? "What was missed is reported as a gap." : null;
        }

        if (first < 0) return null;
        Begin(newest[first].TradeSequence - 1, null);
        foreach (var trade in newest.Skip(first)) Take(trade, output);
        _beginningUnknown = !isWhole;
        return isWhole ? "What was traded since then was fetched." : "The newest trades were fetched.";
    }

    // What lies between a position and the trade that this tape began with is a hole. False when nothing does.
    private bool BeginBehind(TradePosition position, List<MarketDataEvent> output, bool isPosition)
    {
        // What the tape began behind was not its own to publish; now it is, if the earlier tape did not come so far.
        var own = Own;
        if (position.TradeSequence >= own - 1) return false;
        if (own > _seen.First) _seen.RemoveFirst();
        _outBefore.UnionWith(position.Ahead.Select(trade => trade.TradeId));
        OpenHoleBefore(own, position, output, isPosition);
        _begunBehind = _begunAt = 0;
        return true;
    }
}
