using MarketData.History;

namespace MarketData.Backfill;

/// <summary>A part of the range that is not in the history.</summary>
/// <param name="Range">Its numbers, or its times.</param>
/// <param name="Reason">Why, as a full sentence.</param>
public sealed record BackfillGap(NumberRange Range, string Reason);
