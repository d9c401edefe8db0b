using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace MarketData.Redis.Slots;

/// <summary>
/// The slots that have something to send. Comes in: slots, from the publisher and the sender. Goes out: slots to the sender, those with
/// a deletion first. Each slot stands at most once in either queue, so a capacity of all keys never overflows.
/// </summary>
internal sealed class SlotQueue
{
    private readonly Channel<LaneSlot> _urgent;
    private readonly Channel<LaneSlot> _dirty;
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public SlotQueue(int maximumKeys)
    {
        // Wait: a write to a full queue is refused, which Add turns into a fault because it cannot happen.
        var options = new BoundedChannelOptions(maximumKeys) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true };
        _urgent = Channel.CreateBounded<LaneSlot>(options);
        _dirty = Channel.CreateBounded<LaneSlot>(options);
    }

    /// <summary>Adds a slot that is not in that queue yet; never waits.</summary>
    public void Add(LaneSlot slot, bool urgent)
    {
        if (!(urgent ? _urgent : _dirty).Writer.TryWrite(slot))
            throw new UnreachableException($"The queue of the Redis lane overflowed at {slot.Name}.");
        Wake();
    }

    /// <summary>Lets the sender look around.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Takes the next slot.</summary>
    public bool TryTake([NotNullWhen(true)] out LaneSlot? slot)
    {
        if (_urgent.Reader.TryRead(out slot))
        {
            slot.Taken(urgent: true);
            return true;
        }

        if (!_dirty.Reader.TryRead(out slot))
            return false;
        slot.Taken(urgent: false);
        return true;
    }

    /// <summary>Waits for a slot or for <see cref="Wake"/>.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken) => await _wake.Reader.ReadAsync(cancellationToken);
}
