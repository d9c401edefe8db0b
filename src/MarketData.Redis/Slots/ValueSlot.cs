using System.Buffers;

namespace MarketData.Redis.Slots;

/// <summary>The last trade or the latest ticker of one instrument.</summary>
internal sealed class ValueSlot(string name, TimeSpan ttl, SlotContext context) : LaneSlot(name, ttl, context)
{
    private static readonly TimeSpan ShortestLife = TimeSpan.FromMilliseconds(1);
    private MarketDataEvent? _event;
    private long _offeredAt;

    /// <inheritdoc/>
    protected override bool HasValue => _event is not null;

    /// <inheritdoc/>
    protected override long ValueReceivedAtUnixNs => _event!.ReceivedAtUnixNs;

    /// <summary>Takes an event over as the newest one.</summary>
    /// <returns>False when the slot is dead and the caller must look up its successor.</returns>
    public bool TryOffer(MarketDataEvent marketEvent)
    {
        lock (Gate)
        {
            if (!TryEnter())
                return false;
            if (IsOlder(marketEvent))
            {
                Context.Counters.AddConflated();
                return true;
            }

            _event = marketEvent;
            _offeredAt = Context.Time.GetTimestamp();
            AcceptPending();
            return true;
        }
    }

    /// <inheritdoc/>
    protected override TimeSpan Encode(IBufferWriter<byte> writer, out long receivedAtUnixNs)
    {
        receivedAtUnixNs = _event!.ReceivedAtUnixNs;
        Context.Encoder(_event, writer);

        // The life counts from the event, not from the write: what waited for an hour must not look fresh for another minute.
        var left = Ttl - Context.Time.GetElapsedTime(_offeredAt);
        return left > ShortestLife ? left : ShortestLife;
    }

    /// <inheritdoc/>
    protected override void Touched(long sentAt)
    {
    }

    /// <inheritdoc/>
    protected override void DropValue() => _event = null;

    /// <inheritdoc/>
    protected override bool WorthRebuilding() => Context.Time.GetElapsedTime(_offeredAt) < Ttl;

    /// <inheritdoc/>
    protected override void OnRemoved()
    {
        // What nobody collects any more is not shown any more.
        DropValue();
        OrderDelete();
    }

    // A late or repaired trade arrives after newer ones. Where the exchange restarts its sequence, the time still moves forward.
    private bool IsOlder(MarketDataEvent marketEvent) =>
        marketEvent is TradeEvent late && _event is TradeEvent newest
        && late.TradeSequence <= newest.TradeSequence && late.ExchangeTimeUnixMs <= newest.ExchangeTimeUnixMs;
}
