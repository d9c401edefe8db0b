namespace MarketData.Trades;

/// <content>
/// A tape that began while nobody could say where the instrument's tape had ended, and is told later: what is missing between is a hole
/// like any other, only that later trades are out already.
/// </content>
public sealed partial class TradeTape
{
    // The newest trade when the tape began behind it, as long as it was not published.
    private TradeEvent? _begunBehind;

    /// <summary>Tells the tape, which began without it, where an earlier tape of the instrument ended.</summary>
    /// <param name="position">The last trade that is on the topic or on its way there.</param>
    /// <param name="output">Takes the events of a hole, if there is one.</param>
    public void Learn(TradePosition position, List<MarketDataEvent> output)
    {
        ArgumentNullException.ThrowIfNull(position);
        ArgumentNullException.ThrowIfNull(output);
        if (_resumed) return;
        if (_seen.Count == 0)
        {
            var disconnected = _disconnected;
            Resume(position);
            // Whether an interval is open in the ledger is as it was.
            _disconnected = disconnected;
            AskWhatCameBehind();
            return;
        }

        // Not below the first number: the tape has gone on behind the position, or the sequence has started over.
        var (from, first) = (position.TradeSequence + 1, _seen.First);
        if (from > first) return;
        if (from < first) OpenHoleBefore(from, first - 1, position, output);
        if (_begunBehind is not { } behind) return;
        (_begunBehind, _begunAt) = (null, 0);
        Publish(behind, CompleteUpTo(), output);
    }

    private void OpenHoleBefore(long from, long to, TradePosition position, List<MarketDataEvent> output)
    {
        var missing = to - from + 1;
        _counts.Gaps++;
        var gap = Integrity(IntegrityKind.TradeGap, $"{missing} trades are missing since the earlier tape ended.", from, to) with
        {
            FromTimeUnixMs = position.ExchangeTimeUnixMs,
            ToTimeUnixMs = LastExchangeTimeUnixMs,
        };
        output.Add(gap);
        if (missing > _options.MaxGap)
        {
            _counts.GivenUp += missing;
            output.Add(gap with
            {
                Kind = IntegrityKind.Unrecoverable,
                Detail = $"{missing} trades are more than can be missing; the tape keeps its beginning at {to + 1}.",
            });
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
            ToTimeUnixMs = LastExchangeTimeUnixMs,
            Epoch = _publishedEpoch,
            FoundAt = _time.GetTimestamp(),
            Cursor = from,
        };
        _holes.Insert(0, hole);
        _seen.Add(position.TradeSequence);
        _resumed = true;
        MarkLate(hole);
        _set.Watch(this);
    }
}
