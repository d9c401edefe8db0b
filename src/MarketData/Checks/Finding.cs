namespace MarketData.Checks;

/// <summary>What a check of a dependency found. Holds no secret.</summary>
/// <param name="Subject">What was looked at: <c>kafka</c>, <c>kafka topic market.trades</c>.</param>
/// <param name="State">What it means.</param>
/// <param name="Found">What was found, for people.</param>
/// <param name="Advice">What to do about it, as full sentences; empty where nothing is to be done.</param>
public sealed record Finding(string Subject, FindingState State, string Found, string Advice = "");
