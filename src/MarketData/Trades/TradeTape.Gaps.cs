namespace MarketData.Trades;

/// <content>Holes: how they open, shrink, close and are given up; and sequences that start over.</content>
public sealed partial class TradeTape
{
    private bool StartedOver(TradeEvent trade, out string? known)
    {
        known = _recent.Find(trade.TradeSequence);
        if (known is not null) return known != trade.TradeId;
        // Too old to remember its id. A straggler is older than the newest trade; one that is newer belongs to another sequence.
        var isNewer = trade.Source == TradeSource.Live && trade.ExchangeTimeUnixMs > LastExchangeTimeUnixMs;
        return isNewer && (trade.TradeSequence >= _seen.First || _seen.First - trade.TradeSequence > _options.RecentTrades);
    }

    private void OnStartedOver(TradeEvent trade, string? known, List<MarketDataEvent> output)
    {
        _counts.Restarts++;
        var before = known is null ? "long ago" : $"by trade {known}";
        output.Add(Integrity(
            IntegrityKind.Rejected,
            $"sequence restarted: number {trade.TradeSequence} was used {before}, now by trade {trade.TradeId}. Nothing is repaired.",
            _seen.Last,
            trade.TradeSequence,
            trade));
        StartOver(output);
    }

    private void OnContinued(TradeEvent trade, List<MarketDataEvent> output)
    {
        var (last, lastTime, sequence) = (_seen.Last, LastExchangeTimeUnixMs, trade.TradeSequence);
        if (_proving && trade.Source == TradeSource.Live) OnProven(trade, last, output);
        var missing = sequence - last - 1;
        if (missing == 0) return;
        _counts.Gaps++;
        output.Add(Integrity(IntegrityKind.TradeGap, $"{missing} trades are missing.", last + 1, sequence - 1, trade) with
        {
            FromTimeUnixMs = lastTime,
        });
        if (missing > _options.MaxGap)
        {
            _counts.GivenUp += missing;
            output.Add(Integrity(
                IntegrityKind.Unrecoverable,
                $"{missing} trades are more than can be missing; the tape begins anew at {sequence}.",
                last + 1,
                sequence - 1,
                trade));
            StartOver(output);
            return;
        }

        _counts.Missing += missing;
        _gaps.Add(new OpenGap
        {
            From = last + 1,
            To = sequence - 1,
            Missing = missing,
            FromTimeUnixMs = lastTime,
            ToTimeUnixMs = trade.ExchangeTimeUnixMs,
        });
    }

    // The first trade after a reconnect shows where the stream continues; what is missing before it is a hole like any other.
    private void OnProven(TradeEvent trade, long? last, List<MarketDataEvent> output)
    {
        _proving = false;
        _disconnected = false;
        var detail = last is null ? "The trades begin; what came before is not known."
            : trade.TradeSequence == last + 1 ? "The trades continue without a hole."
            : "The trades continue; those missing are reported as a gap.";
        output.Add(Integrity(IntegrityKind.Resynced, detail, last, trade.TradeSequence, trade) with
        {
            FromTimeUnixMs = LastExchangeTimeUnixMs,
        });
    }

    private void Fill(TradeEvent trade, List<MarketDataEvent> output)
    {
        var index = FindGap(trade.TradeSequence);
        if (index < 0) return;
        var gap = _gaps[index];
        gap.Missing--;
        _counts.Missing--;
        if (gap.Missing > 0) return;
        _gaps.RemoveAt(index);
        if (gap.IsPartlyGivenUp) return;
        _counts.Backfilled++;
        output.Add(Integrity(IntegrityKind.Backfilled, "Every missing trade arrived.", gap.From, gap.To, trade) with
        {
            FromTimeUnixMs = gap.FromTimeUnixMs,
            ToTimeUnixMs = gap.ToTimeUnixMs,
        });
    }

    private void GiveUpOldestHole(List<MarketDataEvent> output)
    {
        var (from, to) = _seen.OldestHole;
        _seen.CloseOldestHole();
        var index = FindGap(from);
        var (fromTime, toTime) = ((long?)null, (long?)null);
        if (index >= 0)
        {
            var gap = _gaps[index];
            (fromTime, toTime) = (gap.FromTimeUnixMs, gap.ToTimeUnixMs);
            gap.IsPartlyGivenUp = true;
            gap.Missing -= to - from + 1;
            _counts.Missing -= to - from + 1;
            if (gap.Missing == 0) _gaps.RemoveAt(index);
        }

        _counts.GivenUp += to - from + 1;
        output.Add(Integrity(IntegrityKind.Unrecoverable, "The tape has too many holes; the oldest is given up.", from, to) with
        {
            FromTimeUnixMs = fromTime,
            ToTimeUnixMs = toTime,
        });
    }

    private void StartOver(List<MarketDataEvent> output)
    {
        foreach (var gap in _gaps)
        {
            _counts.Missing -= gap.Missing;
            _counts.GivenUp += gap.Missing;
            var detail = $"The tape begins anew while {gap.Missing} of these trades are missing.";
            output.Add(Integrity(IntegrityKind.Unrecoverable, detail, gap.From, gap.To) with
            {
                FromTimeUnixMs = gap.FromTimeUnixMs,
                ToTimeUnixMs = gap.ToTimeUnixMs,
            });
        }

        _gaps.Clear();
        _seen.Clear();
        _recent.Clear();
    }

    private int FindGap(long sequence)
    {
        int low = 0, high = _gaps.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (sequence < _gaps[middle].From) high = middle - 1;
            else if (sequence > _gaps[middle].To) low = middle + 1;
            else return middle;
        }

        return -1;
    }

    private IntegrityEvent Integrity(IntegrityKind kind, string detail, long? fromId, long? toId, TradeEvent trade) =>
        Integrity(kind, detail, fromId, toId) with
        {
            ExchangeTimeUnixMs = trade.ExchangeTimeUnixMs,
            ReceivedAtUnixNs = trade.ReceivedAtUnixNs,
            ToTimeUnixMs = trade.ExchangeTimeUnixMs,
        };

    private IntegrityEvent Integrity(IntegrityKind kind, string detail, long? fromId, long? toId) => new()
    {
        Exchange = Instrument.Exchange,
        InstrumentName = Instrument.Name,
        Key = Key,
        ExchangeTimeUnixMs = LastExchangeTimeUnixMs ?? 0,
        ReceivedAtUnixNs = (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick,
        Epoch = _epoch,
        Channel = "trade",
        Kind = kind,
        FromId = fromId,
        ToId = toId,
        Detail = detail,
    };

    // Where the tape stands: the form for what concerns the whole tape rather than a hole.
    private IntegrityEvent Integrity(IntegrityKind kind, string detail) =>
        Integrity(kind, detail, LastSequence, null) with { FromTimeUnixMs = LastExchangeTimeUnixMs };

    private sealed class OpenGap
    {
        public required long From { get; init; }

        public required long To { get; init; }

        public required long? FromTimeUnixMs { get; init; }

        public required long? ToTimeUnixMs { get; init; }

        public required long Missing { get; set; }

        public bool IsPartlyGivenUp { get; set; }
    }
}
