using System.Globalization;
using Deribit.Client.Protocol;
using Deribit.Client.Transport;

namespace Deribit.Client.Session;

/// <summary>
/// One connection's session: set the heartbeat, authenticate, then subscribe, watch and renew until the connection is dropped. Comes in: an
/// open connection. Goes out: <see cref="DeribitConnected"/>, and last of its generation <see cref="DeribitDisconnected"/>. Owns: every
/// task of the connection, all awaited before it returns. Runs on: the connection loop.
/// </summary>
internal sealed class SessionRun(
    SessionContext context, Connection connection, Authenticator authenticator, ReadyGate ready, ChunkSize size)
{
    private bool _announced;

    /// <summary>The connection.</summary>
    public Connection Connection => connection;

    /// <summary>Whether the exchange ended the connection because its data was read too slowly.</summary>
    public bool ReadTooSlowly { get; private set; }

    /// <summary>Runs until the connection is dropped; returns why.</summary>
    public async Task<Drop> RunAsync(CancellationToken cancellationToken)
    {
        using var stop = cancellationToken.UnsafeRegister(
            static state => (state as Connection)?.Drop(new Drop(DeribitDisconnectReason.Stopped, "The client was stopped.")), connection);
        Task[] others = [GuardAsync(connection.SendLoopAsync), GuardAsync(WorkAsync)];

        // On its own: while a flood of frames is there to be read, the loop does not come back.
        var read = Task.Run(() => GuardAsync(connection.Reader.RunAsync), CancellationToken.None);
        var drop = await connection.Dropped.ConfigureAwait(false);
        ReadTooSlowly = WasTooSlow(drop);

        // Order matters: callers learn of the loss, the peer hears a goodbye, all tasks end, and only then does the stream say so.
        ready.Clear();
        context.Subscriptions.EndConnection();
        context.Status.Update(status => status with { Connected = false, Authenticated = false, Compressed = false, LastFault = drop.Detail });
        connection.Pending.FailAll(new DeribitConnectionException(drop.Detail, fault: FaultOf(drop.Reason)));
        await CloseAsync(drop, read).ConfigureAwait(false);
        connection.End();
        connection.Socket.Abort();
        await Task.WhenAll([read, .. others]).ConfigureAwait(false);
        await AnnounceEndAsync(drop, cancellationToken).ConfigureAwait(false);
        return drop;
    }

    private static DeribitConnectionFault FaultOf(DeribitDisconnectReason reason) =>
        reason == DeribitDisconnectReason.HalfOpen ? DeribitConnectionFault.HalfOpen : DeribitConnectionFault.Lost;

    // The goodbye may be lost with what was sent before it: then the connection is reset while the reader lags.
    private bool WasTooSlow(Drop drop) =>
        drop.Reason == DeribitDisconnectReason.ClosedByServer
            ? drop.Detail.Contains(CloseCodes.TooSlow, StringComparison.Ordinal)
            : drop.Reason == DeribitDisconnectReason.Lost && context.Queue.Alarm;

    private async Task WorkAsync()
    {
        await SetHeartbeatAsync().ConfigureAwait(false);
        connection.Authenticated = await authenticator.AuthenticateAsync(connection).ConfigureAwait(false);

        // Without accepted credentials, raw channels that were denied once are not asked for again: each such call fails as a whole.
        var rawDenied = !connection.Authenticated && context.Status.Now.RawDenied;
        context.Subscriptions.BeginConnection(connection.Generation, rawDenied && context.Options.FallBackToPublicIntervals);
        context.Status.Update(status => status with
        {
            Connected = true,
            Authenticated = connection.Authenticated,
            Compressed = connection.Socket.Compressed,
            RawDenied = rawDenied,
            Maintenance = false,
            LastFault = null,
        });
        context.Logger.Connected(context.Options.Endpoint, connection.Generation, connection.Authenticated);
        if (context.Options.UseCompression)
        {
            context.Logger.CompressionNegotiated(connection.Generation, connection.Socket.Compressed);
        }

        _announced = true;
        await context.Queue.WriteAsync(
            new DeribitConnected
            {
                Authenticated = connection.Authenticated,
                RawAllowed = !rawDenied,
                Generation = connection.Generation,
                ReceivedAtUnixNs = WallClock.UnixNs(context.TimeProvider),
            },
            connection.Ending).ConfigureAwait(false);
        ready.Set(connection);
        var worker = new SubscriptionWorker(context, connection, authenticator, size);
        await Task.WhenAll(
            GuardAsync(worker.RunAsync),
            GuardAsync(() => Liveness.RunAsync(context, connection)),
            GuardAsync(() => authenticator.RenewAsync(connection)),
            GuardAsync(WatchStabilityAsync)).ConfigureAwait(false);
    }

    private async Task SetHeartbeatAsync()
    {
        try
        {
            await connection.CallAsync(
                "public/set_heartbeat",
                writer => writer.WriteNumber("interval"u8, (int)context.Options.HeartbeatInterval.TotalSeconds),
                DeribitCallBudget.CallCost, context.Options.RequestTimeout, connection.Ending).ConfigureAwait(false);
        }
        catch (DeribitRpcException exception) when (!ErrorCodes.IsTransient(exception.Code))
        {
            // The silence limit still finds a dead connection.
            context.Logger.HeartbeatRefused(exception.Code, exception.ErrorMessage);
        }
    }

    private async Task WatchStabilityAsync()
    {
        await Task.Delay(context.Options.StableAfter, context.TimeProvider, connection.Ending).ConfigureAwait(false);
        context.Reconnect.MarkStable();
        context.Status.Update(
            status => status with { Backoff = DeribitBackoffState.Stable, Failures = 0, ReadTooSlowly = false });
    }

    /// <summary>Runs one task of the connection; whatever ends it early drops the connection.</summary>
    private async Task GuardAsync(Func<Task> run)
    {
        try
        {
            await run().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (connection.Ending.IsCancellationRequested)
        {
            // The connection ends; so does its task.
        }
        catch (DeribitConnectionException exception)
        {
            connection.Drop(new Drop(
                exception.Fault switch
                {
                    DeribitConnectionFault.HalfOpen => DeribitDisconnectReason.HalfOpen,
                    DeribitConnectionFault.RequestTimeout => DeribitDisconnectReason.SetupFailed,
                    _ => DeribitDisconnectReason.Lost,
                },
                exception.Message));
        }
        catch (DeribitRpcException exception)
        {
            connection.Drop(ErrorCodes.IsTransient(exception.Code)
                ? new Drop(DeribitDisconnectReason.SetupFailed, exception.Message)
                : new Drop(DeribitDisconnectReason.CredentialsRejected, exception.Message, Fatal: exception));
        }
        catch (Exception exception)
        {
            // The boundary of the connection's loops: a fault of ours must cost this connection, not the client.
            context.Logger.InternalFault(exception, connection.Generation);
            connection.Drop(new Drop(DeribitDisconnectReason.InternalFault,
                string.Create(CultureInfo.InvariantCulture, $"A task of the connection failed: {exception.GetType().Name}; see the log.")));
        }
    }

    private async Task CloseAsync(Drop drop, Task read)
    {
        if (!drop.DeservesGoodbye)
        {
            return;
        }

        using var timeout = new CancellationTokenSource(context.Options.CloseTimeout, context.TimeProvider);
        await connection.Socket.SendCloseAsync(timeout.Token).ConfigureAwait(false);
        await read.WaitAsync(timeout.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task AnnounceEndAsync(Drop drop, CancellationToken cancellationToken)
    {
        if (!_announced)
        {
            return;
        }

        var message = new DeribitDisconnected
        {
            Reason = drop.Reason,
            Detail = drop.Detail,
            CloseCode = drop.CloseCode,
            ReadTooSlowly = ReadTooSlowly,
            Generation = connection.Generation,
            ReceivedAtUnixNs = WallClock.UnixNs(context.TimeProvider),
        };
        if (!context.Queue.TryWrite(message) && !cancellationToken.IsCancellationRequested)
        {
            await context.Queue.WriteAsync(message, cancellationToken).ConfigureAwait(false);
        }
    }
}
