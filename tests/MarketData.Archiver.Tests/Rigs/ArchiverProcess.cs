using System.Text.Json;

namespace MarketData.Archiver.Tests.Rigs;

/// <summary>The archiver as a process of its own, and what its health endpoint says.</summary>
internal sealed class ArchiverProcess : IAsyncDisposable
{
    /// <summary>How often a process or a database is asked.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromMilliseconds(150);

    private readonly HttpClient _http = new();

    private ArchiverProcess(ChildProcess process) => Process = process;

    public ChildProcess Process { get; }

    /// <summary>Starts one with these environment variables, on a free health port.</summary>
    public static ArchiverProcess Start(IEnumerable<(string Name, string Value)> environment)
    {
        var all = new Dictionary<string, string> { ["HEALTH__PORT"] = "0", ["HEALTH__ADDRESS"] = "127.0.0.1", ["LOGGING__FORMAT"] = "text" };
        foreach (var (name, value) in environment) all[name] = value;
        return new ArchiverProcess(ChildProcess.Start("MarketData.Archiver.dll", [], all));
    }

    /// <summary>A figure of the archiver's check.</summary>
    public async Task<long> FigureAsync(string name) => (await CheckAsync()).GetProperty("data").GetProperty(name).GetInt64();

    /// <summary>Waits until the health endpoint gives a reason that begins so, with this status; returns it.</summary>
    public async Task<string> UntilReasonAsync(string code, string status = "unhealthy")
    {
        var check = default(JsonElement);
        string? found = null;
        await Until.TrueAsync(
            async () =>
            {
                check = await CheckAsync();
                found = Reasons(check).FirstOrDefault(reason => reason.StartsWith(code + ": ", StringComparison.Ordinal));
                return found is not null && check.GetProperty("status").GetString() == status;
            },
            () => $"{status} with {code}, but {check}\n{Process.Everything}",
            look: Look);
        return found!;
    }

    /// <summary>Waits until the archiver is healthy and reads partitions.</summary>
    public async Task UntilHealthyAsync()
    {
        var check = default(JsonElement);
        await Until.TrueAsync(
            async () =>
            {
                check = await CheckAsync();
                return check.GetProperty("status").GetString() == "healthy" && check.GetProperty("data").GetProperty("partitions").GetInt64() > 0;
            },
            () => $"healthy, but {check}\n{Process.Everything}",
            look: Look);
    }

    /// <summary>Stops it in order.</summary>
    public async Task StopAsync()
    {
        await Process.SignalAsync("TERM");
        Assert.True(await Process.ExitAsync() == 0, Process.Everything);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Process.DisposeAsync();
    }

    private async Task<JsonElement> CheckAsync()
    {
        var address = await Process.HttpAddressAsync();
        using var answer = await _http.GetAsync(new Uri(address + "/health"), TestContext.Current.CancellationToken);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return json.RootElement.GetProperty("checks").EnumerateArray()
            .Single(check => check.GetProperty("name").GetString() == "archiver").Clone();
    }

    private static IEnumerable<string> Reasons(JsonElement check) =>
        check.TryGetProperty("reasons", out var reasons) ? reasons.EnumerateArray().Select(reason => reason.GetString() ?? "") : [];
}
