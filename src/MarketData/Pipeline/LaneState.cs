namespace MarketData.Pipeline;

/// <summary>How a lane does.</summary>
public enum LaneState
{
    /// <summary>Not started yet.</summary>
    Starting,

    /// <summary>Events flow.</summary>
    Ready,

    /// <summary>The sink is away or slow; events are kept (lossless) or conflated (latest-wins).</summary>
    Degraded,

    /// <summary>A lossless lane has no room left; the intake waits.</summary>
    Full,

    /// <summary>The lane gave up; see the reason.</summary>
    Failed,

    /// <summary>Stopped after a drain.</summary>
    Stopped,
}
