using System.Runtime.InteropServices;
using Microsoft.Extensions.Time.Testing;

namespace MarketData.ServiceDefaults.Tests.Shutdown;

public sealed class GracefulStopTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<PosixSignal> _stops = [];
    private readonly List<int> _ends = [];

    [Fact]
    public void First_signal_starts_the_stop_and_the_second_is_left_to_the_system()
    {
        using var stop = Create();
        Assert.True(stop.OnSignal(PosixSignal.SIGTERM));
        Assert.False(stop.OnSignal(PosixSignal.SIGINT));
        Assert.Equal([PosixSignal.SIGTERM], _stops);
        Assert.Empty(_ends);
    }

    [Fact]
    public void Stop_that_passes_its_deadline_ends_the_process_as_failed()
    {
        using var stop = Create();
        stop.OnSignal(PosixSignal.SIGINT);
        _time.Advance(TimeSpan.FromSeconds(29.9));
        Assert.Empty(_ends);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal([ExitCode.Failed], _ends);
    }

    [Fact]
    public void Stop_of_another_cause_has_the_same_deadline_counted_once()
    {
        using var stop = Create();
        stop.StartDeadline();
        _time.Advance(TimeSpan.FromSeconds(20));
        stop.OnSignal(PosixSignal.SIGINT);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal([ExitCode.Failed], _ends);
    }

    [Fact]
    public void Stop_that_ends_in_time_forgets_the_deadline()
    {
        var stop = Create();
        stop.OnSignal(PosixSignal.SIGINT);
        stop.Dispose();
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Empty(_ends);
    }

    private GracefulStop Create() => new(_stops.Add, TimeSpan.FromSeconds(30), _time, _ends.Add);
}
