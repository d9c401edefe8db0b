using System.Buffers;
using MarketData.Redis.Sending;
using StackExchange.Redis;

namespace MarketData.Redis.Slots;

/// <summary>
/// One key and its newest value. Comes in: events, from the publisher. Goes out: at most one write or deletion at a time, to the sender.
/// Owns: the value, and the bookkeeping of at most two events, one waiting and one on its way. Guarded by a lock that is never held
/// across an await; the longest work under it is applying one event or encoding one value.
/// </summary>
internal abstract partial class LaneSlot
{
    private bool _inDirty;
    private bool _inUrgent;
    private bool _busy;
    private bool _pending;
    private bool _inFlight;
    private long _inFlightReceivedAtUnixNs;
    private bool _write;
    private bool _delete;
    private bool _mayExist;
    private bool _removed;
    private bool _dead;

    protected LaneSlot(string name, TimeSpan ttl, SlotContext context)
    {
        Name = name;
        Instrument = RedisKeys.Instrument(name);
        Key = name;
        Channel = RedisChannel.Literal(name);
        Ttl = ttl;
        Context = context;
    }

    /// <summary>The key's name, <c>deribit.BTC-PERPETUAL:trade</c>.</summary>
    public string Name { get; }

    /// <summary>The instrument's key, <c>deribit.BTC-PERPETUAL</c>.</summary>
    public string Instrument { get; }

    /// <summary>The name as Redis key.</summary>
    public RedisKey Key { get; }

    /// <summary>The name as Redis channel.</summary>
    public RedisChannel Channel { get; }

    /// <summary>The life of the key.</summary>
    protected TimeSpan Ttl { get; }

    protected SlotContext Context { get; }

    /// <summary>Guards everything that changes.</summary>
    protected Lock Gate { get; } = new();

    /// <summary>Whether the value may be shown; a book out of sync may not.</summary>
    protected abstract bool HasValue { get; }

    /// <summary>When what would be written was received, in nanoseconds since the Unix epoch; for a deletion, after everything.</summary>
    public long ReceivedAtUnixNs
    {
        get
        {
            lock (Gate)
                return HasValue ? ValueReceivedAtUnixNs : long.MaxValue;
        }
    }

    /// <summary>When the value was received, in nanoseconds since the Unix epoch; asked only when there is one.</summary>
    protected abstract long ValueReceivedAtUnixNs { get; }

    /// <summary>Events that were taken and not yet counted as anything else.</summary>
    public int Unsettled
    {
        get
        {
            lock (Gate)
                return (_pending ? 1 : 0) + (_inFlight ? 1 : 0);
        }
    }

    /// <summary>Whether a command is to be sent or on its way.</summary>
    public bool IsPending
    {
        get
        {
            lock (Gate)
                return _busy || _pending || _inFlight || _write || _delete;
        }
    }

    /// <summary>The sender took the slot out of a queue.</summary>
    public void Taken(bool urgent)
    {
        lock (Gate)
        {
            if (urgent)
                _inUrgent = false;
            else
                _inDirty = false;
        }
    }

    /// <summary>Decides what is to be sent now, and encodes it into <paramref name="buffer"/>. Only the sender calls it.</summary>
    public SlotCommand Begin(ArrayBufferWriter<byte> buffer)
    {
        lock (Gate)
        {
            // One command at a time: what comes up while the slot is in a batch is taken when that batch is answered.
            if (_busy)
                return SlotCommand.Nothing;
            if (_delete)
            {
                _delete = false;
                _busy = true;
                return SlotCommand.Delete(this);
            }

            if (!_write)
                return SlotCommand.Nothing;
            _write = false;
            var start = buffer.WrittenCount;
            try
            {
                var ttl = Encode(buffer, out _inFlightReceivedAtUnixNs);
                _inFlight = _pending;
                _pending = false;
                _mayExist = true;
                _busy = true;
                return SlotCommand.Write(this, start, buffer.WrittenCount - start, ttl);
            }
            catch (Exception exception)
            {
                // The sender must live on for the other keys; the value in Redis is not current any more.
                RedisLog.EncodingFailed(Context.Logger, exception, Name);
                if (_pending)
                    Context.Counters.AddRejected();
                _pending = false;
                DropValue();
                OrderDelete();
                return SlotCommand.Nothing;
            }
        }
    }

    /// <summary>The outcome of a write that <see cref="Begin"/> ordered. Only the sender calls it.</summary>
    /// <param name="acknowledged">Whether Redis said yes; if not, it may have the value or not.</param>
    /// <param name="sentAt">Monotonic timestamp from before the command was sent.</param>
    public void EndWrite(bool acknowledged, long sentAt)
    {
        var counted = false;
        lock (Gate)
        {
            if (acknowledged)
            {
                counted = _inFlight;
                _inFlight = false;
                Touched(sentAt);
            }
            else
            {
                TakeBack();
            }

            Rest();
        }

        if (!counted)
            return;
        Context.Lag.Record(_inFlightReceivedAtUnixNs);
        Context.Counters.AddAcknowledged();
    }

    /// <summary>The outcome of a deletion that <see cref="Begin"/> ordered. Only the sender calls it.</summary>
    public void EndDelete(bool acknowledged)
    {
        lock (Gate)
        {
            if (!acknowledged)
            {
                if (!HasValue)
                    OrderDelete();
            }
            else if (!HasValue)
            {
                _mayExist = false;
            }

            Rest();
        }
    }

    /// <summary>Redis may have lost or kept anything: orders the write or the deletion of what should be there.</summary>
    public void OrderRebuild()
    {
        lock (Gate)
        {
            if (HasValue && (_pending || WorthRebuilding()))
                _write = true;
            else if (!HasValue && _mayExist)
                _delete = true;
        }
    }

    /// <summary>
    /// Another process maintains the key now: what waits is superseded by what that process writes, and the key is left alone. Only the
    /// sender calls it.
    /// </summary>
    public void Yield()
    {
        lock (Gate)
        {
            if (_pending)
                Context.Counters.AddConflated();
            _pending = _write = _delete = _mayExist = false;
        }
    }

    /// <summary>Ends the slot's service; it is forgotten when what is pending is settled.</summary>
    public void Remove()
    {
        lock (Gate)
        {
            _removed = true;
            OnRemoved();
            Enqueue(urgent: false);
        }
    }

    /// <summary>
    /// Whether the slot has nothing left to do and can leave the map; from then on it takes no event. Only the sender calls it.
    /// </summary>
    public bool TryBury()
    {
        lock (Gate)
        {
            if (!_removed || _busy || _pending || _inFlight || _write || _delete || _inDirty || _inUrgent)
                return false;
            _dead = true;
            return true;
        }
    }

    /// <summary>At the end: gives up what is not settled.</summary>
    /// <returns>How many events that were.</returns>
    public int Abandon()
    {
        lock (Gate)
        {
            var count = (_pending ? 1 : 0) + (_inFlight ? 1 : 0);
            _pending = _inFlight = _write = _delete = false;
            return count;
        }
    }
}
