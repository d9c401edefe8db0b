using Deribit.Simulator.Faults;
using Deribit.Simulator.Sessions;
using Deribit.Simulator.Wire;

namespace Deribit.Simulator.Channels;

/// <summary>
/// In: encoded notifications from the venue. Out: the same bytes into the outbox of every connection that holds the channel.
/// Owns the gate: whoever changes market state, subscriptions or the list of connections holds it. The market's loop takes it
/// once per tick, a call once per call; nobody awaits while holding it.
/// </summary>
internal sealed class Hub(SimulatorFaults faults, TimeProvider time)
{
    private readonly ByteWriter _frame = new();
    private readonly ByteWriter _data = new();
    private readonly List<Session> _sessions = [];
    private readonly List<Subscription> _delayedSnapshots = [];
    private long _lastSessionId;

    public Lock Gate { get; } = new();

    public TimeProvider Time => time;

    public SimulatorFaults Faults => faults;

    public IReadOnlyList<Session> Sessions => _sessions;

    /// <summary>Notifications handed to connections so far.</summary>
    public long FramesSent { get; private set; }

    public long NextSessionId() => ++_lastSessionId;

    public void Add(Session session) => _sessions.Add(session);

    public void Remove(Session session)
    {
        _sessions.Remove(session);
        foreach (var subscription in session.Subscriptions.Values)
        {
            Detach(subscription);
        }

        session.Subscriptions.Clear();
    }

    public static Subscription Attach(Session session, Channel channel)
    {
        var subscription = new Subscription(session, channel);
        channel.Subscribers.Add(subscription);
        channel.TimesSubscribed++;
        session.Subscriptions.Add(channel.Name, subscription);
        return subscription;
    }

    public void Detach(Subscription subscription)
    {
        subscription.Channel.Subscribers.Remove(subscription);
        _delayedSnapshots.Remove(subscription);
    }

    /// <summary>Publishes <paramref name="data"/> (one JSON value) on a channel.</summary>
    public void Publish(Channel channel, ReadOnlySpan<byte> data, long changeId) =>
        Publish(channel, channel.Prefix, data, "}}"u8, changeId);

    /// <summary>Publishes a whole notification given in three pieces.</summary>
    public void Publish(Channel channel, ReadOnlySpan<byte> head, ReadOnlySpan<byte> middle, ReadOnlySpan<byte> tail, long changeId)
    {
        var subscribers = channel.Subscribers;
        if (subscribers.Count == 0)
        {
            return;
        }

        var header = Encode(head, middle, tail);
        var frame = _frame.Written;
        foreach (var subscription in subscribers)
        {
            Send(subscription, frame, header, changeId);
        }
    }

    /// <summary>Sends a first frame (a snapshot) to one subscriber; scheduled and armed faults do not touch it.</summary>
    public void SendSnapshot(Subscription subscription, ReadOnlySpan<byte> data)
    {
        Encode(subscription.Channel.Prefix, data, "}}"u8);
        subscription.Session.Send(_frame.Written);
        FramesSent++;
        subscription.Channel.FramesSent++;
    }

    public void DelaySnapshot(Subscription subscription, TimeSpan delay)
    {
        subscription.SnapshotDue = time.GetTimestamp() + (long)(delay.TotalSeconds * time.TimestampFrequency);
        _delayedSnapshots.Add(subscription);
    }

    /// <summary>Sends the delayed snapshots that have fallen due.</summary>
    public void SendDueSnapshots(Venue venue)
    {
        var now = time.GetTimestamp();
        for (var i = _delayedSnapshots.Count - 1; i >= 0; i--)
        {
            var subscription = _delayedSnapshots[i];
            if (subscription.SnapshotDue > now)
            {
                continue;
            }

            _delayedSnapshots.RemoveAt(i);
            subscription.SnapshotDue = null;
            SendInitial(subscription, venue);
        }
    }

    /// <summary>Sends what a new subscriber gets first, if the channel has such a thing.</summary>
    public void SendInitial(Subscription subscription, Venue venue)
    {
        foreach (var data in venue.InitialData(subscription.Channel, _data))
        {
            SendSnapshot(subscription, data.Span);
        }
    }

    /// <summary>Wakes the writing loops; once per batch.</summary>
    public void Flush()
    {
        foreach (var session in _sessions)
        {
            session.FlushIfNeeded();
        }
    }

    // The WebSocket header stands right before the payload in one buffer. Returns the header's length.
    private int Encode(ReadOnlySpan<byte> head, ReadOnlySpan<byte> middle, ReadOnlySpan<byte> tail)
    {
        _frame.Clear();
        var header = WebSocketFrames.WriteHeader(
            _frame.Reserve(WebSocketFrames.MaxHeaderLength), WebSocketOpcode.Text, head.Length + middle.Length + tail.Length);
        _frame.Advance(header);
        _frame.Raw(head);
        _frame.Raw(middle);
        _frame.Raw(tail);
        return header;
    }

    private void Send(Subscription subscription, ReadOnlySpan<byte> frame, int header, long changeId)
    {
        FramesSent++;
        subscription.Channel.FramesSent++;
        if (faults.TouchesFrames || subscription.HeldBack is not null)
        {
            faults.Deliver(subscription, frame[header..].ToArray(), changeId);
            return;
        }

        subscription.Session.Send(frame);
    }
}
