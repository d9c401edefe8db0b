namespace MarketData.Coverage;

/// <summary>A part of the interval that was asked about, with one state.</summary>
/// <param name="FromUnixMs">Its first moment, in milliseconds since the Unix epoch.</param>
/// <param name="ToUnixMs">Its end (exclusive).</param>
/// <param name="State">What is known of it.</param>
/// <param name="Cause">Why it is not complete.</param>
public sealed record CoverageInterval(long FromUnixMs, long ToUnixMs, CoverageState State, CoverageCause Cause);
