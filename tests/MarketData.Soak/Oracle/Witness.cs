using MarketData.Soak.Faults;
using MarketData.Soak.Transport;
using MarketData.Soak.Venue;

namespace MarketData.Soak.Oracle;

/// <summary>
/// Stands at the client's socket and notes what it was given. Comes in: frames as they are read, frames that were lost, connections that
/// end, what is collected. Goes out: for each stretch of collecting an instrument, its story. Owns: the stories.
/// </summary>
internal sealed class Witness(Verdict verdict)
{
    private readonly Dictionary<string, BookStory> _stories = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Queue<BookStory>> _untold = new(StringComparer.Ordinal);
    private readonly InjectedFault _stop = new(0, FaultKind.CollectorRestarts, TimeSpan.Zero) { Target = "the collector was stopped" };

    /// <summary>Whether the collector was told to stop, so that the end of its connection needs no other cause.</summary>
    public bool IsStopping { get; set; }

    /// <summary>Whether any call or connection of this run was disturbed.</summary>
    public bool WasDisturbed { get; private set; }

    /// <summary>Connections that ended in this run.</summary>
    public int Losses { get; private set; }

    public IReadOnlyCollection<BookStory> Stories => _stories.Values;

    public BookStory? Story(string name) => _stories.GetValueOrDefault(name);

    /// <summary>The stretch that the topics tell of at the moment; the newest may be ahead of it.</summary>
    public BookStory? Told(string name) => _untold.TryGetValue(name, out var stories) && stories.TryPeek(out var oldest) ? oldest : null;

    /// <summary>The topics have told the end of a stretch.</summary>
    public void TellNext(string name) => _untold[name].Dequeue();

    /// <summary>Forgets every stretch: the run is over.</summary>
    public void EndRun()
    {
        _stories.Clear();
        _untold.Clear();
        WasDisturbed = false;
    }

    /// <summary>The collector is told to collect an instrument.</summary>
    public void Begin(VenueInstrument instrument)
    {
        var story = new BookStory(instrument, verdict);
        _stories[instrument.Name] = story;
        if (!_untold.TryGetValue(instrument.Name, out var untold))
            _untold[instrument.Name] = untold = new Queue<BookStory>();
        untold.Enqueue(story);
    }

    /// <summary>The collector has given an instrument up.</summary>
    public void End(string name) => _stories.Remove(name);

    /// <summary>A frame was kept from the client.</summary>
    public void Lost(VenueInstrument instrument, FrameContent content, InjectedFault fault)
    {
        if (content == FrameContent.Book)
            Story(instrument.Name)?.Lost(fault);
    }

    /// <summary>A call was disturbed, which may keep any book from coming back.</summary>
    public void Disturbed(InjectedFault fault)
    {
        WasDisturbed = true;
        foreach (var story in _stories.Values)
            story.Everything.Add(fault);
    }

    public void Seen(VenueSession session, Delivery frame)
    {
        if (Story(frame.Instrument!.Name) is not { } story)
            return;
        if (frame.Content == FrameContent.Book)
        {
            story.Seen(session, frame);
        }
        else if (frame.Content == FrameContent.Trades && frame.Usable && !story.IsLeaving)
        {
            foreach (var trade in frame.Trades)
                trade.Delivered = true;
            story.TradesSeen(frame.Trades[^1].At);
        }
    }

    public void Ended(VenueSession session)
    {
        Losses++;
        WasDisturbed = true;
        List<InjectedFault> because =
            session.EndedBy is { } ended ? [ended] : session.Threats.Count > 0 ? session.Threats : IsStopping ? [_stop] : [];
        if (because.Count == 0)
            verdict.Fail($"The client gave up connection {session.Number}, which was well.");
        foreach (var story in _stories.Values)
        {
            if (story.Session == session)
                story.Ended(because);
        }
    }

    public void HeartbeatMissed(VenueSession session) =>
        verdict.Fail($"The client did not answer a test_request on connection {session.Number} within 10 s.");
}
