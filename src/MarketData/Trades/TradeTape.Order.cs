namespace MarketData.Trades;

/// <content>The order in which trades come out: what waits behind a hole, and until when.</content>
public sealed partial class TradeTape
{
    internal int WaitingCount => _waiting.Count + _early.Count;

    /// <summary>Holes whose time is over hold nothing back any more.</summary>
    internal void Tick(List<MarketDataEvent> output)
    {
        var changed = false;
        foreach (var hole in _holes)
        {
            if (hole.IsLate || _time.GetElapsedTime(hole.FoundAt) < _options.HoldFor) continue;
            MarkLate(hole);
            changed = true;
        }

        if (changed) Release(output);
        ReleaseEarly(output);
    }

    /// <summary>Publishes everything that waits; the holes stay open.</summary>
    internal void StopWaiting(List<MarketDataEvent> output)
    {
        LetOut(output);
        foreach (var hole in _holes.Where(hole => !hole.IsLate)) MarkLate(hole);
        Release(output);
    }

    /// <summary>The end of the tape: publishes everything that waits, and closes every open hole.</summary>
    /// <param name="reason">Why it ends, as a sentence.</param>
    /// <param name="output">Takes the trades and the events.</param>
    /// <param name="isHandedOver">Whether somebody goes on, who asks since when as this one did, and finds what waits for that answer.</param>
    internal void Close(string reason, List<MarketDataEvent> output, bool isHandedOver)
    {
        if (isHandedOver) ForgetEarly();
        StopWaiting(output);
        var missing = $"{reason} They were not fetched by then";
        GiveUpAll($"{missing}.", output, $"{missing}; a tape that goes on from its last position fetches them.");
        _request = null;
        _check = TapeCheck.None;
    }

    // 1. The trade takes its place in its hole. 2. It comes out, or waits. 3. What waited for it comes out.
    private void Place(TradeEvent trade, bool isOut, List<MarketDataEvent> output)
    {
        if (FindHole(trade.TradeSequence) is { } hole)
        {
            _counts.Missing--;
            if (--hole.Missing == 0) _complete++;
            if (trade.Source == TradeSource.Backfill && trade.Epoch != hole.Epoch) trade = trade with { Epoch = hole.Epoch };
        }

        if (!isOut && trade.TradeSequence > Barrier())
        {
            _waiting.Enqueue(trade, trade.TradeSequence);
            _counts.Waiting++;
            _set.CountWaiting(1);
        }
        else if (!isOut)
        {
            Publish(trade, CompleteUpTo(), output);
        }

        Release(output);
        _set.LimitWaiting(output);
    }

    private void Release(List<MarketDataEvent> output)
    {
        while (true)
        {
            if (_complete > 0) CloseComplete(output);
            if (!_waiting.TryPeek(out var trade, out var sequence) || sequence > Barrier()) return;
            _waiting.Dequeue();
            _counts.Waiting--;
            _set.CountWaiting(-1);
            Publish(trade, CompleteUpTo(), output);
        }
    }

    private void Publish(TradeEvent trade, long completeUpTo, List<MarketDataEvent> output)
    {
        if (trade.Source == TradeSource.Backfill) _counts.Fetched++;
        // Fetched ones, and ones that waited while the connection changed.
        if (trade.Epoch < _publishedEpoch) trade = trade with { Epoch = _publishedEpoch };
        _publishedEpoch = trade.Epoch;
        if ((_unverified || _rejoined) && _outUnverified.Count < _options.RecentTrades) _outUnverified.Add(trade.TradeId);
        trade.SetCompleteUpTo(AwaitsPosition || SinceUnixMs is not null ? TradeEvent.BeginningUnknown : completeUpTo);
        output.Add(trade);
        _counts.Published++;
    }

    // The lowest missing number that trades behind it wait for.
    private long Barrier()
    {
        foreach (var hole in _holes)
        {
            if (hole is { IsLate: false, Missing: > 0 }) return _seen.NextMissing(hole.From);
        }

        return long.MaxValue;
    }

    private long CompleteUpTo()
    {
        var end = _highest;
        foreach (var hole in _holes)
        {
            if (hole.Missing == 0) continue;
            end = _seen.NextMissing(hole.From) - 1;
            break;
        }

        return _waiting.TryPeek(out _, out var sequence) ? Math.Min(end, sequence - 1) : end;
    }

    // Holes without a missing trade whose trades are all out.
    private void CloseComplete(List<MarketDataEvent> output)
    {
        for (var i = 0; i < _holes.Count && _complete > 0;)
        {
            var hole = _holes[i];
            if (_waiting.TryPeek(out _, out var sequence) && sequence <= hole.To) return;
            if (hole.Missing > 0)
            {
                i++;
                continue;
            }

            _complete--;
            _holes.RemoveAt(i);
            _counts.OpenHoles--;
            if (hole.IsLate) _counts.LateHoles--;
            ReportClosed(hole, output);
        }
    }

    private void MarkLate(TradeHole hole)
    {
        hole.IsLate = true;
        _counts.LateHoles++;
    }
}
