using System.Buffers;

namespace MarketData.Redis.Replicas;

/// <summary>Where order books and JSON come from: the one place to exchange them.</summary>
/// <param name="NewBook">Makes an empty book.</param>
/// <param name="WriteEvent">Writes a trade or a ticker as JSON.</param>
internal sealed record LaneEncoding(Func<IBookReplica> NewBook, Action<MarketDataEvent, IBufferWriter<byte>> WriteEvent)
{
    /// <summary>The encoding that the collectors use.</summary>
    public static LaneEncoding Default { get; } = new(static () => new SortedBook(), PlainJson.Write);
}
