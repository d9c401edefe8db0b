using System.Net;
using Deribit.Simulator.Faults;
using Deribit.Simulator.Sessions;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Deribit.Simulator.Hosting;

/// <summary>
/// One listening socket and the pipeline behind it; replaced as a whole over a restart. Counts connections, and turns away those
/// beyond the limit or refused by a fault.
/// </summary>
internal sealed class SimulatorListener : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SessionContext _context;
    private int _counted;

    private SimulatorListener(SimulatorServer server, SessionContext context, string host, int port)
    {
        _context = context;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1024 * 1024;
            kestrel.Limits.MaxConcurrentUpgradedConnections = null;
            void Configure(ListenOptions listen)
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => connection => AcceptAsync(connection, next));
            }

            if (host == "localhost")
            {
                kestrel.Listen(IPAddress.Loopback, port, Configure);
            }
            else
            {
                kestrel.Listen(IPAddress.Parse(host), port, Configure);
            }
        });
        builder.Services.AddRoutingCore();
        _app = builder.Build();
        _app.UseRouting();
        ControlEndpoints.Map(_app, server);
        ApiEndpoints.Map(_app, context, AdmitAsync, _stopping.Token);
    }

    public int Port { get; private set; }

    public static async Task<SimulatorListener> StartAsync(
        SimulatorServer server, SessionContext context, string host, int port, CancellationToken cancellation)
    {
        var listener = new SimulatorListener(server, context, host, port);
        try
        {
            await listener._app.StartAsync(cancellation);
        }
        catch
        {
            await listener.DisposeAsync();
            throw;
        }

        listener.Port = new Uri(listener._app.Urls.First()).Port;
        return listener;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        using (var atOnce = new CancellationTokenSource(TimeSpan.FromSeconds(2), TimeProvider.System))
        {
            await _app.StopAsync(atOnce.Token);
        }

        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    // A refused connection is reset before a byte is read.
    private async Task AcceptAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (_context.Hub.Faults.Refusal() is { Code: 0 })
        {
            _context.Hub.Faults.Record(FaultKind.RefuseConnections, 0, "", 0);
            Session.ResetOnClose(connection.Features.Get<IConnectionSocketFeature>()?.Socket);
            connection.Abort();
            return;
        }

        var counted = new CountedConnection();
        connection.Features.Set(counted);
        try
        {
            await next(connection);
        }
        finally
        {
            if (counted.Counts)
            {
                Interlocked.Decrement(ref _counted);
            }
        }
    }

    /// <summary>False when the request was turned away, with the answer already given.</summary>
    private async Task<bool> AdmitAsync(HttpContext http)
    {
        if (_context.Hub.Faults.Refusal() is { Code: > 0 } refusal)
        {
            _context.Hub.Faults.Record(FaultKind.RefuseConnections, 0, http.Request.Path, 0);
            await TurnAwayAsync(http, refusal.Code, "refused");
            return false;
        }

        var counted = http.Features.Get<CountedConnection>();
        if (counted is { Counts: false })
        {
            counted.Counts = true;
            if (Interlocked.Increment(ref _counted) > _context.Options.MaxConnections)
            {
                await TurnAwayAsync(http, StatusCodes.Status429TooManyRequests, "too many connections");
                return false;
            }
        }

        return true;
    }

    private static Task TurnAwayAsync(HttpContext http, int status, string text)
    {
        http.Response.StatusCode = status;
        http.Response.Headers.Connection = "close";
        return http.Response.WriteAsync(text, http.RequestAborted);
    }

    /// <summary>Marks a TCP connection that counts against the limit; those that only use the controls do not.</summary>
    private sealed class CountedConnection
    {
        public bool Counts { get; set; }
    }
}
