namespace MarketData.Redis;

/// <summary>The latest book of one instrument as Redis holds it.</summary>
/// <param name="Json">
/// The <c>orderbook</c> snapshot in UTF-8 JSON; its <c>timestamp</c> and <c>received_at</c> say as of when it is.
/// </param>
/// <param name="RemainingTtl">
/// How long the value still counts as current; null when the key has no life set, which the lane never does.
/// </param>
public sealed record RedisBook(ReadOnlyMemory<byte> Json, TimeSpan? RemainingTtl);
