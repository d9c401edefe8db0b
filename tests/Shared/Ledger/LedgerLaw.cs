using MarketData;

namespace LedgerRules;

/// <summary>
/// The law of the ledger, checked over all integrity events of a run. Comes in: events in the order of the topic, each with the process that
/// wrote it. Goes out: what breaks the law, and what is still open. Per process, key and channel:
/// <code>
/// gap, disconnected, stale, quarantined   open an incident; while one is open only a quarantined may add to it, once
/// resynced, closed                        close it; a resynced without an incident closes nothing and is a fault
/// trade_gap from..to                      opens a hole that no open hole overlaps
/// backfilled, unrecoverable from..to      close a hole or a part of it, each number once
/// disconnected                            ends with a connection, unless it only says behind which trade a tape goes on
/// closed                                  is the last word, until connected or a takeover's disconnected begins anew; repeated
///                                         when the instrument was collected and given up between two connections
/// </code>
/// A closing repeats the id and the time from which its opening counts; ids and times do not run backwards; epochs never fall, but in what is
/// said of one rejected event.
/// </summary>
internal sealed class LedgerLaw
{
    private readonly Dictionary<(string Source, string Key, string Channel), Story> _stories = [];
    private readonly List<string> _violations = [];

    /// <summary>Every breach, as a sentence with its event.</summary>
    public IReadOnlyList<string> Violations => _violations;

    /// <summary>What is open: <c>key channel kind</c>, and for holes their numbers.</summary>
    public IReadOnlyList<string> Open => [.. _stories.SelectMany(story => story.Value.Open.Select(open => $"{story.Key.Key} {story.Key.Channel} {open}"))];

    /// <summary>What is open of one process's stream.</summary>
    public IReadOnlyList<string> OpenOf(string source, string key, string channel) =>
        _stories.TryGetValue((source, key, channel), out var story) ? [.. story.Open] : [];

    /// <summary>Reads a whole run of one process.</summary>
    public static LedgerLaw Read(IEnumerable<MarketDataEvent> events, string source = "")
    {
        var law = new LedgerLaw();
        foreach (var integrity in events.OfType<IntegrityEvent>()) law.Tell(integrity, source);
        return law;
    }

    public void Tell(IntegrityEvent ledger, string source)
    {
        // Frames that nobody could attribute to an instrument open nothing.
        if (ledger.Channel == "connection") return;
        if (!_stories.TryGetValue((source, ledger.Key, ledger.Channel), out var story))
            _stories.Add((source, ledger.Key, ledger.Channel), story = new Story());
        foreach (var fault in story.Take(ledger)) _violations.Add($"{fault} ({source} {ledger.Key} {ledger.Channel}: {ledger})");
    }

    private sealed class Story
    {
        private readonly SortedSet<long> _missing = [];
        private IntegrityEvent? _open;
        private bool _isQuarantineTold;
        private bool _isJoined;
        private bool _isClosed;
        private bool _isProven;
        private long _epoch;

        public IEnumerable<string> Open
        {
            get
            {
                if (_open is not null) yield return _open.Kind.ToString();
                if (_missing.Count > 0) yield return $"{_missing.Count} trades from {_missing.Min} to {_missing.Max}";
            }
        }

        public IEnumerable<string> Take(IntegrityEvent ledger)
        {
            // What a lane reports of an event that waited behind a hole bears that event's epoch.
            if (ledger.Epoch < _epoch && ledger.Kind != IntegrityKind.Rejected) yield return $"The epoch fell from {_epoch}.";
            _epoch = Math.Max(_epoch, ledger.Epoch);
            if (ledger.FromTimeUnixMs > ledger.ToTimeUnixMs) yield return "The interval ends before it begins.";
            var isBeginning = ledger.Kind is IntegrityKind.Connected or IntegrityKind.Disconnected;
            // A stretch that was never connected has nothing to say but its last word.
            if (_isClosed && !isBeginning && ledger.Kind != IntegrityKind.Closed) yield return "Something follows the last word.";
            if (isBeginning) _isClosed = false;
            foreach (var fault in ledger.Kind switch
            {
                IntegrityKind.Connected => OnConnected(),
                IntegrityKind.Gap or IntegrityKind.Disconnected or IntegrityKind.Stale => OnOpening(ledger),
                IntegrityKind.Quarantined => OnQuarantined(ledger),
                IntegrityKind.Resynced => OnResynced(ledger),
                IntegrityKind.TradeGap => OnHole(ledger),
                IntegrityKind.Backfilled or IntegrityKind.Unrecoverable => OnHoleClosed(ledger),
                IntegrityKind.Closed => OnClosed(),
                _ => [],
            })
            {
                yield return fault;
            }
        }

        private IEnumerable<string> OnConnected()
        {
            if (_isProven && _open is null) yield return "A connection came while the stream was proven on another.";
            (_isProven, _isJoined) = (false, true);
        }

        private IEnumerable<string> OnOpening(IntegrityEvent ledger)
        {
            if (_open is not null) yield return $"A second incident opened; open is {_open}.";
            (_open, _isQuarantineTold, _isJoined) = (ledger, false, false);
        }

        private IEnumerable<string> OnQuarantined(IntegrityEvent ledger)
        {
            if (_open is not null && _isQuarantineTold) yield return "The quarantine of one incident was told twice.";
            if (_open is not null && (_open.FromId, _open.FromTimeUnixMs) != (ledger.FromId, ledger.FromTimeUnixMs))
                yield return $"What adds to an incident counts from elsewhere than its opening {_open}.";
            (_open, _isQuarantineTold) = (_open ?? ledger, true);
        }

        private IEnumerable<string> OnResynced(IntegrityEvent ledger)
        {
            if (_open is null)
                yield return "There is nothing to close.";
            else if (_open.FromId != ledger.FromId || _open.FromTimeUnixMs != ledger.FromTimeUnixMs)
                yield return $"The closing counts from elsewhere than its opening {_open}.";
            if (_open is { Kind: IntegrityKind.Disconnected } && !_isJoined && _open.Detail?.StartsWith("The tape goes on behind", StringComparison.Ordinal) != true)
                yield return $"A lost connection is proven again on none: {_open}.";
            (_open, _isProven) = (null, true);
        }

        private IEnumerable<string> OnClosed()
        {
            (_open, _isClosed, _isProven) = (null, true, false);
            _missing.Clear();
            yield break;
        }

        private IEnumerable<string> OnHole(IntegrityEvent ledger)
        {
            if (ledger is not { FromId: { } from, ToId: { } to } || from > to) yield return "A hole needs its first and its last number.";
            else if (_missing.GetViewBetween(from, to).Count > 0) yield return "The hole overlaps one that is open.";
            else if (to - from < 2_000_000) _missing.UnionWith(Numbers(from, to));
        }

        private IEnumerable<string> OnHoleClosed(IntegrityEvent ledger)
        {
            if (ledger is not { FromId: { } from, ToId: { } to } || from > to)
            {
                yield return "What closes a hole needs its first and its last number.";
            }
            else if (to - from < 2_000_000)
            {
                var before = _missing.Count;
                _missing.ExceptWith(Numbers(from, to));
                if (before - _missing.Count != to - from + 1) yield return "It closes numbers that no open hole has.";
            }
        }

        private static IEnumerable<long> Numbers(long from, long to)
        {
            for (var number = from; number <= to; number++) yield return number;
        }
    }
}
