using System.Diagnostics;

namespace MarketData.HistorySize;

/// <summary>The ClickHouse engine of the tests as a child process with data of its own, which go with it.</summary>
internal sealed class EngineProcess : IDisposable
{
    private readonly Process _process;
    private readonly string _data;

    private EngineProcess(Process process, string data, string url) => (_process, _data, Url) = (process, data, url);

    /// <summary>Its HTTP address.</summary>
    public string Url { get; }

    /// <summary>Starts it, and fetches its library first when it is not there yet.</summary>
    /// <exception cref="InvalidOperationException">It cannot be had here, or does not start; its reason is on standard error.</exception>
    public static EngineProcess Start()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Directory.Packages.props"))) root = root.Parent!;
        using var fetch = Run(Path.Combine(root.FullName, "eng", "chdb"), []);
        var library = fetch.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException("There is no ClickHouse engine. Set CLICKHOUSE_URL to the address of a server.");
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        const string Engine = "MarketData.ClickHouse.Engine";
        var dll = Path.Combine(root.FullName, "tests", Engine, "bin", output.Parent!.Name, output.Name, Engine + ".dll");
        var data = Path.Combine(Path.GetTempPath(), $"marketdata-history-size-{Guid.NewGuid():N}");
        var process = Run("dotnet", [dll, library, data, "0"]);
        var url = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The ClickHouse engine ended at its start.");
        return new EngineProcess(process, data, url);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private static Process Run(string program, string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
}
