using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MarketData.ServiceDefaults;

/// <summary>
/// The host's lifetime: replaces .NET's console lifetime, which ignores a second signal. Comes in: signals, through
/// <see cref="GracefulStop"/>. Goes out: the host's ordered stop. Owns: the <see cref="GracefulStop"/>.
/// </summary>
internal sealed class GracefulStopLifetime : IHostLifetime, IDisposable
{
    // The host cancels its services at the configured deadline; this is what they have to obey before the process is ended.
    private static readonly TimeSpan _margin = TimeSpan.FromSeconds(5);

    private readonly GracefulStop _stop;
    private readonly IHostApplicationLifetime _lifetime;

    public GracefulStopLifetime(
        IHostApplicationLifetime lifetime, IOptions<HostOptions> options, TimeProvider time, ILogger<GracefulStopLifetime> logger)
    {
        var timeout = options.Value.ShutdownTimeout;
        _lifetime = lifetime;
        _stop = new GracefulStop(
            signal =>
            {
                HostLog.Stopping(logger, signal, timeout.TotalSeconds);
                lifetime.StopApplication();
            },
            timeout + _margin,
            time);
    }

    /// <inheritdoc />
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _lifetime.ApplicationStopping.Register(_stop.StartDeadline);
        _stop.Listen();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public void Dispose() => _stop.Dispose();
}
