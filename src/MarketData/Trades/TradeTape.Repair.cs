namespace MarketData.Trades;

/// <content>Repair: what the tape asks of the exchange's past trades, and what it makes of the answers.</content>
public sealed partial class TradeTape
{
    private TradeRequest? _request;
    private TradeHole? _requestHole;

    /// <summary>Whether anything is open that time or an answer changes.</summary>
    internal bool IsBusy => _holes.Count > 0 || _early.Count > 0 || _check != TapeCheck.None || _request is not null;

    internal bool IsWatched { get; set; }

    /// <summary>When the oldest of the holes was found, as a timestamp of the clock; null when there is none.</summary>
    internal long? OldestHoleFoundAt
    {
        get
        {
            long? found = null;
            foreach (var hole in _holes)
            {
                if (found is null || hole.FoundAt < found) found = hole.FoundAt;
            }

            return found;
        }
    }

    /// <summary>The next page wanted; null when none is due, or one is under way.</summary>
    /// <param name="holesOnly">Whether to ask for the trades of holes only.</param>
    internal TradeRequest? NextRequest(bool holesOnly)
    {
        if (_request is not null || !_up) return null;
        // What trades wait for is as urgent as a hole.
        var mayCheck = !holesOnly || _early.Count > 0;
        // Before a hole is filled behind a position of an earlier run, or behind time away: is the sequence still the same? Asked once the
        // channel is confirmed.
        if ((_unverified || _rejoined) && (!_confirmed || _check != TapeCheck.None)) return mayCheck ? NextCheck() : null;
        foreach (var hole in _holes)
        {
            if (hole.Missing == 0 || _time.GetElapsedTime(hole.WaitsSince) < hole.WaitsFor) continue;
            _requestHole = hole;
            return _request = new TradeRequest(this, TradeRequestKind.Hole)
            {
                FromSequence = _seen.NextMissing(Math.Max(hole.From, hole.Cursor)),
                ToSequence = hole.To,
                FromArchive = hole.InArchive,
                Span = hole.Span?.Context ?? default,
            };
        }

        return mayCheck ? NextCheck() : null;
    }

    /// <summary>Takes the answer to a request of this tape.</summary>
    /// <param name="request">The request; one that is not awaited any more is ignored.</param>
    /// <param name="trades">The trades of the page, in any order; the list is changed. Trades that were not asked for are ignored.</param>
    /// <param name="hasMore">Whether the range goes on behind the page.</param>
    /// <param name="output">Takes trades that were not published before, and integrity events around them.</param>
    public void Answered(TradeRequest request, List<TradeEvent> trades, bool hasMore, List<MarketDataEvent> output)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(trades);
        ArgumentNullException.ThrowIfNull(output);
        if (!ReferenceEquals(request, _request)) return;
        _request = null;
        trades.RemoveAll(trade => trade.TradeSequence < request.FromSequence || trade.TradeSequence > request.ToSequence);
        trades.Sort((left, right) => left.TradeSequence.CompareTo(right.TradeSequence));
        switch (request.Kind)
        {
            case TradeRequestKind.Hole: AnsweredHole(request, trades, hasMore, output); break;
            case TradeRequestKind.Behind: AnsweredBehind(request, trades, hasMore, output); break;
            default: AnsweredNewest(trades, output); break;
        }

        ReleaseEarly(output);
    }

    /// <summary>Takes the failure of a call for a request of this tape.</summary>
    /// <param name="request">The request; one that is not awaited any more is ignored.</param>
    /// <param name="reason">What went wrong, as a sentence.</param>
    /// <param name="isFinal">Whether asking the same again is of no use.</param>
    /// <param name="output">Takes what follows from it.</param>
    public void Failed(TradeRequest request, string reason, bool isFinal, List<MarketDataEvent> output)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(output);
        if (!ReferenceEquals(request, _request)) return;
        _request = null;
        if (request.Kind != TradeRequestKind.Hole)
        {
            CheckFailed(request.Kind, isFinal);
            ReleaseEarly(output);
            return;
        }

        var hole = _requestHole!;
        if (!_holes.Contains(hole) || hole.Missing == 0) return;
        hole.Reason = reason;
        if (isFinal)
        {
            hole.IsRefused |= !request.FromArchive;
            AskedAll(hole, output);
        }
        else if (++hole.Failures >= _options.MaxFailures)
        {
            GiveUp(hole, $"{hole.Failures} calls for these trades failed. The last: {reason}", output);
        }
        else
        {
            Wait(hole, hole.Failures);
        }
    }

    private void AnsweredHole(TradeRequest request, List<TradeEvent> trades, bool hasMore, List<MarketDataEvent> output)
    {
        var hole = _requestHole!;
        var restarts = _counts.Restarts;
        foreach (var trade in trades)
        {
            if (_seen.Contains(trade.TradeSequence)) continue;
            hole.HasProgress = true;
            Accept(trade, output);
        }

        if (restarts != _counts.Restarts || hole.Missing == 0 || !_holes.Contains(hole)) return;
        if (trades.Count > 0 && !request.FromArchive) hole.ServedFrom ??= trades[0].TradeSequence;
        // A page that is full goes on behind its last trade. One that is not has shown all that the host has of the hole: what is missing
        // in it was left out without an error.
        hole.Cursor = hasMore && trades.Count > 0 ? trades[^1].TradeSequence + 1 : hole.To + 1;
        if (_seen.NextMissing(hole.Cursor) > hole.To) AskedAll(hole, output);
    }

    // The host asked now has said all it has: the archive is next, then another attempt, then the end.
    private void AskedAll(TradeHole hole, List<MarketDataEvent> output)
    {
        hole.Cursor = hole.From;
        if (!hole.InArchive && _options.HasArchive)
        {
            hole.InArchive = true;
            return;
        }

        hole.FruitlessAttempts = hole.HasProgress ? 0 : hole.FruitlessAttempts + 1;
        if (hole.IsRefused)
        {
            GiveUp(hole, $"The exchange refuses to give these trades: {hole.Reason}", output);
        }
        else if (IsGone(hole))
        {
            GiveUp(hole, $"The exchange no longer keeps these trades: the oldest that it gave is {hole.ServedFrom}.", output);
        }
        else if (hole.FruitlessAttempts >= _options.FruitlessAttempts)
        {
            GiveUp(hole, $"The exchange was asked {hole.FruitlessAttempts} times and gave none of these trades.", output);
        }
        else
        {
            (hole.InArchive, hole.ServedFrom, hole.HasProgress) = (false, null, false);
            Wait(hole, hole.FruitlessAttempts);
        }
    }

    // Whether all that is missing is older than what the main host still keeps.
    private bool IsGone(TradeHole hole)
    {
        var lowest = _seen.NextMissing(hole.From);
        var end = _seen.EndOfHole(lowest, hole.To);
        return end < hole.ServedFrom && _seen.NextMissing(end + 1) > hole.To;
    }

    private void Wait(TradeHole hole, int times) => (hole.WaitsSince, hole.WaitsFor) = (_time.GetTimestamp(), Backoff(times));

    private TimeSpan Backoff(int times)
    {
        var seconds = _options.RetryAfter.TotalSeconds * Math.Pow(2, Math.Min(times, 30) - 1);
        return TimeSpan.FromSeconds(Math.Min(_options.RetryAtMost.TotalSeconds, seconds));
    }
}
