using System.Diagnostics;
using System.Text.Json;

namespace MarketData.Operations.Tests.Rigs;

/// <summary>A real Loki with the limits of the repository's configuration, where one is at hand.</summary>
internal sealed class LokiServer : IAsyncDisposable
{
    private readonly string _tool;
    private readonly string _directory = Directory.CreateTempSubdirectory("marketdata-loki-").FullName;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };

    private LokiServer(string tool) => _tool = tool;

    /// <summary>The tool that starts one; null: there is none.</summary>
    public static string? Tool
    {
        get
        {
            var tool = Environment.GetEnvironmentVariable("MARKETDATA_TEST_LOKI") ?? RepositoryRoot.Beside("shared/loki/loki");
            return File.Exists(tool) ? tool : null;
        }
    }

    public string Address { get; private set; } = "";

    /// <summary>Starts one.</summary>
    public static async Task<LokiServer> StartAsync()
    {
        var loki = new LokiServer(Tool!);
        try
        {
            await loki.StartAgainAsync();
            return loki;
        }
        catch
        {
            await loki.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it again, at its address and on its data.</summary>
    public async Task StartAgainAsync() => Address = (await RunAsync("start", _directory, "--config", await ConfigurationAsync())).Trim();

    public Task StopAsync() => RunAsync("stop", _directory);

    /// <summary>The answer to a question of Loki's interface.</summary>
    /// <exception cref="InvalidOperationException">Loki refuses it.</exception>
    public async Task<JsonElement> AskAsync(string path)
    {
        using var answer = await _http.GetAsync(new Uri($"{Address}/loki/api/v1/{path}"), TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"Loki refuses {Uri.UnescapeDataString(path)}: {text}");
        using var json = JsonDocument.Parse(text);
        return json.RootElement.GetProperty("data").Clone();
    }

    /// <summary>How many series, or streams, a query has had within the last ten minutes.</summary>
    public async Task<int> CountAsync(string query)
    {
        var now = TimeProvider.System.GetUtcNow();
        var answer = await AskAsync(
            $"query_range?query={Uri.EscapeDataString(query)}&start={now.AddMinutes(-10).ToUnixTimeSeconds()}&end={now.ToUnixTimeSeconds() + 1}&step=5");
        return answer.GetProperty("result").GetArrayLength();
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("stop", _directory);
        _http.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    // The limits (labels, structured metadata) as operators have them; places and ports as the tool sets them.
    private async Task<string> ConfigurationAsync()
    {
        var theirs = await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(_tool)!, "loki.yaml"));
        var path = Path.Combine(_directory, "loki.yaml");
        await File.WriteAllTextAsync(path, Section("limits_config", theirs).Others + Section("limits_config", File.ReadAllText(RepositoryRoot.Full("config/loki/loki.yaml"))).Section);
        return path;
    }

    // A section of the first level, with its name, and everything but it.
    private static (string Section, string Others) Section(string name, string yaml)
    {
        var (section, others, inside) = ("", "", false);
        foreach (var line in yaml.Split('\n'))
        {
            if (line.Length > 0 && char.IsLetter(line[0])) inside = line.StartsWith(name + ":", StringComparison.Ordinal);
            if (inside) section += line + "\n";
            else others += line + "\n";
        }

        Assert.NotEmpty(section);
        // What was kept for a week is deleted by the compactor, which a test does not have.
        return (section.Replace("  retention_period: 168h\n", "", StringComparison.Ordinal), others);
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(_tool, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        Assert.True(process.ExitCode == 0, $"{_tool} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
        return output;
    }
}
