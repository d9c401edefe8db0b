namespace MarketData.Trades;

/// <content>
/// A tape that follows an earlier owner's of which no trade is known: what was traded since that one ended is its own to publish. It is asked for
/// with the newest trades, a page of them.
/// </content>
public sealed partial class TradeTape
{
    // One page of the exchange's (Deribit API v2: at most 1,000).
    private const int NewestPage = 1_000;

    // The earlier owner may have taken over just before, and not have asked yet. Nobody has published a trade of the instrument, so an older
    // one only lets the tape begin earlier.
    private const long SinceMarginMs = 600_000;

    private readonly List<TradeEvent> _early = [];
    private long? _sinceUnixMs;
    private long _earlyAt;

    private bool AsksSince => _sinceUnixMs is not null && !AwaitsPosition;

    /// <summary>There was no earlier tape of the instrument.</summary>
    internal void LearnNone()
    {
        AwaitsPosition = false;
        if (AsksSince && _up) AskWhatCameBehind();
    }

    // A live trade that comes before it is known what was traded since the earlier owner ended waits for that, as one behind a hole does: were it
    // published, whoever owns the instrument next would go on behind it.
    private bool WaitsForSince(TradeEvent trade)
    {
        if (_sinceUnixMs is null || trade.Source != TradeSource.Live || _seen.Count > 0 || _options.HoldFor <= TimeSpan.Zero) return false;
        if (_early.Count == NewestPage) return false;
        if (_early.Count == 0) _earlyAt = _time.GetTimestamp();
        _early.Add(trade);
        _counts.Waiting++;
        _set.Watch(this);
        return true;
    }

    private void ReleaseEarly(List<MarketDataEvent> output)
    {
        if (_early.Count == 0 || (_sinceUnixMs is not null && _time.GetElapsedTime(_earlyAt) < _options.HoldFor)) return;
        var early = _early.ToList();
        ForgetEarly();
        foreach (var trade in early) Take(trade, output);
    }

    // At the end of the tape whoever goes on asks since when as this one did, and finds them.
    private void ForgetEarly()
    {
        _counts.Waiting -= _early.Count;
        _early.Clear();
    }

    // Takes the newest trades; returns what they prove of the interval, null when they say no more than the newest alone.
    private string? TakeSince(List<TradeEvent> newest, List<MarketDataEvent> output)
    {
        if (!AsksSince) return null;
        var since = _sinceUnixMs!.Value - SinceMarginMs;
        _sinceUnixMs = null;
        if (newest.Find(trade => trade.ExchangeTimeUnixMs >= since) is not { } first) return null;
        if (_seen.Count > 0)
            return BeginBehind(new TradePosition(first.TradeSequence - 1, "", since), output) ? "What was missed is reported as a gap." : null;

        Begin(first.TradeSequence - 1, null);
        foreach (var trade in newest.Where(trade => trade.TradeSequence >= first.TradeSequence)) Accept(trade, output);
        return newest.Count < NewestPage || first != newest[0] ? "What was traded since then was fetched."
            : $"The newest {NewestPage} trades since then were fetched; what came before {first.TradeSequence} is not known.";
    }

    // What lies between a position and the trade that this tape began with is a hole. False when nothing does.
    private bool BeginBehind(TradePosition position, List<MarketDataEvent> output)
    {
        // What the tape began behind was not its own to publish; now it is, if the earlier tape did not come so far.
        var own = _begunBehind == _seen.First ? _seen.First + 1 : _seen.First;
        if (position.TradeSequence >= own - 1) return false;
        if (own > _seen.First) _seen.RemoveFirst();
        _outBefore.UnionWith(position.Ahead.Select(trade => trade.TradeId));
        OpenHoleBefore(own, position, output);
        _begunBehind = _begunAt = 0;
        return true;
    }
}
