using MarketData.Pipeline;
using MarketData.Redis.Slots;

namespace MarketData.Redis.Sending;

/// <summary>
/// The gate before the commands. Comes in: slots that have something to send. Goes out: whether it may be sent now. Owns: the slots for
/// which the gate could not answer, and since when. Runs on: the sender's task.
/// </summary>
internal sealed class HeldSlots(IPublishGate gate, TimeProvider time)
{
    /// <summary>
    /// How long a command waits for a gate that cannot say. Longer, and the keys would have expired: while the group cannot be asked at all,
    /// readers are better served by two replicas that write the same than by none.
    /// </summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    private readonly Dictionary<LaneSlot, Hold> _held = [];

    /// <summary>Asks for one slot. One that must wait is kept; one that is another's is told so.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="draining">The lane stops: nothing waits any more.</param>
    public bool MayGo(LaneSlot slot, bool draining)
    {
        var answer = gate.Ask(slot.Instrument, slot.ReceivedAtUnixNs);
        if (answer != GateAnswer.Hold)
            _held.Remove(slot);
        if (answer == GateAnswer.Lost)
            slot.Yield();
        if (answer != GateAnswer.Hold || draining)
            return answer != GateAnswer.Lost;
        if (!_held.TryGetValue(slot, out var hold))
            _held.Add(slot, hold = new Hold(time.GetTimestamp()));
        hold.Waits = time.GetElapsedTime(hold.Since) < Limit;
        return !hold.Waits;
    }

    /// <summary>
    /// Looks again at everything that was held; to be called in every round, so that a hold that ended is known to have ended.
    /// </summary>
    /// <param name="hasRoom">Whether another command can be taken.</param>
    /// <param name="draining">The lane stops: nothing waits any more.</param>
    /// <param name="take">Takes a slot that waited and need not wait longer; it must ask for it.</param>
    public void Release(Func<bool> hasRoom, bool draining, Action<LaneSlot> take)
    {
        if (_held.Count == 0)
            return;
        foreach (var (slot, hold) in _held.ToArray())
        {
            var over = draining || gate.Ask(slot.Instrument, slot.ReceivedAtUnixNs) != GateAnswer.Hold;
            if (!hold.Waits && over)
                _held.Remove(slot);
            else if (hold.Waits && (over || time.GetElapsedTime(hold.Since) >= Limit) && hasRoom())
                take(slot);
        }
    }

    private sealed class Hold(long since)
    {
        public long Since { get; } = since;

        public bool Waits { get; set; }
    }
}
