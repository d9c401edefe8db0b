namespace MarketData.Integration.Tests.Rigs;

/// <summary>
/// Keeps every processor busy until disposed, and meanwhile measures how late a thread that only sleeps wakes up: that is the machine's
/// doing and nobody else's.
/// </summary>
internal sealed class BusyMachine : IDisposable
{
    private static readonly TimeSpan Nap = TimeSpan.FromMilliseconds(20);

    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread[] _threads;
    private long _worstTicks;

    public BusyMachine()
    {
        _threads = [new Thread(Sleep), .. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(Spin))];
        foreach (var thread in _threads)
            thread.Start();
    }

    /// <summary>The latest that the sleeping thread has woken up so far.</summary>
    public TimeSpan WorstDelay => TimeSpan.FromTicks(Interlocked.Read(ref _worstTicks));

    public void Dispose()
    {
        _stop.Set();
        foreach (var thread in _threads)
            thread.Join();
        _stop.Dispose();
    }

    private void Spin()
    {
        while (!_stop.IsSet)
            Thread.SpinWait(1000);
    }

    private void Sleep()
    {
        for (var since = TimeProvider.System.GetTimestamp(); !_stop.Wait(Nap); since = TimeProvider.System.GetTimestamp())
        {
            var late = (TimeProvider.System.GetElapsedTime(since) - Nap).Ticks;
            if (late > Interlocked.Read(ref _worstTicks))
                Interlocked.Exchange(ref _worstTicks, late);
        }
    }
}
