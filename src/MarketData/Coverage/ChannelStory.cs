namespace MarketData.Coverage;

/// <summary>Brings together what all collectors, and the trade numbers, say of one channel.</summary>
internal sealed class ChannelStory
{
    private readonly string _channel;
    private readonly long _from;
    private readonly long _to;
    private readonly long _heldFrom;
    private readonly TimeSet _complete = new();
    private readonly TimeSet _doubtful = new();
    private readonly List<CoverageIncident> _incidents = [];
    private readonly List<CoverageRepair> _repairs = [];
    private readonly List<(long At, CoverageCause Next)> _words = [];
    private readonly LedgerEntry? _verified;

    public ChannelStory(
        string channel, long from, long to, IReadOnlyList<LedgerEntry> entries, IReadOnlyList<TradeMark> trades,
        Func<LifeSignQuestion, long?> lifeSign, long heldFrom)
    {
        (_channel, _from, _to, _heldFrom) = (channel, from, to, heldFrom);
        _verified = entries.LastOrDefault(entry => entry.Event.Kind == IntegrityKind.Verified && VerifiedAt(entry) <= to);
        var stories = new List<SourceStory>();
        foreach (var bySource in entries.GroupBy(entry => entry.Source))
        {
            var story = new SourceStory(channel, bySource.Key, lifeSign, from, to, heldFrom);
            story.Tell(bySource);
            stories.Add(story);
            _words.AddRange(story.Words);
            foreach (var (begin, end) in story.Doubtful.Ranges) _doubtful.Add(begin, end);
        }

        var numbers = new TradeNumbers(trades);
        var incidents = EndedByOthers(stories);
        foreach (var (begin, end) in stories.SelectMany(story => story.Complete.Ranges)) _complete.Add(begin, end);
        foreach (var incident in incidents) _complete.Remove(incident.From, incident.To ?? long.MaxValue);
        foreach (var (begin, end) in numbers.Complete.Ranges)
        {
            _complete.Add(begin, end);
            _words.Add((begin, CoverageCause.Silent));
            _words.Add((end, CoverageCause.Silent));
        }

        var gaps = channel == "trade" ? TradeGapStory.Read(entries) : [];
        foreach (var incident in incidents) Take(incident, gaps, numbers);
        TakeGaps(gaps, numbers);
        foreach (var incident in _incidents.Where(incident => incident.End != CoverageEnd.Resynced || channel != "trade"))
            _words.Add((incident.ToUnixMs ?? to, CoverageCause.Silent));
        // Of two at one moment the one that says more comes last.
        _words.Sort((left, right) => (left.At, Weight(left.Next)).CompareTo((right.At, Weight(right.Next))));
    }

    public ChannelCoverage ToCoverage()
    {
        var intervals = Intervals();
        return new ChannelCoverage
        {
            Channel = _channel,
            State = CoverageReport.Worst(intervals.Select(interval => interval.State)),
            Intervals = intervals,
            Incidents = [.. _incidents.Where(Within).OrderBy(incident => incident.FromUnixMs)],
            Repairs = [.. _repairs.Where(repair => repair.FromUnixMs < _to && repair.ToUnixMs > _from).OrderBy(repair => repair.FromUnixMs)],
            VerifiedAtUnixMs = _verified is null ? null : VerifiedAt(_verified),
            VerifiedId = _verified?.Event.ToId,
        };
    }

    private static int Weight(CoverageCause next) => next switch { CoverageCause.Silent => 0, CoverageCause.Closed => 2, _ => 1 };

    private static long VerifiedAt(LedgerEntry entry) => entry.Event.ToTimeUnixMs ?? entry.AtUnixMs;

    // A collector that died during an incident leaves it open; it lasted until another one had the stream.
    private static List<OpenIncident> EndedByOthers(List<SourceStory> stories)
    {
        foreach (var story in stories)
        {
            foreach (var incident in story.Incidents.Where(incident => incident.To is null))
            {
                var begins = stories.Where(other => other != story).SelectMany(other => other.Complete.Ranges)
                    .Where(range => range.To > incident.From).Select(range => range.From).ToList();
                if (begins.Count > 0) incident.Close(CoverageEnd.TakenOver, begins.Min());
            }
        }

        return [.. stories.SelectMany(story => story.Incidents)];
    }

    // A loss of the connection costs no trade when the numbers go on after it, or what they lack is a gap with a story of its own.
    private void Take(OpenIncident incident, List<TradeGapStory> gaps, TradeNumbers numbers)
    {
        var end = incident.To ?? long.MaxValue;
        var isBracketed = incident is { End: CoverageEnd.Resynced, FromId: { } last, ToId: { } next }
            // Numbers prove nothing of the time before the first of them, as of an earlier owner's end.
            && (incident.FromIdAt is not { } lastAt || lastAt <= incident.From || numbers.Complete.ContainsAll(incident.From, lastAt))
            && (next == last + 1 || gaps.Exists(gap => gap.FromId <= last + 1 && last + 1 < next && next - 1 <= gap.ToId));
        if (_channel == "trade" && isBracketed) _complete.Add(incident.From, end);
        if (_channel == "trade" && (isBracketed || numbers.Complete.ContainsAll(incident.From, end)))
        {
            _repairs.Add(new CoverageRepair(
                incident.From, end, incident.FromId, incident.ToId, WasBackfilled: false, string.Join(' ', incident.Details)));
        }
        else
        {
            _incidents.Add(incident.ToIncident());
        }
    }

    private void TakeGaps(List<TradeGapStory> gaps, TradeNumbers numbers)
    {
        foreach (var (fromId, toId, fromTime, toTime) in numbers.Holes)
        {
            var told = gaps.Where(gap => gap.FromId <= toId && fromId <= gap.ToId).ToList();
            var isLost = told.Exists(gap => gap.Lost.Any(part => part.From <= fromId && toId <= part.To));
            var isOpen = told.Exists(gap => gap.Left.Any(part => part.From <= toId && fromId <= part.To));
            Missing(
                isLost ? CoverageCause.Unrecoverable : isOpen ? CoverageCause.TradeGap : CoverageCause.Unexplained,
                isLost ? CoverageEnd.Unrecoverable : CoverageEnd.Open,
                fromId, toId, fromTime, toTime, told.SelectMany(gap => gap.Details));
        }

        foreach (var (fromTime, toTime, lastId, firstId) in numbers.Restarts)
        {
            Missing(CoverageCause.SequenceRestarted, CoverageEnd.Momentary, lastId, firstId, fromTime, toTime,
                [$"The exchange counts its trades anew: {firstId} follows {lastId}."]);
        }

        foreach (var gap in gaps)
        {
            _repairs.AddRange(gap.Repairs.Where(repair => !IsMissing(repair, numbers)));
            // What the topic itself shows is told by its holes; here is what lies outside of what was read or kept.
            foreach (var (fromId, toId) in gap.Lost.Where(part => !numbers.Spans(part.From)))
                Missing(CoverageCause.Unrecoverable, CoverageEnd.Unrecoverable, fromId, toId, gap.FromTime, gap.ToTime, gap.Details);
            foreach (var (fromId, toId) in gap.Left.Where(part => !numbers.Spans(part.From)))
                Missing(CoverageCause.TradeGap, CoverageEnd.Open, fromId, toId, gap.FromTime, gap.ToTime, gap.Details);
        }
    }

    private static bool IsMissing(CoverageRepair repair, TradeNumbers numbers) =>
        numbers.Holes.Exists(hole => hole.FromId <= repair.ToId && repair.FromId <= hole.ToId);

    private void Missing(
        CoverageCause cause, CoverageEnd end, long fromId, long toId, long fromTime, long toTime, IEnumerable<string> details)
    {
        _complete.Remove(fromTime, toTime);
        _incidents.Add(new CoverageIncident
        {
            Cause = cause,
            End = end,
            Source = "",
            FromUnixMs = fromTime,
            ToUnixMs = toTime,
            FromId = fromId,
            ToId = toId,
            Details = [.. details.Distinct()],
        });
    }

    private bool Within(CoverageIncident incident) =>
        incident.FromUnixMs < _to && (incident.ToUnixMs is not { } end || end > _from || (end == incident.FromUnixMs && end == _from));

    private List<CoverageInterval> Intervals()
    {
        var cuts = new SortedSet<long> { _from, _to };
        foreach (var (begin, end) in _complete.Ranges) Cut(begin, end);
        foreach (var incident in _incidents) Cut(incident.FromUnixMs, incident.ToUnixMs ?? _to);
        foreach (var (at, _) in _words) Cut(at, at);
        Cut(_heldFrom, _heldFrom);
        foreach (var (begin, end) in _doubtful.Ranges) Cut(begin, end);
        var intervals = new List<CoverageInterval>();
        var begins = cuts.ToArray();
        for (var i = 0; i + 1 < begins.Length; i++)
        {
            var (state, cause) = StateAt(begins[i]);
            if (intervals is [.., var last] && last.State == state && last.Cause == cause)
                intervals[^1] = last with { ToUnixMs = begins[i + 1] };
            else
                intervals.Add(new CoverageInterval(begins[i], begins[i + 1], state, cause));
        }

        return intervals;

        void Cut(long begin, long end)
        {
            if (begin > _from && begin < _to) cuts.Add(begin);
            if (end > _from && end < _to) cuts.Add(end);
        }
    }

    private (CoverageState State, CoverageCause Cause) StateAt(long moment)
    {
        if (_complete.Contains(moment)) return (CoverageState.Complete, CoverageCause.None);
        var incident = _incidents.Find(found => found.FromUnixMs <= moment && moment < (found.ToUnixMs ?? long.MaxValue));
        if (incident is not null) return (CoverageState.Incomplete, incident.Cause);
        var heard = _words.FindLastIndex(word => word.At <= moment);
        if (heard < 0) return (CoverageState.Unknown, CoverageCause.BeforeLedger);
        var next = _words[heard].Next;
        if (next == CoverageCause.Closed) return (CoverageState.Incomplete, next);
        // Data that would prove this moment may have been there.
        if (moment < _heldFrom || _doubtful.Contains(moment)) return (CoverageState.Unknown, CoverageCause.NoLongerHeld);
        return heard + 1 < _words.Count ? (CoverageState.Incomplete, next) : (CoverageState.Unknown, CoverageCause.AfterLastWord);
    }
}
