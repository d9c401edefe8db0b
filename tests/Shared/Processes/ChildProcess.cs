using System.Diagnostics;
using System.Text.RegularExpressions;

namespace TestRigs;

/// <summary>
/// One of our executables as a process of its own. Its lines are kept as they come; every wait has a deadline; disposing kills it if it
/// still runs. It sees none of the machine's own settings and has a temporary directory of its own.
/// </summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    // Only a real failure reaches it: the machine may be busy with other tests.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);
    private static readonly string[] Foreign =
    [
        "DERIBIT_", "KAFKA_", "REDIS_", "CLICKHOUSE_", "EXCHANGES_", "HEALTH_", "LOGGING_", "SHUTDOWN_",
        "COLLECTOR_", "ARCHIVER_", "PARQUET_", "SYMBOLS_", "EMBEDDED_", "OTEL_", "MARKETDATA_", "DOTNET_ENV", "ASPNETCORE_",
    ];

    private readonly Process _process;
    private readonly Lock _lock = new();
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];

    private ChildProcess(Process process, string directory) => (_process, Directory) = (process, directory);

    /// <summary>The process's working and temporary directory.</summary>
    public string Directory { get; }

    public IReadOnlyList<string> Output => Copy(_output);

    public IReadOnlyList<string> Errors => Copy(_errors);

    /// <summary>Both streams, for the message of a failed assertion.</summary>
    public string Everything => string.Join('\n', [$"exited: {_process.HasExited}", "--- output", .. Output, "--- errors", .. Errors]);

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary><c>marketdata</c> with these arguments.</summary>
    public static ChildProcess Marketdata(params string[] arguments) => Start("MarketData.Cli.dll", arguments);

    /// <summary><c>marketdata</c> refuses arguments: one clear sentence, nothing else, and exit code 2.</summary>
    public static async Task AssertRefusedAsync(string arguments, string sentence)
    {
        await using var command = Marketdata(arguments.Split(' '));
        Assert.True(await command.ExitAsync() == 2, command.Everything);
        Assert.Contains(command.Errors, line => line.Contains(sentence, StringComparison.Ordinal));
        Assert.Empty(command.Output);
    }

    /// <summary>Starts an executable that was built beside the tests.</summary>
    public static ChildProcess Start(
        string assembly, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? directory = null)
    {
        directory ??= System.IO.Directory.CreateTempSubdirectory("marketdata-test-").FullName;
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, assembly));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(name => Foreign.Any(name.StartsWith)).ToList())
            start.Environment.Remove(name);
        start.Environment["TMPDIR"] = directory;
        start.Environment["XDG_STATE_HOME"] = Path.Combine(directory, "state");
        start.Environment.Remove("STATE_DIRECTORY");
        start.Environment.Remove("XDG_RUNTIME_DIR");
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;

        var child = new ChildProcess(new Process { StartInfo = start }, directory);
        child._process.OutputDataReceived += (_, line) => child.Add(child._output, line.Data);
        child._process.ErrorDataReceived += (_, line) => child.Add(child._errors, line.Data);
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Waits for a line of standard output or standard error with this text.</summary>
    public async Task<string> LineAsync(string text)
    {
        string? Find() => Output.Concat(Errors).FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal));
        await Until.TrueAsync(() => Find() is not null || _process.HasExited, () => $"the line \"{text}\".\n{Everything}", Deadline);
        if (Find() is null)
            await ExitAsync();
        return Find() ?? throw new InvalidOperationException($"The process ended without the line \"{text}\".\n{Everything}");
    }

    /// <summary>Waits until a service says where its health port is.</summary>
    public async Task<string> HttpAddressAsync() => HttpAddress().Match(await LineAsync("http://127.0.0.1:")).Value;

    /// <summary>Waits for the end, and for the rest of both streams.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ExitAsync(TimeSpan? deadline = null)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        end.CancelAfter(deadline ?? Deadline);
        try
        {
            await _process.WaitForExitAsync(end.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The process did not end within {(deadline ?? Deadline).TotalSeconds} s.\n{Everything}");
        }

        return _process.ExitCode;
    }

    /// <summary>Sends a signal by name: <c>INT</c>, <c>TERM</c>, <c>KILL</c>.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, $"{_process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, kill.ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        try
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Two processes shared it.
        }
    }

    private void Add(List<string> lines, string? line)
    {
        if (line is null)
            return;
        lock (_lock)
            lines.Add(line);
    }

    private List<string> Copy(List<string> lines)
    {
        lock (_lock)
            return [.. lines];
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex HttpAddress();
}
