namespace MarketData.History;

/// <summary>A part of a book's chain that the history does not hold.</summary>
/// <param name="FromChangeId">The last change before it.</param>
/// <param name="ToChangeId">The change that what follows builds on, or is: the last one that is missing, unless the ids began anew.</param>
/// <param name="FromUnixMs">The exchange's time of the last change before it, in milliseconds since the Unix epoch.</param>
/// <param name="ToUnixMs">The exchange's time of what follows it.</param>
public sealed record BookHole(long FromChangeId, long ToChangeId, long FromUnixMs, long ToUnixMs);
