using System.Diagnostics;
using System.Threading.Channels;

namespace MarketData.ServiceDefaults.Tests.Shutdown;

/// <summary>The test host as a process of its own. Its lines are read as they come; disposing kills it if it still runs.</summary>
internal sealed class TestHostProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateBounded<string>(1_000);
    private readonly Task _reader;
    private readonly Task<string> _errors;

    /// <summary>The file in which a host that chatters says that it has said everything.</summary>
    public string DoneFile { get; } = Path.Combine(Path.GetTempPath(), $"marketdata-test-{Guid.NewGuid():N}");

    public TestHostProcess(string behaviour, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "MarketData.ServiceDefaults.TestHost.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["TESTHOST_BEHAVIOUR"] = behaviour;
        start.Environment["TESTHOST_DONE"] = DoneFile;
        start.Environment.Remove("DOTNET_ENVIRONMENT");
        start.Environment.Remove("ASPNETCORE_ENVIRONMENT");
        start.WorkingDirectory = RepositoryRoot.Path;
        _process = Process.Start(start)!;
        _reader = ReadAsync();
        _errors = _process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits for a line of standard output that contains the text.</summary>
    public async Task<string> WaitForLineAsync(string text, CancellationToken cancellationToken)
    {
        await foreach (var line in _lines.Reader.ReadAllAsync(cancellationToken))
        {
            if (line.Contains(text, StringComparison.Ordinal)) return line;
        }

        throw new InvalidOperationException($"The process ended without writing '{text}'. Standard error: {await _errors}");
    }

    /// <summary>Reads standard output to its end.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        await foreach (var line in _lines.Reader.ReadAllAsync(cancellationToken)) _ = line;
    }

    /// <summary>Sends a signal by name, <c>INT</c> or <c>TERM</c>.</summary>
    public async Task SignalAsync(string name, CancellationToken cancellationToken)
    {
        using var kill = Process.Start("kill", ["-" + name, $"{_process.Id}"]);
        await kill.WaitForExitAsync(cancellationToken);
        Assert.Equal(0, kill.ExitCode);
    }

    public async Task<(int ExitCode, string Errors)> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return (_process.ExitCode, await _errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        await _reader;
        _process.Dispose();
        File.Delete(DoneFile);
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
            await _lines.Writer.WriteAsync(line, CancellationToken.None);
        _lines.Writer.Complete();
    }
}
