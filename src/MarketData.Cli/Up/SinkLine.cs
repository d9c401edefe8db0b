using MarketData.Pipeline;

namespace MarketData.Cli.Up;

/// <summary>One lane of one collector as <c>up</c> shows it.</summary>
internal sealed record SinkLine(
    string Sink,
    string Collector,
    LaneStatus Status,
    long In,
    long Acknowledged,
    long Queued,
    long Conflated,
    long Spilled,
    long Rejected,
    TimeSpan LagMedian,
    TimeSpan LagP99);
