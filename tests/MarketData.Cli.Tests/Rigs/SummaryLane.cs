namespace MarketData.Cli.Tests.Rigs;

/// <summary>One lane in the summary of <c>up</c>.</summary>
internal sealed record SummaryLane(string Sink, string Collector, long Acknowledged, long Queued, long Conflated, long Rejected);
