using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MarketData.Operations.Tests.Rigs;

/// <summary>
/// A real Prometheus with the configuration and the rules of the repository, hurried: it scrapes every two seconds, alerts wait one second,
/// and look back for 15 s where they look back for minutes.
/// </summary>
internal sealed partial class PrometheusServer : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("marketdata-prometheus-").FullName;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly DateTimeOffset _started = TimeProvider.System.GetUtcNow();
    private Process? _process;

    /// <summary>Starts one that scrapes these addresses, and waits until each answered.</summary>
    public static async Task<PrometheusServer> StartAsync(params string[] targets)
    {
        var server = new PrometheusServer();
        try
        {
            await server.BeginAsync(targets);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Every sample that a query has had since the start, by series; steps of two seconds.</summary>
    /// <exception cref="InvalidOperationException">Prometheus refuses the query.</exception>
    public async Task<IReadOnlyList<IReadOnlyList<double>>> SinceStartAsync(string query)
    {
        var now = TimeProvider.System.GetUtcNow();
        var result = await AskAsync(
            $"query_range?query={Uri.EscapeDataString(query)}&start={_started.ToUnixTimeSeconds()}&end={now.ToUnixTimeSeconds()}&step=2");
        return [.. result.GetProperty("result").EnumerateArray().Select(series => (IReadOnlyList<double>)
            [.. series.GetProperty("values").EnumerateArray().Select(sample => Number(sample[1]))])];
    }

    /// <summary>The sum of a query's series now; null: there is none.</summary>
    public async Task<double?> NowAsync(string query)
    {
        var result = await AskAsync($"query?query={Uri.EscapeDataString(query)}");
        var values = result.GetProperty("result").EnumerateArray().Select(series => Number(series.GetProperty("value")[1])).ToList();
        return values.Count == 0 ? null : values.Sum();
    }

    /// <summary>Every rule: its name, its health, its last error.</summary>
    public async Task<IReadOnlyList<(string Name, string Health, string Error)>> RulesAsync() =>
    [
        .. (await AskAsync("rules")).GetProperty("groups").EnumerateArray().SelectMany(group => group.GetProperty("rules").EnumerateArray())
            .Select(rule => (
                rule.GetProperty("name").GetString()!, rule.GetProperty("health").GetString()!,
                rule.TryGetProperty("lastError", out var error) ? error.GetString()! : "")),
    ];

    /// <summary>Waits until an alert fires, or does not.</summary>
    public Task UntilAsync(string alert, bool fires) => Until.TrueAsync(
        async () => await NowAsync($"ALERTS{{alertname=\"{alert}\", alertstate=\"firing\"}}") is not null == fires,
        () => $"{alert} {(fires ? "fires" : "does not fire")}", TimeSpan.FromSeconds(90), TimeSpan.FromMilliseconds(300));

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }

        _http.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task BeginAsync(string[] targets)
    {
        var rules = Directory.CreateDirectory(Path.Combine(_directory, "rules"));
        Directory.CreateDirectory(Path.Combine(_directory, "targets"));
        await File.WriteAllTextAsync(
            Path.Combine(_directory, "prometheus.yml"), Interval().Replace(File.ReadAllText(RepositoryRoot.Full("config/prometheus/prometheus.yml")), "$1: 2s"));
        foreach (var path in Directory.GetFiles(RepositoryRoot.Full("config/prometheus/rules")))
            await File.WriteAllTextAsync(Path.Combine(rules.FullName, Path.GetFileName(path)), Hurried(await File.ReadAllTextAsync(path)));
        await File.WriteAllTextAsync(
            Path.Combine(_directory, "targets", "test.json"), JsonSerializer.Serialize(new[] { new { targets } }));

        var port = FreePort();
        _http.BaseAddress = new Uri($"http://127.0.0.1:{port}/api/v1/");
        _process = Process.Start(new ProcessStartInfo(PrometheusPrograms.Require("prometheus"),
        [
            $"--config.file={_directory}/prometheus.yml", $"--storage.tsdb.path={_directory}/data", $"--web.listen-address=127.0.0.1:{port}", "--log.level=error",
        ]))!;
        await Until.TrueAsync(
            async () => await IsUpAsync() && await NowAsync("sum(up)") == targets.Length, () => $"Prometheus and its targets {string.Join(", ", targets)}",
            look: TimeSpan.FromMilliseconds(200));
    }

    private async Task<bool> IsUpAsync()
    {
        Assert.False(_process!.HasExited, "Prometheus ended at its start; its reason is on standard error.");
        try
        {
            using var answer = await _http.GetAsync(new Uri("../../-/ready", UriKind.Relative), TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<JsonElement> AskAsync(string path)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"Prometheus refuses {Uri.UnescapeDataString(path)}: {text}");
        using var json = JsonDocument.Parse(text);
        return json.RootElement.GetProperty("data").Clone();
    }

    private static double Number(JsonElement text) => double.Parse(text.GetString()!.Replace("Inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture);

    private static string Hurried(string rules) => For().Replace(Minutes().Replace(rules, "${1}15s$2"), "for: 1s");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex("(scrape_interval|scrape_timeout|evaluation_interval): .*")]
    private static partial Regex Interval();

    [GeneratedRegex("for: .*")]
    private static partial Regex For();

    // [5m] and offset 5m
    [GeneratedRegex(@"(\[|offset )\d+m(\]|\b)")]
    private static partial Regex Minutes();
}
