namespace MarketData.Trades;

/// <content>
/// Where the tape begins and how far it goes: asked when a channel is confirmed, so that what was missed while nobody listened is found at
/// once, and not only with the next live trade.
/// </content>
public sealed partial class TradeTape
{
    // How often the exchange must say that it knows no trade at all.
    private const int EmptyAnswers = 3;

    // How often the exchange must say that its newest trade is one that this tape has long passed, though by its time it is no news: over
    // some 15 s, which is longer than any host lags.
    private const int OlderAnswers = 6;

    private TapeCheck _check;
    private int _checkFailures;
    private long _checkWaitsSince;
    private TimeSpan _checkWaitsFor;
    private bool _confirmed;
    private bool _resumed;
    private bool _unverified;
    private bool _rejoined;
    private bool _beganEmpty;
    private long _resumedAt;
    private long _begunAt;
    private long _begunBehind;
    private readonly List<TradeEvent> _doubted = [];
    private readonly HashSet<string> _outUnverified = new(StringComparer.Ordinal);

    // What an earlier run published behind a hole that it left open.
    private readonly HashSet<string> _outBefore = new(StringComparer.Ordinal);
    private int _emptyAnswers;
    private int _olderAnswers;

    /// <summary>The exchange confirmed the channel: from here on every trade is sent. What came before is asked for.</summary>
    public void Subscribed()
    {
        // Also when it was refused before.
        _proving |= _disconnected;
        Ask();
    }

    /// <summary>
    /// The exchange refuses the channel, and is not asked for it again on this connection. What came before is asked for all the same, since
    /// nothing else will show it; it proves nothing of what comes after.
    /// </summary>
    public void Refused()
    {
        _proving = false;
        Ask();
    }

    private void Ask()
    {
        _confirmed = true;
        AskWhatCameBehind();
    }

    // An answer to what was asked before the channel was confirmed proves nothing of the time between, and may be of another sequence.
    private void ForgetCheck()
    {
        (_confirmed, _check) = (false, TapeCheck.None);
        _request = null;
    }

    /// <summary>Something of the channel was not understood: what is behind the newest trade is asked for, once the channel is confirmed.</summary>
    public void AskWhatCameBehind()
    {
        _check = !AsksSince && (_seen.Count > 0 || _beganEmpty) ? TapeCheck.Behind : TapeCheck.Newest;
        _checkWaitsFor = TimeSpan.Zero;
        _emptyAnswers = _olderAnswers = 0;
        _set.Watch(this);
    }

    // The tape goes on behind a trade that an earlier run published.
    private void Resume(TradePosition position)
    {
        _seen.Add(position.TradeSequence);
        _recent.Add(position.TradeSequence, position.TradeId);
        _highest = _timedAt = _resumedAt = position.TradeSequence;
        LastExchangeTimeUnixMs = position.ExchangeTimeUnixMs;
        (_hasPosition, _resumed, _unverified, _disconnected) = (true, true, true, true);
        SinceUnixMs = null;
        _outBefore.UnionWith(position.Ahead.Select(trade => trade.TradeId));
    }

    private bool IsOut(TradeEvent trade)
    {
        if (_outBefore.Count > 0 && _outBefore.Remove(trade.TradeId))
        {
            _counts.Duplicates++;
            return true;
        }

        return _outUnverified.Count > 0 && _outUnverified.Contains(trade.TradeId);
    }

    private TradeRequest? NextCheck()
    {
        if (!_confirmed || _check == TapeCheck.None || _time.GetElapsedTime(_checkWaitsSince) < _checkWaitsFor) return null;
        _request = _check == TapeCheck.Newest
            ? new TradeRequest(this, TradeRequestKind.Newest) { Count = AsksSince ? NewestPage : 1 }
            : new TradeRequest(this, TradeRequestKind.Behind) { FromSequence = _unverified || _rejoined ? _resumedAt : Math.Max(1, _highest) };
        _check = TapeCheck.None;
        return _request;
    }

    /// <summary>
    /// Learns where an earlier tape ended, after this one has begun without knowing: what is missing between the two is a hole. Its trades
    /// come out when they are fetched, behind what is published already. A position that this tape has passed says nothing new.
    /// </summary>
    /// <param name="position">Where the earlier tape ended.</param>
    /// <param name="output">Takes a <c>trade_gap</c> event, or a <c>disconnected</c> event when the tape has no trade yet.</param>
    internal void Learn(TradePosition position, List<MarketDataEvent> output)
    {
        AwaitsPosition = false;
        if (_seen.Count == 0)
        {
            Resume(position);
            _proving = _up;
            if (!_up) return;
            OpenResumed(output);
            AskWhatCameBehind();
            return;
        }

        (_hasPosition, SinceUnixMs) = (true, null);
        BeginBehind(position, output, isPosition: true);
        // An interval that waited for this.
        if (_disconnected && _up) AskWhatCameBehind();
    }

    private void CheckFailed(TradeRequestKind kind, bool isFinal)
    {
        if (isFinal)
        {
            // Nothing is proven then; a live trade shows where the tape stands.
            ForgetSince();
            Verified(_check);
            return;
        }

        (_checkWaitsSince, _checkWaitsFor) = (_time.GetTimestamp(), Backoff(++_checkFailures));
        if (_check == TapeCheck.None) _check = kind == TradeRequestKind.Newest ? TapeCheck.Newest : TapeCheck.Behind;
    }

    private void AnsweredBehind(TradeRequest request, List<TradeEvent> trades, bool hasMore, List<MarketDataEvent> output)
    {
        _checkFailures = 0;
        if (trades.Count == 0)
        {
            // Nothing is kept from there on: a quiet instrument, or a sequence that has gone back. The newest trade tells.
            if (_seen.Count == 0) AnsweredNothing(output);
            else if (_check == TapeCheck.None) _check = TapeCheck.Newest;
            return;
        }

        var (first, newest, before) = (trades[0], trades[^1], LastSequence);
        if (_seen.Count == 0) Begin(first.TradeSequence - 1, null);
        if (first.TradeSequence == request.FromSequence && _recent.Find(first.TradeSequence) is { } known && known != first.TradeId)
        {
            trades.AddRange(TakeBackWaiting());
            OnStartedOver(first, known, output);
        }
        else if (newest.TradeSequence > _highest)
        {
            OpenHole(newest.TradeSequence, newest, output);
        }

        foreach (var trade in trades)
        {
            if (_seen.Count == 0 || !_seen.Contains(trade.TradeSequence)) Accept(trade, output);
        }

        Verified(_check);
        if (hasMore) _check = TapeCheck.Newest;
        else Proven(before, newest, output);
    }

    private void AnsweredNewest(List<TradeEvent> trades, List<MarketDataEvent> output)
    {
        _checkFailures = 0;
        if (trades.Count == 0)
        {
            if (_seen.Count == 0 || AsksSince || IsKept(_opening?.FromTimeUnixMs)) AnsweredNothing(output);
            return;
        }

        var (newest, before) = (trades[^1], LastSequence);
        var since = TakeSince(trades, output);
        if (_seen.Count == 0)
        {
            Begin(newest.TradeSequence, newest);
        }
        else if (newest.TradeSequence > _highest)
        {
            OpenHole(newest.TradeSequence, newest, output);
            Accept(newest, output);
        }
        else if (_recent.Find(newest.TradeSequence) is not { } known)
        {
            if (!(newest.ExchangeTimeUnixMs > LastExchangeTimeUnixMs) && ++_olderAnswers < OlderAnswers)
            {
                (_check, _checkWaitsSince, _checkWaitsFor) = (TapeCheck.Newest, _time.GetTimestamp(), Backoff(_olderAnswers));
                return;
            }

            OnStartedOver(newest, null, output);
            Accept(newest, output);
        }
        else if (known != newest.TradeId)
        {
            OnStartedOver(newest, known, output);
            Accept(newest, output);
        }

        Verified(_check);
        Proven(before, newest, output, since);
    }

    // It is known which sequence the trades are of.
    private void Verified(TapeCheck next)
    {
        _doubted.Clear();
        _outUnverified.Clear();
        (_check, _unverified, _rejoined, _olderAnswers) = (next, false, false, 0);
    }

    // Live trades behind the last one known to be of the old sequence, which wait for a hole between two sequences: they are of the new one.
    private List<TradeEvent> TakeBackWaiting()
    {
        var (back, stay) = (new List<TradeEvent>(), new List<TradeEvent>());
        while (_waiting.TryDequeue(out var trade, out var sequence)) ((_unverified || _rejoined) && sequence > _resumedAt ? back : stay).Add(trade);
        foreach (var trade in stay) _waiting.Enqueue(trade, trade.TradeSequence);
        _counts.Waiting -= back.Count;
        _set.CountWaiting(-back.Count);
        return back;
    }

    // Whether the exchange would still have every trade from since an interval began.
    private bool IsKept(long? fromUnixMs) =>
        fromUnixMs is { } from && _time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(from) < _options.KeptFor;

    // No trade in all that the exchange keeps. One such answer proves nothing, since a host may lag behind the live feed.
    private void AnsweredNothing(List<MarketDataEvent> output)
    {
        if (_seen.Count == 0 && _early.Count == 0) _beganEmpty = true;
        // Where an earlier tape ended is not known yet: asked again when it is.
        if (SinceUnixMs is not null && AwaitsPosition) return;
        if (!_proving && !AsksSince) return;
        if (++_emptyAnswers < EmptyAnswers)
        {
            (_check, _checkWaitsSince, _checkWaitsFor) = (TapeCheck.Newest, _time.GetTimestamp(), _options.RetryAfter);
            return;
        }

        _emptyAnswers = 0;
        // The feed has trades of which the exchange's answers know nothing: the next one shows where the tape stands.
        var isBehindFeed = AsksSince && (_seen.Count > 0 || _early.Count > 0);
        // It had forgotten what was traded long ago.
        var from = SinceUnixMs ?? _opening?.FromTimeUnixMs;
        var isKept = from is null || IsKept(from);
        ForgetSince();
        if (!_proving || isBehindFeed || !isKept) return;
        (_proving, _disconnected) = (false, false);
        var detail = _seen.Count == 0 ? "Nothing was missed: the exchange knows no trade of the instrument."
            : "Nothing was missed: the exchange has no trade of the instrument since then.";
        output.Add(Integrity(IntegrityKind.Resynced, detail) with
        {
            // From where its opening counts: a repair may have moved the tape meanwhile.
            FromId = _opening is null ? LastSequence : _opening.FromId,
            FromTimeUnixMs = _opening?.FromTimeUnixMs,
        });
        _opening = null;
    }

    // The tape begins behind a trade that is not its own to publish.
    private void Begin(long sequence, TradeEvent? trade)
    {
        _seen.Add(sequence);
        _highest = _timedAt = _begunBehind = sequence;
        if (trade is null) return;
        _begunAt = sequence;
        _recent.Add(sequence, trade.TradeId);
        LastExchangeTimeUnixMs = trade.ExchangeTimeUnixMs;
    }

    private void Proven(long? before, TradeEvent newest, List<MarketDataEvent> output, string? since = null)
    {
        if (!_proving || SinceUnixMs is not null) return;
        var detail = since ?? (before is null ? $"The tape begins behind trade {newest.TradeSequence}; what came before is not known."
            : newest.TradeSequence <= before ? $"Nothing was missed: the newest trade is {newest.TradeSequence}."
            : "What was missed is reported as a gap.");
        OnProven(before, _highest + 1, newest, detail, output);
    }
}
