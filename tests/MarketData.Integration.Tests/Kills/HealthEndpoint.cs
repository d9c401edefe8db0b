using System.Net;
using System.Text.Json;

using MarketData.Cli.Up;
using MarketData.Collectors;
using MarketData.ServiceDefaults;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MarketData.Integration.Tests.Kills;

/// <summary>The real <c>/health</c> over HTTP, mapped as <c>up</c> maps it, for the collectors of a rig.</summary>
internal sealed class HealthEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http = new();

    private HealthEndpoint(WebApplication app)
    {
        _app = app;
        _http.BaseAddress = new Uri(app.Urls.First());
    }

    public static async Task<HealthEndpoint> StartAsync(UpCollectors collectors)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "kills" });
        builder.AddServiceDefaults(defaults =>
        {
            defaults.Inputs = new ConfigurationInputs { EnvironmentName = "Development" };
            defaults.Overrides["health:port"] = "0";
            defaults.Overrides["health:address"] = "localhost";
        });
        builder.Logging.ClearProviders();
        foreach (var collector in collectors.All)
        {
            builder.Services.AddHealthChecks()
                .Add(new(collector.Name, _ => new CollectorHealthCheck(collector), failureStatus: null, tags: null));
        }

        var app = builder.Build();
        app.MapServiceDefaults();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new HealthEndpoint(app);
    }

    /// <summary>Asks once.</summary>
    /// <returns>Whether the answer was 200, and every reason as <c>collector code: sentence</c>.</returns>
    public async Task<(bool Ready, IReadOnlyList<string> Reasons)> AskAsync()
    {
        using var response = await _http.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var reasons = body.RootElement.GetProperty("checks").EnumerateArray()
            .SelectMany(check => check.GetProperty("reasons").EnumerateArray().Select(reason => $"{check.GetProperty("name")} {reason}"))
            .ToList();
        Assert.Equal(response.StatusCode == HttpStatusCode.OK, reasons.Count == 0);
        return (response.StatusCode == HttpStatusCode.OK, reasons);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
