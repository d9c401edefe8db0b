using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace MarketData.Redis.Tests.Support;

/// <summary>A redis-server from the PATH on a free loopback port, without persistence.</summary>
internal sealed class RedisServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _directory;

    private RedisServerProcess(Process process, DirectoryInfo directory, int port, ConnectionMultiplexer observer)
    {
        _process = process;
        _directory = directory;
        Port = port;
        Observer = observer;
    }

    public int Port { get; }

    public ConnectionMultiplexer Observer { get; }

    public IDatabase Database => Observer.GetDatabase();

    /// <summary>Starts a server, or skips the test where there is none.</summary>
    /// <param name="password">The password that clients need; null for none.</param>
    public static async Task<RedisServerProcess> StartOrSkipAsync(string? password = null)
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(static directory => Path.Combine(directory, "redis-server")).FirstOrDefault(File.Exists);
        if (program is null)
            Assert.Skip("There is no redis-server on the PATH.");

        var port = FreePort();
        var directory = Directory.CreateTempSubdirectory("marketdata-redis-server-");
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = directory.FullName,
            RedirectStandardOutput = true,
            ArgumentList = { "--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--logfile", "server.log" },
        };
        if (password is not null)
        {
            start.ArgumentList.Add("--requirepass");
            start.ArgumentList.Add(password);
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException("redis-server did not start.");
        var observer = await ConnectionMultiplexer.ConnectAsync(
            $"127.0.0.1:{port},abortConnect=false,allowAdmin=true{(password is null ? "" : $",password={password}")}");
        await Eventually.TrueAsync(() => observer.IsConnected, "redis-server answers");
        return new RedisServerProcess(process, directory, port, observer);
    }

    public async ValueTask DisposeAsync()
    {
        await Observer.DisposeAsync();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _directory.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
