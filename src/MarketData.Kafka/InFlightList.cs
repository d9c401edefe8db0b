namespace MarketData.Kafka;

/// <summary>
/// The messages that wait for their acknowledgement, in the order in which they must arrive, with a cursor before the first that the
/// present
/// producer has not taken. Comes in: messages from the sender. Goes out: the next to send. Written by the sender and by the thread that
/// brings delivery reports; safe from any thread.
/// </summary>
internal sealed class InFlightList
{
    private readonly Lock _gate = new();
    private PendingMessage? _head;
    private PendingMessage? _tail;
    private PendingMessage? _cursor;
    private int _count;
    private int _sent;

    /// <summary>Messages without an outcome.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _count;
        }
    }

    /// <summary>Those of them that the present producer has taken.</summary>
    public int Sent
    {
        get
        {
            lock (_gate)
                return _sent;
        }
    }

    /// <summary>When the oldest message without an outcome was first handed over; null when there is none.</summary>
    public long? OldestTimestamp
    {
        get
        {
            lock (_gate)
                return _head?.QueuedTimestamp;
        }
    }

    /// <summary>How far the lane had come with its oldest message; null when there is none.</summary>
    public long? OldestOrder
    {
        get
        {
            lock (_gate)
                return _head?.Order;
        }
    }

    /// <summary>The message in the spill log without an outcome that has the lowest address; null when none is there.</summary>
    public PendingMessage? OldestOnDisk
    {
        get
        {
            lock (_gate)
            {
                // Those with an address come first, in its order.
                for (var message = _head; message is not null; message = message.Next)
                {
                    if (message.Address > 0)
                        return message;
                }
                return null;
            }
        }
    }

    /// <summary>The next message to send; null when the producer has all.</summary>
    public PendingMessage? Next
    {
        get
        {
            lock (_gate)
                return _cursor;
        }
    }

    /// <summary>Adds a message at the end.</summary>
    public void Append(PendingMessage message)
    {
        lock (_gate)
        {
            message.Listed = true;
            message.Previous = _tail;
            if (_tail is null)
                _head = message;
            else
                _tail.Next = message;
            _tail = message;
            _cursor ??= message;
            _count++;
        }
    }

    /// <summary>
    /// Moves the cursor past <see cref="Next"/> just before the producer gets it, because its delivery report may come at once.
    /// </summary>
    public void Advance()
    {
        lock (_gate)
        {
            if (_cursor is not { } message)
                return;
            message.Sent = true;
            message.Reported = false;
            _sent++;
            _cursor = message.Next;
        }
    }

    /// <summary>Takes back an <see cref="Advance"/> whose message the producer did not take.</summary>
    public void Retreat(PendingMessage message)
    {
        lock (_gate)
        {
            if (!message.Listed || !message.Sent)
                return;
            message.Sent = false;
            _sent--;
            _cursor = message;
        }
    }

    /// <summary>Takes a message out because its outcome is known.</summary>
    /// <returns>Whether it was still listed.</returns>
    public bool Remove(PendingMessage message)
    {
        lock (_gate)
        {
            if (!message.Listed)
                return false;
            message.Listed = false;
            if (ReferenceEquals(_cursor, message))
                _cursor = message.Next;
            if (message.Previous is null)
                _head = message.Next;
            else
                message.Previous.Next = message.Next;
            if (message.Next is null)
                _tail = message.Previous;
            else
                message.Next.Previous = message.Previous;
            (message.Previous, message.Next) = (null, null);
            _count--;
            if (message.Sent)
                _sent--;
            return true;
        }
    }

    /// <summary>Notes that a message came back without an outcome.</summary>
    /// <param name="message">The message.</param>
    /// <param name="mayBeStored">Whether a broker may hold it.</param>
    public void MarkReported(PendingMessage message, bool mayBeStored)
    {
        lock (_gate)
        {
            message.Reported = true;
            message.MayBeStored |= mayBeStored;
        }
    }

    /// <summary>Puts the cursor before the oldest message, for a new producer; the old one must be gone.</summary>
    public void Rewind()
    {
        lock (_gate)
        {
            for (var message = _head; message is not null && !ReferenceEquals(message, _cursor); message = message.Next)
            {
                message.MayBeStored |= !message.Reported;
                message.Sent = false;
            }
            _cursor = _head;
            _sent = 0;
        }
    }

    /// <summary>The messages that are not in the spill log, in order.</summary>
    public List<PendingMessage> WithoutAddress()
    {
        lock (_gate)
        {
            var all = new List<PendingMessage>();
            for (var message = _head; message is not null; message = message.Next)
            {
                if (message.Address == 0)
                    all.Add(message);
            }
            return all;
        }
    }

    /// <summary>Takes every message out.</summary>
    public List<PendingMessage> Clear()
    {
        lock (_gate)
        {
            var all = new List<PendingMessage>(_count);
            for (var message = _head; message is not null; message = message.Next)
            {
                message.Listed = false;
                all.Add(message);
            }
            (_head, _tail, _cursor, _count, _sent) = (null, null, null, 0, 0);
            return all;
        }
    }
}
