using System.Runtime.InteropServices;

namespace MarketData.ServiceDefaults;

/// <summary>
/// Turns signals into an ordered stop. Comes in: SIGINT (Ctrl-C) and SIGTERM. Goes out: the first signal calls <c>stop</c>; a second one
/// ends the process at once, by the signal itself (a shell shows 130 or 143); a stop that passes its deadline is ended with
/// <see cref="ExitCode.Failed"/>. Owns: the signal registrations. Runs on: the thread pool, where .NET delivers signals.
/// </summary>
public sealed class GracefulStop : IDisposable
{
    private readonly Action<PosixSignal> _stop;
    private readonly Action<int> _end;
    private readonly TimeSpan _deadline;
    private readonly TimeProvider _time;
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Lock _lock = new();
    private ITimer? _deadlineTimer;
    private int _signals;
    private bool _disposed;

    /// <summary>Creates it; no signal is taken before <see cref="Listen"/>.</summary>
    /// <param name="stop">Starts the ordered stop; must return soon. Called once, by the first signal.</param>
    /// <param name="deadline">How long the stop may take before the process is ended; see <see cref="StartDeadline"/>.</param>
    /// <param name="time">The clock.</param>
    /// <param name="end">Ends the process with an exit code; null: <see cref="Environment.Exit"/>.</param>
    public GracefulStop(Action<PosixSignal> stop, TimeSpan deadline, TimeProvider time, Action<int>? end = null) =>
        (_stop, _deadline, _time, _end) = (stop, deadline, time, end ?? Environment.Exit);

    /// <summary>Starts to take the signals. Call once.</summary>
    public void Listen()
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM })
            _registrations.Add(PosixSignalRegistration.Create(signal, context => context.Cancel = OnSignal(context.Signal)));
    }

    /// <summary>Starts to count the deadline. The first signal does; call it for a stop of another cause. Repeats do nothing.</summary>
    public void StartDeadline()
    {
        lock (_lock)
        {
            if (_disposed) return;
            _deadlineTimer ??= _time.CreateTimer(_ => EndLate(), null, _deadline, Timeout.InfiniteTimeSpan);
        }
    }

    // Nobody may think that this was an orderly end.
    private void EndLate()
    {
        Console.Error.WriteLine($"The stop did not finish within {_deadline.TotalSeconds} s: the process ends now, with what it still held.");
        _end(ExitCode.Failed);
    }

    /// <summary>What a signal does; the seam for tests.</summary>
    /// <returns>Whether the signal is dealt with; if not, the system's own handling ends the process at once.</returns>
    internal bool OnSignal(PosixSignal signal)
    {
        if (Interlocked.Increment(ref _signals) > 1) return false;
        StartDeadline();
        _stop(signal);
        return true;
    }

    /// <summary>Stops taking signals and forgets the deadline; from then on the system's own handling holds.</summary>
    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        lock (_lock)
        {
            _disposed = true;
            _deadlineTimer?.Dispose();
        }
    }
}
