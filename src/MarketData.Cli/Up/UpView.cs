namespace MarketData.Cli.Up;

/// <summary>One look at everything.</summary>
internal sealed record UpView(
    TimeSpan Elapsed,
    IReadOnlyList<InstrumentLine> Instruments,
    IReadOnlyList<SinkLine> Sinks,
    long Events,
    double EventsPerSecond,
    IReadOnlyList<string> Reasons);
