namespace Deribit.Client;

/// <summary>One hour of <c>public/get_funding_rate_history</c>.</summary>
/// <param name="TimeUnixMs">When it was, in milliseconds since the Unix epoch.</param>
/// <param name="IndexPrice">The index then; null when there was no number.</param>
/// <param name="PreviousIndexPrice">The index an hour before; null when there was no number.</param>
/// <param name="Interest1Hour">The interest of the hour before, as a fraction.</param>
/// <param name="Interest8Hours">The interest of the eight hours before; null when there was no number.</param>
public readonly record struct DeribitFundingRate(
    long TimeUnixMs, decimal? IndexPrice, decimal? PreviousIndexPrice, double Interest1Hour, double? Interest8Hours);
