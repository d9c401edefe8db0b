using MarketData.Soak.Faults;
using MarketData.Soak.Transport;
using MarketData.Soak.Venue;

namespace MarketData.Soak.Oracle;

/// <summary>
/// What the client was given of one book in one stretch of collecting it, and which interruptions follow from that by the rules of the
/// protocol alone. This is the soak's own reading of those rules; it shares nothing with the collector.
/// </summary>
internal sealed class BookStory(VenueInstrument instrument, Verdict verdict)
{
    /// <summary>
    /// A frame that may not even say whose it is: the client learns of it with the next one, or never when none comes.
    /// </summary>
    public const string NoUse = "a frame of no use";

    // A resubscription whose reply was late or lost is repeated although its snapshot came.
    private const string OutOfTurn = "a snapshot came out of turn";

    private readonly List<InjectedFault> _causes = [];

    // Of frames of no use that came while a snapshot was due: the client asks for another one.
    private readonly List<InjectedFault> _askedAgain = [];
    private readonly List<Incident> _incidents = [];
    private Incident? _open;
    private long? _doubtful;

    // Connections that the client reads no more for this book although they are open: another one has taken it over.
    private readonly HashSet<VenueSession> _left = [];
    private (int Incidents, Incident? Open) _before;

    public VenueInstrument Instrument { get; } = instrument;

    /// <summary>Whether the client holds a whole book.</summary>
    public bool IsLive { get; private set; }

    public long? LastId { get; private set; }

    /// <summary>Whether the collector was told to give the instrument up, and may have done so.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>The connection that carries the book.</summary>
    public VenueSession? Session { get; private set; }

    public IReadOnlyList<Incident> Incidents => _incidents;

    /// <summary>Whether frames were kept from the client that no later frame has shown to be missing.</summary>
    public bool IsThreatened => _causes.Count > 0;

    /// <summary>Faults that hit the book in this stretch, ever.</summary>
    public HashSet<InjectedFault> Everything { get; } = [];

    /// <summary>When the first trade of the stretch happened that the client was given; null before.</summary>
    public TimeSpan? FirstTradeAt { get; private set; }

    /// <summary>When the last one happened.</summary>
    public TimeSpan? LastTradeAt { get; private set; }

    public void TradesSeen(TimeSpan at)
    {
        FirstTradeAt ??= at;
        LastTradeAt = at;
    }

    public void Lost(InjectedFault fault)
    {
        _causes.Add(fault);
        Everything.Add(fault);
    }

    public void Seen(VenueSession session, Delivery frame)
    {
        if (_left.Contains(session))
            return;
        if (session != Session)
            Join(session);
        // A frame that comes twice interrupts nothing.
        if (frame.Fault is { Kind: not FaultKind.FrameDuplicated } fault)
            Lost(fault);
        if (!frame.Usable)
        {
            if (!IsLive)
            {
                if (frame.Fault is { } unusable)
                    _askedAgain.Add(unusable);
                return;
            }

            _doubtful = LastId;
            Open(NoUse);
        }
        else if (frame.Previous is null)
        {
            Snapshot(frame);
        }
        else if (!IsLive && _doubtful is { } doubtful && _open is { } open)
        {
            if (frame.Previous == doubtful && !frame.Crosses)
                open.LaterFromId = _doubtful = frame.ChangeId;
            else if (frame.ChangeId > doubtful)
                _doubtful = null;
        }
        else if (IsLive && frame.ChangeId > LastId)
        {
            if (frame.Previous != LastId)
                Open("the chain broke");
            else if (frame.Crosses)
                Open("the book crossed");
            else
                LastId = frame.ChangeId;
        }
    }

    /// <summary>The connection is gone.</summary>
    public void Ended(List<InjectedFault> because)
    {
        _causes.AddRange(because);
        Everything.UnionWith(because);
        _doubtful = null;
        if (IsLive)
            Open("the connection ended");
        Session = null;
        // The book may come back to a connection that it had left.
        _left.Clear();
    }

    // One connection carries a book at a time. The client moves a book when it learns that its connection was lost, which can be later than
    // the connection's return: what that one brought since is then as if it had not been.
    private void Join(VenueSession session)
    {
        if (Session is { IsOpen: true } left)
        {
            _left.Add(left);
            _incidents.RemoveRange(_before.Incidents, _incidents.Count - _before.Incidents);
            (IsLive, LastId, _doubtful, _open) = (false, null, null, _before.Open);
            if (_open is not null)
                _open.ToId = null;
        }

        (Session, _before) = (session, (_incidents.Count, _open));
    }

    private static bool IsOfCalls(InjectedFault fault) => fault.Kind is >= FaultKind.SnapshotMissing and <= FaultKind.TooManyRequestsAndClose;

    private void Snapshot(Delivery frame)
    {
        if (frame.Crosses)
        {
            if (IsLive)
                Open("the snapshot crossed");
            return;
        }

        _doubtful = null;
        if (IsLive && frame.ChangeId != LastId)
            Open(OutOfTurn);
        if (_open is { } open)
            (open.ToId, _open) = (frame.ChangeId, null);
        (IsLive, LastId) = (true, frame.ChangeId);
        _causes.Clear();
        // A snapshot that changes places with its first change is behind the chain.
        if (frame.Fault is { Kind: FaultKind.FramesSwapped } swapped)
            _causes.Add(swapped);
    }

    private void Open(string why)
    {
        InjectedFault[] causes = [.. _causes];
        if (causes.Length == 0 && why == OutOfTurn)
        {
            causes = [.. Session?.Threats.Where(IsOfCalls).Concat(_askedAgain).Distinct() ?? _askedAgain];
            _askedAgain.Clear();
        }

        _open = new Incident(LastId, why) { IsOptional = IsLeaving, Causes = causes };
        _incidents.Add(_open);
        (IsLive, LastId) = (false, null);
        _causes.Clear();
        if (causes.Length == 0)
            verdict.Fail($"{Instrument.Name}: {_open} has no injected cause; either the venue or the client broke it.");
        foreach (var cause in causes)
            cause.Interruptions++;
    }
}
