using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace MarketData.ServiceDefaults.Tests.Health;

[Trait("kind", "integration")]
public sealed class HealthEndpointTests
{
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Health_says_why_it_is_not_ready_and_is_ready_again_by_itself()
    {
        using var test = Configured();
        var redis = new Readiness(["redis_down: Redis at 127.0.0.1:1 does not answer; password pw-value."])
        {
            Data = new Dictionary<string, object> { ["queued"] = 12, ["since"] = TimeSpan.FromSeconds(1.5), ["address"] = "127.0.0.1:1" },
        };
        await using var app = await StartAsync(test, builder => builder.Services.AddReadinessCheck("redis", _ => () => redis));
        using var http = Client(app);

        using (var response = await http.GetAsync("/health", _ct))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
            var json = await JsonAsync(response);
            Assert.Equal("unhealthy", json.GetProperty("status").GetString());
            Assert.Equal("test-service", json.GetProperty("service").GetString());
            var check = json.GetProperty("checks").EnumerateArray().Single(item => item.GetProperty("name").GetString() == "redis");
            Assert.Equal("unhealthy", check.GetProperty("status").GetString());
            Assert.Equal("redis_down: Redis at 127.0.0.1:1 does not answer; password [redacted].", check.GetProperty("reasons")[0].GetString());
            Assert.Equal(12, check.GetProperty("data").GetProperty("queued").GetInt32());
            Assert.Equal(1.5, check.GetProperty("data").GetProperty("since").GetDouble());
            Assert.False(check.GetProperty("data").TryGetProperty("reasons", out _));
        }

        redis = new(["redis_slow: Redis answers late."]) { DegradedOnly = true };
        using (var response = await http.GetAsync("/health", _ct))
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("degraded", (await JsonAsync(response)).GetProperty("status").GetString());
        }

        redis = Readiness.Ready;
        using (var response = await http.GetAsync("/health", _ct))
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("healthy", (await JsonAsync(response)).GetProperty("status").GetString());
        }
    }

    [Fact]
    public async Task Health_check_that_throws_is_unhealthy_and_alive_stays_ok()
    {
        using var test = Configured();
        await using var app = await StartAsync(test, builder =>
            builder.Services.AddReadinessCheck("kafka", _ => () => throw new InvalidOperationException("It broke with pw-value.")));
        using var http = Client(app);
        using var health = await http.GetAsync("/health", _ct);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Contains("check_failed: It broke with [redacted].", await health.Content.ReadAsStringAsync(_ct), StringComparison.Ordinal);
        using var alive = await http.GetAsync("/alive", _ct);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        Assert.Equal("healthy", (await JsonAsync(alive)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Metrics_of_our_meters_and_of_the_runtime_are_offered_to_prometheus()
    {
        using var test = Configured();
        await using var app = await StartAsync(test, _ => { });
        using var ours = new Meter("marketdata.test");
        using var theirs = new Meter("somebody.else");
        ours.CreateCounter<long>("marketdata.test.events", "{event}").Add(3);
        theirs.CreateCounter<long>("somebody.events").Add(3);
        using var http = Client(app);
        var text = await http.GetStringAsync("/metrics", _ct);
        Assert.Matches(@"(?m)^marketdata_test_events_total\{?.*\}? 3", text);
        Assert.Contains("dotnet_process_memory_working_set", text, StringComparison.Ordinal);
        Assert.DoesNotContain("somebody", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_is_not_ready_while_it_starts()
    {
        using var test = Configured();
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddServiceDefaults(options => options.Inputs = test.Inputs);
        await using var app = builder.Build();
        var check = app.Services.GetRequiredService<Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckService>();
        var host = Assert.Single((await check.CheckHealthAsync(_ct)).Entries).Value;
        Assert.Equal(["starting: The service has not started yet."], Assert.IsAssignableFrom<IReadOnlyList<string>>(host.Data["reasons"]));
        app.MapServiceDefaults();
        await app.StartAsync(_ct);
        Assert.Equal(Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy, (await check.CheckHealthAsync(_ct)).Status);
        app.Lifetime.StopApplication();
        Assert.Equal(Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Unhealthy, (await check.CheckHealthAsync(_ct)).Status);
    }

    [Fact]
    public void Service_defaults_refuse_a_faulty_configuration_with_all_faults()
    {
        using var test = new TestConfiguration("redis.depth = 0\nhealth.port = \"x\"\n");
        var error = Assert.Throws<ConfigurationFaultsException>(() => WebApplication.CreateSlimBuilder().AddServiceDefaults(options =>
        {
            options.Inputs = test.Inputs;
            options.RequiredKeys.Add("kafka:bootstrap_servers");
            options.Checks.Add(loaded => [loaded.FaultOf("exchanges:deribit:symbols", "names XYZ, which does not exist.")]);
        }));
        Assert.Equal(
            ["exchanges.deribit.symbols", "health.port", "kafka.bootstrap_servers", "redis.depth"],
            error.Faults.Select(fault => fault.Key).Order(StringComparer.Ordinal));
    }

    private static TestConfiguration Configured()
    {
        var test = new TestConfiguration("[health]\nport = 0\naddress = \"localhost\"\n[logging]\nlevel = \"none\"\n");
        test.Variables["REDIS_URL"] = "redis://:pw-value@127.0.0.1:1";
        return test;
    }

    private async Task<WebApplication> StartAsync(TestConfiguration test, Action<WebApplicationBuilder> compose)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "test-service" });
        builder.AddServiceDefaults(options => options.Inputs = test.Inputs);
        compose(builder);
        var app = builder.Build();
        app.MapServiceDefaults();
        await app.StartAsync(_ct);
        return app;
    }

    private static HttpClient Client(WebApplication app) => new() { BaseAddress = new Uri(Assert.Single(app.Urls)) };

    private async Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync(_ct)).RootElement;
}
