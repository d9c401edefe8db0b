using MarketData.ClickHouse;
using System.Diagnostics;
using System.Globalization;

namespace TestRigs;

/// <summary>A real ClickHouse for the tests: a server (CLICKHOUSE_URL), or the engine as a child process (eng/chdb); else says why not.</summary>
public sealed class RealClickHouse : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly string _data = Path.Combine(Path.GetTempPath(), $"marketdata-clickhouse-{Guid.NewGuid():N}");
    private Process? _engine;
    private string? _url;
    private int _databases;

    /// <summary>The address; skips the running test when there is no ClickHouse.</summary>
    public async Task<string> RequireAsync()
    {
        await _turn.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            return _url ??= Environment.GetEnvironmentVariable("CLICKHOUSE_URL") is { Length: > 0 } server ? server : await StartAsync(0);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Options for a database that no other test uses.</summary>
    public async Task<ClickHouseOptions> OptionsAsync(string? url = null) => new()
    {
        Url = url ?? await RequireAsync(),
        Database = string.Create(CultureInfo.InvariantCulture, $"test_{Environment.ProcessId}_{Interlocked.Increment(ref _databases)}"),
        BackoffBase = TimeSpan.FromMilliseconds(20),
        BackoffCap = TimeSpan.FromMilliseconds(200),
        CircuitOpen = TimeSpan.FromMilliseconds(500),
    };

    /// <summary>Ends the engine at once, as a crash does; skips the test when a server is used that is not ours to end.</summary>
    public async Task KillAsync()
    {
        await RequireAsync();
        if (_engine is null) Assert.Skip("The server at CLICKHOUSE_URL is not the test's to end.");
        _engine.Kill();
        await _engine.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Starts the engine again, on its port and its data.</summary>
    public async Task StartAgainAsync() => _url = await StartAsync(new Uri(_url!).Port);

    public async ValueTask DisposeAsync()
    {
        _turn.Dispose();
        if (_engine is null) return;
        _engine.Kill();
        await _engine.WaitForExitAsync(CancellationToken.None);
        _engine.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private async Task<string> StartAsync(int port)
    {
        var cache = Environment.GetEnvironmentVariable("MARKETDATA_CACHE") ?? Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "marketdata");
        var library = Directory.Exists(cache)
            ? Directory.GetFiles(cache, "libchdb.so", SearchOption.AllDirectories).Order(StringComparer.Ordinal).LastOrDefault() : null;
        if (library is null) Assert.Skip($"No ClickHouse: no libchdb.so under {cache}. Run eng/chdb, or set CLICKHOUSE_URL.");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])[EnginePath(), library, _data, port.ToString(CultureInfo.InvariantCulture)])
            start.ArgumentList.Add(argument);
        _engine = Process.Start(start)!;
        return await _engine.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
            ?? throw new InvalidOperationException("The ClickHouse engine ended at its start; its reason is on standard error.");
    }

    // tests/{project}/bin/{configuration}/{framework}: the engine's output is beside this project's.
    private static string EnginePath()
    {
        const string Engine = "MarketData.ClickHouse.Engine";
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var tests = output.Parent!.Parent!.Parent!.Parent!.FullName;
        return Path.Combine(tests, Engine, "bin", output.Parent.Name, output.Name, Engine + ".dll");
    }
}
