using MarketData.Pipeline;

namespace MarketData.Cli.Up;

/// <summary>One lane of one collector, or the archiver, as <c>up</c> shows it. How late is not known of every one.</summary>
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
    TimeSpan? LagMedian,
    TimeSpan? LagP99)
{
    /// <summary>Those of the rejected that are nowhere now.</summary>
    public long Lost { get; init; }

    /// <summary>Those of the rejected that another replica owns (Kafka only).</summary>
    public long Fenced { get; init; }

    /// <summary>Dead letters and reports of refused events that could not be kept (Kafka only).</summary>
    public long DeadLettersLost { get; init; }
}
