namespace MarketData.Coverage;

/// <summary>
/// What one collector says of one stream, as intervals. Comes in: its events in the order of the topic, without duplicates, and the life
/// signs that it left on the stream's own topic. Goes out: when the stream was complete, what went wrong and how it ended, and at which
/// moments something was heard of it.
/// <code>
/// connected ---- first data ===== complete ===== opening ---- incident ---- resynced ===== complete ===== closed
///                                            \__ or nothing more: complete up to the last life sign
/// </code>
/// An opening is dated back to its <c>from_time</c>, when the stream was last known good; a closing to its <c>to_time</c>.
/// </summary>
internal sealed class SourceStory(
    string channel, string source, Func<LifeSignQuestion, long?> lifeSign, long windowFrom, long windowTo, long heldFrom)
{
    /// <summary>Readers of a book find a snapshot at least so often: a missing update hurts no longer than that.</summary>
    private const long SnapshotIntervalMs = 10_000;

    private readonly List<(long At, CoverageCause Next)> _words = [];
    private readonly List<OpenIncident> _incidents = [];
    private OpenIncident? _open;
    private OpenIncident? _assumed;
    private bool _active;
    private bool _proven;
    private bool _restarted;
    private long _begin;
    private long? _verified;

    /// <summary>When the stream was complete as far as this collector knows; its own incidents are not taken out again.</summary>
    public TimeSet Complete { get; } = new();

    /// <summary>When data may have been there that the topic no longer holds, although it holds later data of the time.</summary>
    public TimeSet Doubtful { get; } = new();

    /// <summary>The incidents, in the order in which they opened.</summary>
    public IReadOnlyList<OpenIncident> Incidents => _incidents;

    /// <summary>Moments at which something was heard of the stream, and what follows if nothing else is known.</summary>
    public IReadOnlyList<(long At, CoverageCause Next)> Words => _words;

    public void Tell(IEnumerable<LedgerEntry> entries)
    {
        foreach (var entry in entries)
        {
            var at = entry.AtUnixMs;
            if (entry.Event.Kind is not (IntegrityKind.Resynced or IntegrityKind.Verified)) EndAtRestart();
            // Data that an event announces bears the same time of receipt as the event: it is not data before it.
            Settle(at - 1);
            Take(entry.Event, at);
            _words.Add((at, entry.Event.Kind switch
            {
                IntegrityKind.Connected => CoverageCause.Awaiting,
                IntegrityKind.Closed => CoverageCause.Closed,
                _ => CoverageCause.Silent,
            }));
        }

        EndAtRestart();
        Settle(long.MaxValue);
        if (_active && _open is null) EndInSilence(long.MaxValue);
    }

    private void Take(IntegrityEvent ledger, long at)
    {
        switch (ledger.Kind)
        {
            case IntegrityKind.Connected:
                OnConnected(ledger, at);
                break;
            case IntegrityKind.Disconnected or IntegrityKind.Gap or IntegrityKind.Stale or IntegrityKind.Quarantined:
                OnOpening(ledger, at);
                break;
            case IntegrityKind.Resynced:
                OnResynced(ledger, at);
                break;
            case IntegrityKind.Verified:
                _verified = ledger.ToTimeUnixMs ?? at;
                if (_open is null) Prove(_verified.Value);
                break;
            case IntegrityKind.Closed:
                OnClosed(ledger, at);
                break;
            case IntegrityKind.Rejected when channel == "ticker" || (ledger is { FromId: not null, ToId: not null } && channel == "orderbook"):
                OnRejected(ledger, at);
                break;
        }
    }

    private void OnConnected(IntegrityEvent ledger, long at)
    {
        if (_open is not null)
        {
            // Tickers have no state to bring back: the connection, and then a ticker, is all there is to wait for. Elsewhere the same
            // process goes on with a higher epoch and closes its incident; one that begins anew knows nothing of it.
            _restarted = channel == "ticker" || ledger.Epoch <= _open.Epoch;
        }
        else if (_active)
        {
            EndInSilence(at);
        }

        (_active, _proven, _begin) = (true, false, at);
    }

    private void OnOpening(IntegrityEvent ledger, long at)
    {
        var cause = CauseOf(ledger.Kind);
        GoOn(ledger);
        if (_open is not null)
        {
            if (ledger.FromTimeUnixMs is { } earlier) _open.From = Math.Min(_open.From, earlier);
            _open.Epoch = Math.Max(_open.Epoch, ledger.Epoch);
            Add(_open, ledger);
            return;
        }

        // Without a time of its own, the last thing that was published is the last that is known good.
        var known = ledger.FromTimeUnixMs ?? (_active ? LastSign(_begin, at) : at);
        // What the topic no longer shows is in doubt: neither known to be missing nor proven.
        var isDoubtful = known is null && heldFrom > _begin;
        var from = known ?? (isDoubtful ? Math.Min(heldFrom, at) : _proven ? at : _begin);
        if (_verified > from && _verified <= at) from = _verified.Value;
        if (_active && !isDoubtful)
        {
            // An id that was good is as much a proof as data on the topic, which may be older than what the topic still holds.
            if (!_proven && ledger.FromId is not null && from > _begin) _proven = true;
            if (_proven) Add(_begin, from);
        }

        _open = new OpenIncident
        {
            Cause = cause, Source = source, From = Math.Min(from, at), FromId = ledger.FromId, Epoch = ledger.Epoch,
            FromIdAt = ledger.ExchangeTimeUnixMs > 0 ? ledger.ExchangeTimeUnixMs : null,
        };
        Add(_open, ledger);
        _incidents.Add(_open);
        (_active, _restarted) = (true, false);
    }

    private void OnResynced(IntegrityEvent ledger, long at)
    {
        var end = ledger.ToTimeUnixMs ?? at;
        GoOn(ledger);
        if (_open is null && ledger.FromTimeUnixMs is { } from && from < end)
        {
            if (_active && _proven) Add(_begin, from);
            _open = new OpenIncident
            {
                Cause = CoverageCause.Unopened, Source = source, From = from, FromId = ledger.FromId, Epoch = ledger.Epoch,
            };
            _incidents.Add(_open);
        }

        if (_open is not null)
        {
            Add(_open, ledger);
            CloseIncident(CoverageEnd.Resynced, end, ledger.ToId);
        }
        else
        {
            Prove(end);
        }
    }

    private void OnClosed(IntegrityEvent ledger, long at)
    {
        if (_open is not null)
        {
            Add(_open, ledger);
            CloseIncident(CoverageEnd.Closed, at);
        }
        else if (_active && _proven)
        {
            Add(_begin, at);
        }

        (_active, _proven) = (false, false);
    }

    private void OnRejected(IntegrityEvent ledger, long at)
    {
        var from = ledger.ExchangeTimeUnixMs > 0 ? ledger.ExchangeTimeUnixMs : at;
        var incident = new OpenIncident
        {
            Cause = CoverageCause.Rejected, Source = source, From = from, FromId = ledger.FromId, Epoch = ledger.Epoch,
        };
        Add(incident, ledger);
        incident.Close(CoverageEnd.Momentary, from + (channel == "orderbook" ? SnapshotIntervalMs : 1), ledger.ToId);
        _incidents.Add(incident);
    }

    // Data that came before the next event may prove what no event says.
    private void Settle(long until)
    {
        if (!_active || _proven || (_open is not null && !_restarted)) return;
        if (FirstSign(_begin, until) is not { } first) return;
        // The first that is still held need not be the first that was published.
        if (heldFrom > _begin) Doubtful.Add(heldFrom, first);
        if (_open is null) Prove(first);
        else CloseIncident(EndOfRestart, first);
    }

    // A connection is up again, and whether data followed at once is no longer to be seen: the connection is all that is known, unless the
    // ledger itself closes the incident later.
    private void EndAtRestart()
    {
        if (_open is null || !_restarted || heldFrom <= _begin) return;
        _assumed = _open;
        CloseIncident(EndOfRestart, _begin);
        _proven = false;
    }

    private void GoOn(IntegrityEvent ledger)
    {
        if (_open is not null || _assumed is null || ledger.FromTimeUnixMs != _assumed.From) return;
        _assumed.Reopen();
        (_open, _assumed) = (_assumed, null);
    }

    private CoverageEnd EndOfRestart => channel == "ticker" ? CoverageEnd.Connected : CoverageEnd.Restarted;

    private void CloseIncident(CoverageEnd end, long at, long? toId = null)
    {
        _open!.Close(end, at, toId);
        (_open, _restarted, _active, _proven, _begin) = (null, false, true, true, at);
    }

    private void Prove(long at)
    {
        if (_active && _proven) return;
        (_active, _proven, _begin) = (true, true, at);
    }

    private void EndInSilence(long until)
    {
        if (_proven && LastSign(_begin, until) is { } last) Add(_begin, last);
    }

    private void Add(long from, long to)
    {
        Complete.Add(from, to);
        if (from < to) _words.Add((to, CoverageCause.Silent));
    }

    private static void Add(OpenIncident incident, IntegrityEvent ledger)
    {
        if (ledger.Detail is { } detail) incident.Details.Add(detail);
    }

    private long? FirstSign(long from, long to) => Ask(from, to, wantsLast: false);

    private long? LastSign(long from, long to)
    {
        var sign = Ask(from, to, wantsLast: true);
        var verified = _verified >= from && _verified <= to ? _verified : null;
        return sign is null || verified > sign ? verified : sign;
    }

    // What lies outside the window that was asked about decides nothing, unless an incident reaches into it.
    private long? Ask(long from, long to, bool wantsLast) =>
        from > to || from >= windowTo || (to <= windowFrom && _open is null)
            ? null
            : lifeSign(new LifeSignQuestion(channel, source, from, to, wantsLast));

    private static CoverageCause CauseOf(IntegrityKind kind) => kind switch
    {
        IntegrityKind.Disconnected => CoverageCause.Disconnected,
        IntegrityKind.Gap => CoverageCause.Gap,
        IntegrityKind.Stale => CoverageCause.Stale,
        _ => CoverageCause.Quarantined,
    };
}
