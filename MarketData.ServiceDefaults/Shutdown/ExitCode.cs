namespace MarketData.ServiceDefaults;

/// <summary>What a service's exit code says.</summary>
public static class ExitCode
{
    /// <summary>Stopped in order, everything drained.</summary>
    public const int Ok = 0;

    /// <summary>A fault ended the service, or its stop did not finish within <c>[shutdown] timeout_seconds</c>.</summary>
    public const int Failed = 1;

    /// <summary>The configuration cannot be used; nothing was started.</summary>
    public const int Configuration = 2;

    /// <summary>A second Ctrl-C (SIGINT) ended the process at once: 128 + the signal's number, as shells write it.</summary>
    public const int Interrupted = 130;

    /// <summary>A second SIGTERM ended the process at once.</summary>
    public const int Terminated = 143;
}
