using MarketData.Redis.Slots;

namespace MarketData.Redis.Sending;

/// <summary>What one slot wants of Redis.</summary>
internal readonly record struct SlotCommand(SlotCommandKind Kind, LaneSlot? Slot, int Start, int Length, TimeSpan Ttl)
{
    /// <summary>Nothing to send.</summary>
    public static SlotCommand Nothing => default;

    /// <summary>SET and PUBLISH the bytes at <paramref name="start"/> of the batch's buffer.</summary>
    public static SlotCommand Write(LaneSlot slot, int start, int length, TimeSpan ttl) =>
        new(SlotCommandKind.Write, slot, start, length, ttl);

    /// <summary>DEL.</summary>
    public static SlotCommand Delete(LaneSlot slot) => new(SlotCommandKind.Delete, slot, 0, 0, default);

    /// <summary>PEXPIRE.</summary>
    public static SlotCommand Refresh(BookSlot slot, TimeSpan ttl) => new(SlotCommandKind.Refresh, slot, 0, 0, ttl);
}
