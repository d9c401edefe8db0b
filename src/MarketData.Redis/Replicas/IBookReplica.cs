using System.Buffers;

namespace MarketData.Redis.Replicas;

/// <summary>The lane's own copy of one order book, rebuilt from the events. Guarded by the slot that owns it.</summary>
internal interface IBookReplica
{
    /// <summary>Takes a snapshot over.</summary>
    /// <returns>Whether the book can be shown.</returns>
    bool Replace(ReadOnlySpan<BookLevel> bids, ReadOnlySpan<BookLevel> asks);

    /// <summary>Applies the levels that changed.</summary>
    /// <returns>Whether the book can be shown.</returns>
    bool Apply(ReadOnlySpan<BookLevel> bids, ReadOnlySpan<BookLevel> asks);

    /// <summary>Forgets all levels.</summary>
    void Clear();

    /// <summary>Writes the best levels as an <c>orderbook</c> snapshot in JSON.</summary>
    void Write(IBufferWriter<byte> writer, in BookHead head, int depth);
}
