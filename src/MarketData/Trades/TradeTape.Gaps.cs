using System.Diagnostics;

using MarketData.Telemetry;

namespace MarketData.Trades;

/// <content>Holes: how they open, close and are given up; and sequences that start over.</content>
public sealed partial class TradeTape
{
    private bool StartedOver(TradeEvent trade, out string? known)
    {
        known = _recent.Find(trade.TradeSequence);
        if (known is not null) return known != trade.TradeId;
        // Too old to remember its id. A straggler is older than the newest trade; one that is newer belongs to another sequence.
        return trade.Source == TradeSource.Live && trade.ExchangeTimeUnixMs > LastExchangeTimeUnixMs;
    }

    private void OnStartedOver(TradeEvent trade, string? known, List<MarketDataEvent> output)
    {
        StopWaiting(output);
        _counts.Restarts++;
        var before = known is null ? "long ago" : $"by trade {known}";
        output.Add(Integrity(
            IntegrityKind.Restarted,
            $"sequence restarted: number {trade.TradeSequence} was used {before}, now by trade {trade.TradeId}. Nothing is repaired.",
            _highest,
            trade.TradeSequence,
            trade));
        // What came of the new sequence before it was recognised.
        var doubted = _doubted.Where(one => one.TradeSequence < trade.TradeSequence).OrderBy(one => one.TradeSequence).ToList();
        StartOver(output);
        foreach (var one in doubted) Accept(one, output);
    }

    // A live trade that is taken for an old one only because it is not newer: the exchange's newest trade tells whether it is.
    private void Doubt(TradeEvent trade)
    {
        if (trade.Source != TradeSource.Live) return;
        if (_check == TapeCheck.None) (_check, _checkWaitsFor) = (TapeCheck.Newest, TimeSpan.Zero);
        if (_doubted.Count < _options.RecentTrades) _doubted.Add(trade);
        _set.Watch(this);
    }

    private void OnContinued(TradeEvent trade, List<MarketDataEvent> output)
    {
        var (last, sequence) = (_highest, trade.TradeSequence);
        var live = trade.Source == TradeSource.Live;
        if (_proving && live && SinceUnixMs is null)
        {
            var detail = sequence == last + 1
                ? "The trades continue without a hole."
                : "The trades continue; those missing are reported as a gap.";
            OnProven(last, sequence, trade, detail, output);
        }

        if (sequence > last + 1) OpenHole(sequence - 1, trade, output);
        else if (live && _check == TapeCheck.Behind && !_unverified && (!_rejoined || last == _resumedAt)) Verified(TapeCheck.None);
    }

    // False when it is too large for a hole: then the tape has begun anew.
    private bool OpenHole(long to, TradeEvent shownBy, List<MarketDataEvent> output)
    {
        var (from, missing) = (_highest + 1, to - _highest);
        _counts.Gaps++;
        output.Add(Integrity(IntegrityKind.TradeGap, $"{missing} trades are missing.", from, to, shownBy) with
        {
            FromTimeUnixMs = LastExchangeTimeUnixMs,
        });
        if (missing > _options.MaxGap)
        {
            StopWaiting(output);
            _counts.GivenUp += missing;
            output.Add(Integrity(
                IntegrityKind.Unrecoverable,
                $"{missing} trades are more than can be missing; the tape begins anew at {shownBy.TradeSequence}.",
                from,
                to,
                shownBy));
            StartOver(output);
            return false;
        }

        _counts.Missing += missing;
        _counts.OpenHoles++;
        var hole = new TradeHole
        {
            From = from,
            To = to,
            Missing = missing,
            FromTimeUnixMs = LastExchangeTimeUnixMs,
            ToTimeUnixMs = shownBy.ExchangeTimeUnixMs,
            Epoch = Math.Max(shownBy.Epoch, _publishedEpoch),
            FoundAt = _time.GetTimestamp(),
            Span = BeginSpan(from, to),
            Cursor = from,
        };
        _holes.Add(hole);
        _highest = to;
        if (_options.HoldFor <= TimeSpan.Zero) MarkLate(hole);
        _set.Watch(this);
        return true;
    }

    // Before the first trade of the tape: what an earlier tape, of which it learnt late, left out. Nothing waits for it any more.
    private void OpenHoleBefore(long own, TradePosition position, List<MarketDataEvent> output, bool isPosition)
    {
        var (from, to, missing) = (position.TradeSequence + 1, own - 1, own - 1 - position.TradeSequence);
        _counts.Gaps++;
        output.Add(Integrity(IntegrityKind.TradeGap, $"{missing} trades are missing.", from, to) with
        {
            FromTimeUnixMs = position.ExchangeTimeUnixMs,
        });
        if (missing > _options.MaxGap)
        {
            _counts.GivenUp += missing;
            output.Add(Integrity(
                IntegrityKind.Unrecoverable, $"{missing} trades are more than can be missing; the tape goes on from {own}.", from, to));
            return;
        }

        _counts.Missing += missing;
        _counts.OpenHoles++;
        var hole = new TradeHole
        {
            From = from,
            To = to,
            Missing = missing,
            FromTimeUnixMs = position.ExchangeTimeUnixMs,
            ToTimeUnixMs = null,
            Epoch = Math.Max(_epoch, _publishedEpoch),
            FoundAt = _time.GetTimestamp(),
            Span = BeginSpan(from, to),
            Cursor = from,
            IsBehindNoPosition = !isPosition,
        };
        _holes.Insert(0, hole);
        _seen.Add(position.TradeSequence);
        MarkLate(hole);
        _set.Watch(this);
    }

    // After a reconnect or a restart: where the stream continues. What is missing before it is a hole like any other.
    private void OnProven(long? last, long next, TradeEvent trade, string detail, List<MarketDataEvent> output)
    {
        _proving = false;
        _disconnected = false;
        if (_beginningUnknown) detail += $" What came before {Own} is not known.";
        _beginningUnknown = false;
        // The closing counts from where its opening does: trades that came late, or by repair, have moved the tape meanwhile.
        output.Add(Integrity(IntegrityKind.Resynced, detail, _opening is null ? last : _opening.FromId, next, trade) with
        {
            FromTimeUnixMs = _opening is null ? LastExchangeTimeUnixMs : _opening.FromTimeUnixMs,
        });
        _opening = null;
    }

    private void ReportClosed(TradeHole hole, List<MarketDataEvent> output)
    {
        var next = hole.From;
        foreach (var (from, to, reason) in hole.Lost ?? [])
        {
            if (from > next) Filled(next, from - 1);
            output.Add(Ended(IntegrityKind.Unrecoverable, reason, from, to));
            next = to + 1;
        }

        if (next <= hole.To) Filled(next, hole.To);
        hole.Span?.SetTag("marketdata.lost", hole.Lost?.Sum(lost => lost.To - lost.From + 1) ?? 0)
            .SetStatus(hole.Lost is null ? ActivityStatusCode.Ok : ActivityStatusCode.Error).Dispose();

        void Filled(long from, long to)
        {
            _counts.Backfilled++;
            var detail = hole.IsLate && _options.HoldFor > TimeSpan.Zero
                ? $"Every missing trade arrived; not all within {_options.HoldFor.TotalSeconds} s: later trades were published before them."
                : "Every missing trade arrived.";
            output.Add(Ended(IntegrityKind.Backfilled, detail, from, to));
        }

        IntegrityEvent Ended(IntegrityKind kind, string detail, long from, long to) => Integrity(kind, detail, from, to) with
        {
            FromTimeUnixMs = hole.FromTimeUnixMs,
            ToTimeUnixMs = hole.ToTimeUnixMs,
        };
    }

    // What is still missing of the hole will not come any more.
    private void GiveUp(TradeHole hole, string reason, List<MarketDataEvent> output)
    {
        for (var from = _seen.NextMissing(hole.From); from <= hole.To; from = _seen.NextMissing(from))
        {
            var to = _seen.EndOfHole(from, hole.To);
            _seen.AddRange(from, to);
            (hole.Lost ??= []).Add((from, to, reason));
        }

        _counts.GivenUp += hole.Missing;
        _counts.Missing -= hole.Missing;
        hole.Missing = 0;
        _complete++;
        Release(output);
    }

    private void GiveUpAll(string reason, List<MarketDataEvent> output, string? behindPosition = null)
    {
        while (_holes.Find(hole => hole.Missing > 0) is { } hole)
            GiveUp(hole, hole.IsBehindNoPosition ? reason : behindPosition ?? reason, output);
    }

    private void GiveUpOldestHole(List<MarketDataEvent> output)
    {
        const string reason = "The tape has too many holes; the oldest is given up.";
        var (from, to) = _seen.OldestHole;
        var hole = FindHole(from);
        _seen.CloseOldestHole();
        _counts.GivenUp += to - from + 1;
        if (hole is null)
        {
            output.Add(Integrity(IntegrityKind.Unrecoverable, reason, from, to));
            return;
        }

        _counts.Missing -= to - from + 1;
        hole.Missing -= to - from + 1;
        var front = hole;
        if (to < hole.To)
        {
            // The part up to here is closed; what is behind it goes on as a hole of its own.
            front = hole.SplitOff(to);
            _holes.Insert(_holes.IndexOf(hole), front);
            _counts.OpenHoles++;
            if (front.IsLate) _counts.LateHoles++;
            if (hole.Missing == 0) _complete++;
        }

        front.Lost = [(from, to, reason)];
        _complete++;
        Release(output);
    }

    private void StartOver(List<MarketDataEvent> output)
    {
        GiveUpAll("The tape begins anew while these trades are missing.", output);
        _seen.Clear();
        _recent.Clear();
        _doubted.Clear();
        _highest = _timedAt = _begunAt = _begunBehind = 0;
        _request = null;
        _check = TapeCheck.None;
        (_resumed, _unverified, _rejoined, _beginningUnknown) = (false, false, false, false);
        SinceUnixMs = null;
    }

    private Activity? BeginSpan(long from, long to) => Spans.Begin("trades.repair")
        ?.SetTag("marketdata.key", Instrument.Key).SetTag("marketdata.from_id", from).SetTag("marketdata.to_id", to);

    private TradeHole? FindHole(long sequence)
    {
        int low = 0, high = _holes.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (sequence < _holes[middle].From) high = middle - 1;
            else if (sequence > _holes[middle].To) low = middle + 1;
            else return _holes[middle];
        }

        return null;
    }
}
