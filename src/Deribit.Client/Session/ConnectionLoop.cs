using System.Diagnostics;
using Deribit.Client.Transport;

namespace Deribit.Client.Session;

/// <summary>
/// The life of a client: connect, work until the connection is lost, wait, again. Comes in: cancellation and wishes to reconnect. Goes out:
/// one <see cref="SessionRun"/> after the other, each with its generation. Owns: the current connection. Runs on: the task of whoever
/// awaits <see cref="RunAsync"/>.
/// </summary>
internal sealed class ConnectionLoop(SessionContext context, IDeribitSocketFactory factory)
{
    private readonly Authenticator _authenticator = new(context);
    private readonly ReadyGate _ready = new();
    private volatile SessionRun? _current;
    private long _generation;

    /// <summary>How large a subscribe call may be; learned over connections.</summary>
    public ChunkSize ChunkSize { get; } = new(context.Options);

    /// <summary>The connection whose session is set; null when there is none.</summary>
    public Connection? Ready => _ready.Current;

    /// <summary>The connection that is open now, set or not; null when there is none.</summary>
    public Connection? Open => _current?.Connection;

    /// <summary>Waits for a connection whose session is set.</summary>
    public Task<Connection> WaitReadyAsync(CancellationToken cancellationToken) => _ready.WaitAsync(cancellationToken);

    /// <summary>Runs until cancelled.</summary>
    /// <exception cref="DeribitRpcException">The credentials were rejected, and the options say not to go on without.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                await context.Budget.WaitForCoolDownAsync(cancellationToken).ConfigureAwait(false);
                context.Reconnect.BeginAttempt();
                ShowBackoff();
                var delay = await AttemptAsync(cancellationToken).ConfigureAwait(false);
                ShowBackoff();
                await Task.Delay(delay, context.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopping is not a fault.
        }
        finally
        {
            _ready.Close();
            context.Status.Update(status => status with { Connected = false, LastFault = "The client was stopped." });
        }
    }

    private async Task<TimeSpan> AttemptAsync(CancellationToken cancellationToken)
    {
        IDeribitSocket socket;
        try
        {
            socket = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DeribitConnectionException exception)
        {
            return TakeConnectFailure(exception);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The boundary of the attempts: whatever the platform raises is one failed attempt.
            context.Logger.InternalFault(exception, _generation);
            return TakeConnectFailure(new DeribitConnectionException(
                $"The attempt failed: {exception.Message}", exception, DeribitConnectionFault.Unreachable));
        }

        context.Metrics?.Connected();
        using (socket)
        using (var connection = new Connection(context, socket, ++_generation))
        {
            var run = new SessionRun(context, connection, _authenticator, _ready, ChunkSize);
            _current = run;
            try
            {
                return await TakeLossAsync(run, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _current = null;
            }
        }
    }

    private async Task<IDeribitSocket> ConnectAsync(CancellationToken cancellationToken)
    {
        using var span = DeribitSpans.Source.StartActivity("deribit.connect", ActivityKind.Client);
        span?.SetTag("server.address", context.Options.Endpoint.Host).SetTag("server.port", context.Options.Endpoint.Port);
        try
        {
            return await factory.ConnectAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            DeribitSpans.Fail(span, exception);
            throw;
        }
    }

    private TimeSpan TakeConnectFailure(DeribitConnectionException exception)
    {
        context.Metrics?.ConnectFailed(exception.Fault);
        var tooMany = exception.Fault == DeribitConnectionFault.TooManyConnections;
        var least = tooMany ? context.Budget.CoolDown() : TimeSpan.Zero;
        var delay = context.Reconnect.NextDelay(TimeSpan.Zero, least);
        context.Status.Update(status => status with { LastFault = exception.Message, TooManyConnections = tooMany });
        context.Logger.ConnectFailed(exception.Fault, exception.Message, context.Reconnect.Failures, delay);
        return delay;
    }

    private async Task<TimeSpan> TakeLossAsync(SessionRun run, CancellationToken cancellationToken)
    {
        context.Status.Update(status => status with { Generation = run.Connection.Generation, TooManyConnections = false });
        var drop = await RunCountedAsync(run, cancellationToken).ConfigureAwait(false);
        var uptime = run.Connection.Uptime;
        if (drop.Fatal is { } fatal)
        {
            throw fatal;
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (run.ReadTooSlowly)
        {
            context.Status.Update(status => status with { ReadTooSlowly = true });
        }

        var maintenance = context.Status.Now.Maintenance;
        var delay = context.Reconnect.NextDelay(uptime, maintenance ? context.Options.MaintenanceBackoff : TimeSpan.Zero);
        context.Logger.Disconnected(run.Connection.Generation, drop.Reason, drop.Detail, uptime, context.Reconnect.Failures, delay);
        return delay;
    }

    private async Task<Drop> RunCountedAsync(SessionRun run, CancellationToken cancellationToken)
    {
        // However it ends, the connection is open no more.
        var reason = DeribitDisconnectReason.Stopped;
        try
        {
            var drop = await run.RunAsync(cancellationToken).ConfigureAwait(false);
            reason = drop.Reason;
            return drop;
        }
        finally
        {
            context.Metrics?.Disconnected(reason);
        }
    }

    private void ShowBackoff() => context.Status.Update(
        status => status with { Backoff = context.Reconnect.State, Failures = context.Reconnect.Failures });
}
