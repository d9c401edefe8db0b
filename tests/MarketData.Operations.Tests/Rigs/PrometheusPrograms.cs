using System.Diagnostics;

namespace MarketData.Operations.Tests.Rigs;

/// <summary>Prometheus and promtool: installed, or from eng/prometheus.</summary>
internal static class PrometheusPrograms
{
    private static readonly string[] _directories =
    [
        .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator),
        Path.Combine(Cache(), "prometheus", "usr", "bin"),
    ];

    /// <summary>The path of a program; skips the running test when there is none.</summary>
    public static string Require(string program)
    {
        var found = _directories.Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);
        Assert.SkipWhen(found is null, $"There is no {program}, neither installed nor below {Cache()}: run eng/prometheus.");
        return found!;
    }

    /// <summary>Runs promtool; its output is the message when it fails.</summary>
    public static async Task PromtoolAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Require("promtool"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"promtool {string.Join(' ', arguments)}\n{output}\n{await errors}");
    }

    private static string Cache() => Environment.GetEnvironmentVariable("MARKETDATA_CACHE") ?? Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "marketdata");
}
