using System.Net;
using System.Net.Sockets;
using Garnet;
using Garnet.server;

namespace MarketData.Embedded;

/// <summary>
/// A Redis server inside this process, for a trial or a test on one machine. Comes in: Redis protocol on a loopback port. Goes out: the
/// replies. Owns: a Microsoft Garnet server and its memory; nothing is kept on disk and nothing is written to the console. Runs on:
/// Garnet's own threads. <see cref="StopAsync"/> and <see cref="RestartAsync"/> keep the port, so that a client sees an outage; the data is
/// gone afterwards, as with a Redis without persistence. The members are for one caller at a time.
/// </summary>
public sealed class EmbeddedRedis : IAsyncDisposable
{
    private const int PortAttempts = 20;
    private readonly EmbeddedRedisOptions _options;
    private readonly string _scratchDirectory;
    private GarnetServer? _server;

    private EmbeddedRedis(EmbeddedRedisOptions options, string scratchDirectory)
    {
        _options = options;
        _scratchDirectory = scratchDirectory;
    }

    /// <summary>The port on 127.0.0.1; the same for the life of this object.</summary>
    public int Port { get; private set; }

    /// <summary>The address that clients use, in the form <c>127.0.0.1:port</c>.</summary>
    public string Address => $"127.0.0.1:{Port}";

    /// <summary>Whether the server is running.</summary>
    public bool IsRunning => _server is not null;

    /// <summary>Starts a server.</summary>
    /// <param name="options">The port and the memory; null means the defaults.</param>
    /// <param name="cancellationToken">Gives up before the server is started.</param>
    /// <exception cref="ArgumentOutOfRangeException">The port or the memory is out of range.</exception>
    /// <exception cref="IOException">The port cannot be opened.</exception>
    public static async Task<EmbeddedRedis> StartAsync(EmbeddedRedisOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new EmbeddedRedisOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(options.Port, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Port, IPEndPoint.MaxPort, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MemoryMiB, 8, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MemoryMiB, 65_536, nameof(options));

        var redis = new EmbeddedRedis(options, Path.Combine(Path.GetTempPath(), $"marketdata-embedded-redis-{Guid.NewGuid():N}"));
        await Task.Run(redis.Open, cancellationToken);
        return redis;
    }

    /// <summary>
    /// Stops the server as a crash would: connections are cut and all data is lost. Does nothing when it is stopped already.
    /// </summary>
    /// <returns>A task that completes when the port is closed.</returns>
    public Task StopAsync() => Task.Run(Close);

    /// <summary>Starts the server again on the same port, empty. Does nothing when it is running.</summary>
    /// <param name="cancellationToken">Gives up before the server is started.</param>
    /// <exception cref="IOException">Somebody else took the port meanwhile.</exception>
    public Task RestartAsync(CancellationToken cancellationToken = default) =>
        _server is null ? Task.Run(() => OpenPort(Port), cancellationToken) : Task.CompletedTask;

    /// <summary>Stops the server.</summary>
    public async ValueTask DisposeAsync() => await StopAsync();

    private void Open()
    {
        if (_options.Port != 0)
        {
            OpenPort(_options.Port);
            return;
        }

        // Garnet cannot be asked for "any" port, so a free one is looked up first; another process may be quicker, hence the retries.
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                OpenPort(FreePort());
                return;
            }
            catch (IOException) when (attempt < PortAttempts)
            {
                // Taken in between: look up another one.
            }
        }
    }

    private void OpenPort(int port)
    {
        GarnetServer? server = null;
        try
        {
            server = new GarnetServer(ServerOptions(port));
            server.Start();
        }
        catch (Exception exception)
        {
            server?.Dispose();
            DeleteScratch();
            if (exception.GetBaseException() is not SocketException cause)
                throw;
            throw new IOException(
                $"The embedded Redis could not open 127.0.0.1:{port} ({cause.Message}). Choose another port, or 0 for a free one.",
                exception);
        }

        Port = port;
        _server = server;
    }

    private GarnetServerOptions ServerOptions(int port) => new(null)
    {
        EndPoints = [new IPEndPoint(IPAddress.Loopback, port)],
        LogMemorySize = $"{_options.MemoryMiB}m",
        PageSize = "1m",
        IndexMemorySize = "4m",
        QuietMode = true,
        CheckpointDir = _scratchDirectory,
        ExpiredKeyDeletionScanFrequencySecs = 1,
        ExpiredObjectCollectionFrequencySecs = 1,
    };

    private void Close()
    {
        var server = _server;
        _server = null;
        if (server is null)
            return;
        server.Dispose();
        DeleteScratch();
    }

    private void DeleteScratch()
    {
        if (Directory.Exists(_scratchDirectory))
            Directory.Delete(_scratchDirectory, recursive: true);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
