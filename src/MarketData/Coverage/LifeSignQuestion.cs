namespace MarketData.Coverage;

/// <summary>
/// Asks for the first or the last event that a collector published of a stream on the stream's own topic: the ledger alone does not say when
/// data began, nor how long a collector lived that stopped without a word.
/// </summary>
/// <param name="Channel"><c>orderbook</c>, <c>trade</c> or <c>ticker</c>.</param>
/// <param name="Source">The collector.</param>
/// <param name="FromUnixMs">Not before this time of receipt (our clock), in milliseconds since the Unix epoch.</param>
/// <param name="ToUnixMs">Not after this time; <see cref="long.MaxValue"/> for no limit.</param>
/// <param name="WantsLast">Whether the last one is asked for rather than the first.</param>
public readonly record struct LifeSignQuestion(string Channel, string Source, long FromUnixMs, long ToUnixMs, bool WantsLast);
