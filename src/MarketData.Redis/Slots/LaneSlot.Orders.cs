using System.Buffers;

namespace MarketData.Redis.Slots;

// What the kinds of slots decide, and the orders that they give. Everything here is called under the lock.
internal abstract partial class LaneSlot
{
    /// <summary>Writes the value. Called under the lock.</summary>
    /// <returns>The life to give to the key.</returns>
    protected abstract TimeSpan Encode(IBufferWriter<byte> writer, out long receivedAtUnixNs);

    /// <summary>Redis has the value since. Called under the lock.</summary>
    protected abstract void Touched(long sentAt);

    /// <summary>The value cannot be shown: until the next event there is none. Called under the lock.</summary>
    protected abstract void DropValue();

    /// <summary>Whether a value that Redis had before should be there still. Called under the lock.</summary>
    protected abstract bool WorthRebuilding();

    /// <summary>The instrument is not collected any more. Called under the lock.</summary>
    protected abstract void OnRemoved();

    /// <summary>Takes an event in. Called under the lock; false when the slot is dead and the caller must look up its successor.</summary>
    protected bool TryEnter()
    {
        if (_dead)
            return false;
        _removed = false;
        Context.Counters.AddIn();
        return true;
    }

    /// <summary>The event just taken in is the value to write. Called under the lock.</summary>
    protected void AcceptPending()
    {
        if (_pending)
            Context.Counters.AddConflated();
        _pending = true;
        _delete = false;
        OrderWrite();
    }

    /// <summary>The value is to be written, or written again. Called under the lock.</summary>
    protected void OrderWrite()
    {
        _write = true;
        Enqueue(urgent: false);
    }

    /// <summary>The key must go at once; an event that waits is superseded by that. Called under the lock.</summary>
    protected void OrderDelete()
    {
        if (_pending)
            Context.Counters.AddConflated();
        _pending = false;
        _write = false;
        if (!_mayExist)
            return;
        _delete = true;
        Enqueue(urgent: true);
    }

    /// <summary>Whether Redis should hold the newest value and nothing is under way. Called under the lock.</summary>
    protected bool IsSettled => HasValue && _mayExist && !_write && !_delete && !_busy;

    private void TakeBack()
    {
        if (_inFlight)
        {
            // Superseded by a newer event, or by the deletion of the key: then the value has nowhere to go.
            if (_pending || !HasValue)
                Context.Counters.AddConflated();
            else
                _pending = true;
            _inFlight = false;
        }

        if (HasValue)
            OrderWrite();
    }

    private void Rest()
    {
        _busy = false;
        if (_delete)
            Enqueue(urgent: true);
        else if (_write)
            Enqueue(urgent: false);
    }

    private void Enqueue(bool urgent)
    {
        ref var queued = ref urgent ? ref _inUrgent : ref _inDirty;
        if (queued)
            return;
        queued = true;
        Context.Queue.Add(this, urgent);
    }
}
