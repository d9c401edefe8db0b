using Deribit.Simulator.Channels;
using Deribit.Simulator.Faults;
using Deribit.Simulator.Hosting;
using Deribit.Simulator.Market;
using Deribit.Simulator.Replay;
using Deribit.Simulator.Rpc;
using Deribit.Simulator.Sessions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Deribit.Simulator;

/// <summary>
/// The exchange's side of the protocol on real sockets: WebSocket at <see cref="WebSocketUri"/>, HTTP under <see cref="HttpUri"/>.
/// In: options, and at run time faults. Out: what the exchange would send. Owns the market (or the recording), every connection
/// and the listening socket; its own loop moves the market, each connection has a reading and a writing loop.
/// </summary>
public sealed class SimulatorServer : IAsyncDisposable
{
    private readonly SimulatorOptions _options;
    private readonly Hub _hub;
    private readonly Venue _venue;
    private readonly SessionContext _context;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _listening = new(1, 1);
    private readonly SimulatorMarket? _market;
    private readonly SimulatorReplay? _replay;
    private SimulatorListener? _listener;
    private Task _running = Task.CompletedTask;
    private int _port;

    private SimulatorServer(SimulatorOptions options)
    {
        _options = options;
        Faults = new SimulatorFaults(options.TimeProvider, options.FaultSchedule);
        _hub = new Hub(Faults, options.TimeProvider);
        var logger = (options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger<SimulatorServer>();
        if (options.Mode == SimulatorMode.Market)
        {
            var market = new SyntheticMarket(options, _hub);
            _market = new SimulatorMarket(market, _hub);
            _venue = market;
        }
        else
        {
            var recorded = new RecordedVenue(options, _hub, Recording.Load(options.ReplayFiles, options.ReplayMaxSilence));
            _replay = new SimulatorReplay(recorded, _hub);
            _venue = recorded;
            foreach (var damage in recorded.Recording.Damage)
            {
                Log.RecordingDamaged(logger, damage);
            }

            if (recorded.Recording.Skipped > 0)
            {
                Log.LinesSkipped(logger, recorded.Recording.Skipped);
            }
        }

        Faults.Use(_venue);
        Faults.Execute = Execute;
        _context = new SessionContext(options, _hub, new RpcDispatcher(options, _hub, _venue), logger);
        _port = options.Port;
    }

    /// <summary>Where to connect a WebSocket, such as <c>ws://127.0.0.1:8090/ws/api/v2</c>. Stays the same over a restart.</summary>
    public Uri WebSocketUri => new($"ws://{_options.Host}:{_port}/ws/api/v2");

    /// <summary>The base of HTTP calls, such as <c>http://127.0.0.1:8090/api/v2/</c>, to be followed by the method.</summary>
    public Uri HttpUri => new($"http://{_options.Host}:{_port}/api/v2/");

    /// <summary>The same for the history host, which tells of more trades than the main host.</summary>
    public Uri HistoryUri => new($"http://{_options.Host}:{_port}/history/api/v2/");

    /// <summary>What can be made to go wrong, and what did.</summary>
    public SimulatorFaults Faults { get; }

    /// <summary>The oracle of the market.</summary>
    /// <exception cref="InvalidOperationException">The simulator replays a recording.</exception>
    public SimulatorMarket Market =>
        _market ?? throw new InvalidOperationException("This simulator replays a recording and has no market. Use Replay.");

    /// <summary>The replay.</summary>
    /// <exception cref="InvalidOperationException">The simulator makes a market.</exception>
    public SimulatorReplay Replay =>
        _replay ?? throw new InvalidOperationException(
            "This simulator makes a market and has no replay. Use Market, or start it with Mode = Replay.");

    /// <summary>The simulator at this moment.</summary>
    public SimulatorStatus Status
    {
        get
        {
            lock (_hub.Gate)
            {
                var connections = _hub.Sessions.Select(session => new SimulatorConnection(
                    session.Id, session.IsAuthenticated, session.Subscriptions.Count, session.FramesSent, session.Outbox.Pending,
                    session.Heartbeat.Answers, session.Heartbeat.SlowestAnswer, session.IsCompressed));
                return new SimulatorStatus(
                    _listener is not null, [.. connections], _hub.FramesSent, Faults.Applied.Count, Faults.Armed.Count,
                    _replay?.FramesServed, _replay?.FramesTotal);
            }
        }
    }

    /// <summary>
    /// How often a channel was subscribed since the start, by all connections together. Asking for a channel that the connection holds
    /// already does not count. 0 for a channel that does not exist.
    /// </summary>
    public int CountSubscriptions(string channel)
    {
        lock (_hub.Gate)
        {
            return _venue.Find(channel)?.TimesSubscribed ?? 0;
        }
    }

    /// <summary>
    /// How many notifications of a channel were handed to connections since the start, first ones included; a fault may still have eaten
    /// some. 0 for a channel that does not exist.
    /// </summary>
    public long CountFrames(string channel)
    {
        lock (_hub.Gate)
        {
            return _venue.Find(channel)?.FramesSent ?? 0;
        }
    }

    /// <summary>Starts the market (or loads the recording) and listens.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the message names it, its value and the remedy.</exception>
    /// <exception cref="IOException">The port is taken, or a recorded file cannot be read.</exception>
    public static async Task<SimulatorServer> StartAsync(SimulatorOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        SimulatorOptionsValidator.Validate(options);
        var server = new SimulatorServer(options);
        try
        {
            await server.ResumeAsync(cancellationToken);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        server._running = server.RunVenueAsync();
        return server;
    }

    /// <summary>
    /// Ends every connection with a reset and stops listening, as a killed server does. The market goes on meanwhile unless
    /// <paramref name="pauseMarket"/>. Does nothing when it is not listening.
    /// </summary>
    public async Task StopListeningAsync(bool pauseMarket = false)
    {
        await _listening.WaitAsync(CancellationToken.None);
        try
        {
            if (_listener is null)
            {
                return;
            }

            lock (_hub.Gate)
            {
                if (_venue is SyntheticMarket market)
                {
                    market.IsPaused = pauseMarket;
                }

                foreach (var session in _hub.Sessions.ToArray())
                {
                    session.Abort();
                }
            }

            await _listener.DisposeAsync();
            _listener = null;
        }
        finally
        {
            _listening.Release();
        }
    }

    /// <summary>Listens again, on the same port, with the market as it is by now. Does nothing when it is listening.</summary>
    /// <exception cref="IOException">Somebody else has taken the port.</exception>
    public async Task ResumeAsync(CancellationToken cancellationToken = default)
    {
        await _listening.WaitAsync(cancellationToken);
        try
        {
            if (_listener is not null)
            {
                return;
            }

            _listener = await SimulatorListener.StartAsync(this, _context, _options.Host, _port, cancellationToken);
            _port = _listener.Port;
            lock (_hub.Gate)
            {
                if (_venue is SyntheticMarket market)
                {
                    market.IsPaused = false;
                }
            }
        }
        finally
        {
            _listening.Release();
        }
    }

    /// <summary>Ends every connection and the market. The simulator cannot be started again.</summary>
    public async Task StopAsync()
    {
        await StopListeningAsync();
        await _stopping.CancelAsync();
        await _running;
    }

    /// <summary>Stops and releases everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
        _listening.Dispose();
    }

    private async Task RunVenueAsync()
    {
        try
        {
            await Task.Run(() => _venue.RunAsync(_stopping.Token), _stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
        catch (Exception error)
        {
            // The owner learns it from StopAsync; the log says it now.
            Log.VenueFailed(_context.Logger, error);
            throw;
        }
    }

    private void Execute(Fault fault)
    {
        lock (_hub.Gate)
        {
            foreach (var session in _hub.Sessions.Where(one => (fault.ConnectionId ?? one.Id) == one.Id).ToArray())
            {
                Faults.Record(fault.Kind, session.Id, "", 0);
                switch (fault.Kind)
                {
                    case FaultKind.Close:
                        session.Close(fault.Code == 0 ? 1000 : fault.Code, fault.Reason);
                        break;
                    case FaultKind.Abort:
                        session.Abort();
                        break;
                    default:
                        session.Stall(fault.Duration);
                        break;
                }
            }
        }
    }
}
