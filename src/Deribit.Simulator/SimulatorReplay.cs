using Deribit.Simulator.Channels;
using Deribit.Simulator.Replay;

namespace Deribit.Simulator;

/// <summary>Progress and start of a replay. Every member may be called from any thread.</summary>
public sealed class SimulatorReplay
{
    private readonly RecordedVenue _venue;
    private readonly Hub _hub;

    internal SimulatorReplay(RecordedVenue venue, Hub hub)
    {
        _venue = venue;
        _hub = hub;
    }

    /// <summary>Notifications in the recording.</summary>
    public long FramesTotal => _venue.Recording.Frames.Count;

    /// <summary>How many of them the timeline has passed, whether somebody held the channel or not.</summary>
    public long FramesServed => _venue.Served;

    /// <summary>Lines of the recording that are no notification (replies, heartbeats, errors, not JSON) and are not served.</summary>
    public long LinesSkipped => _venue.Recording.Skipped;

    /// <summary>
    /// What is wrong with the recording: a sentence with file and line for each file that is damaged or cut off, which is served up to
    /// there. Empty for a sound one.
    /// </summary>
    public IReadOnlyList<string> Damage => _venue.Recording.Damage;

    /// <summary>Completes when every frame has been handed to the sockets.</summary>
    public Task Completed => _venue.Completed;

    /// <summary>The names of the instruments that occur in the recording, in order of appearance.</summary>
    public IReadOnlyList<string> InstrumentNames => [.. _venue.Recording.Instruments.Select(one => one.Name)];

    /// <summary>Starts the timeline, shared by all connections. Does nothing when it runs already.</summary>
    public void Start() => _venue.Start();

    /// <summary>The book as far as it has been served; null before a snapshot or after a break of the recorded chain.</summary>
    public SimulatedBook? GetBook(string instrumentName)
    {
        lock (_hub.Gate)
        {
            return _venue.Book(instrumentName);
        }
    }
}
