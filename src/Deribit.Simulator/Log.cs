namespace Deribit.Simulator;

/// <summary>Everything the simulator logs. Event ids 2900-2949.</summary>
internal static partial class Log
{
    [LoggerMessage(2900, LogLevel.Information, "Connection {Id} opened; {Count} open.")]
    public static partial void Opened(ILogger logger, long id, int count);

    [LoggerMessage(2901, LogLevel.Information, "Connection {Id} ended after {Frames} frames.")]
    public static partial void Ended(ILogger logger, long id, long frames);

    [LoggerMessage(2902, LogLevel.Warning, "Connection {Id} reads too slowly: {Pending} bytes wait for it. It is closed.")]
    public static partial void SlowReader(ILogger logger, long id, int pending);

    [LoggerMessage(2903, LogLevel.Warning, "Connection {Id} did not answer a test_request within 10 s. It is closed.")]
    public static partial void HeartbeatUnanswered(ILogger logger, long id);

    [LoggerMessage(2904, LogLevel.Warning, "Connection {Id} has neither heartbeat nor subscription for 60 s. It is ended.")]
    public static partial void Idle(ILogger logger, long id);

    [LoggerMessage(2906, LogLevel.Error, "The market stopped by a fault of its own: nothing moves any more. Stop the simulator.")]
    public static partial void VenueFailed(ILogger logger, Exception error);

    [LoggerMessage(2907, LogLevel.Error, "The recording is not whole: {Damage}")]
    public static partial void RecordingDamaged(ILogger logger, string damage);

    [LoggerMessage(2905, LogLevel.Warning, "{Count} lines of the recording were skipped: replies, heartbeats, or not JSON.")]
    public static partial void LinesSkipped(ILogger logger, int count);
}
