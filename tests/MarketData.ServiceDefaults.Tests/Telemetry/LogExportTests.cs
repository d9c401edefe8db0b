using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;

namespace MarketData.ServiceDefaults.Tests.Telemetry;

/// <summary>The log over OTLP: what arrives, and what it costs when nobody takes it.</summary>
[Trait("kind", "integration")]
public sealed partial class LogExportTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Record_arrives_with_the_service_and_its_fields_and_without_secrets()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var service = await ServiceAsync(receiver.Address + "/");
        Log.Away(service.Logger, "redis://:pw-value@elsewhere", new InvalidOperationException("It broke with pw-value."));
        await UntilAsync(() => Holds(receiver, "Redis is away"), "the record");
        foreach (var expected in new[] { "test-service", "Redis is away: redis://:[redacted]@elsewhere", "Address", "exception.stacktrace", "It broke with [redacted]." })
            Assert.True(Holds(receiver, expected), expected);
        Assert.False(Holds(receiver, "pw-value"), "The secret left the process.");
    }

    [Fact]
    public async Task Standard_variables_name_a_receiver_of_the_log_and_the_metrics()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var service = await ServiceAsync(
            "", ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_METRIC_EXPORT_INTERVAL", "200"));
        Log.Number(service.Logger, 7);
        await UntilAsync(() => Holds(receiver, "Number 7 of the burst"), "the record");
        await UntilAsync(() => Holds(receiver, "dotnet.process.memory.working_set"), "a metric");
    }

    [Fact]
    public async Task Burst_of_ten_thousand_records_arrives_whole()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var service = await ServiceAsync(receiver.Address);
        for (var i = 0; i < 10_000; i++) Log.Number(service.Logger, i);
        await UntilAsync(() => Numbers(receiver) == 10_000, "the burst");
        Assert.Equal(0, await CountAsync(service, "marketdata_telemetry_undelivered", ""));
    }

    [Fact]
    public async Task Row47_Receiver_that_is_away_costs_the_service_nothing_and_what_is_lost_is_counted()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var address = $"http://{closed.LocalEndpoint}";
        closed.Stop();
        await using var service = await ServiceAsync(address);
        for (var i = 0; i < 5_000; i++) Log.Number(service.Logger, i);
        long undelivered = 0;
        await UntilAsync(async () => (undelivered = await CountAsync(service, "marketdata_telemetry_undelivered", "")) >= 5_000, "the count of what is lost");

        // Besides the numbers, what the service says at its start.
        Assert.InRange(undelivered, 5_000, 5_010);
        Assert.Equal(HttpStatusCode.OK, await HealthAsync(service));
    }

    [Fact]
    public async Task Row47_Receiver_that_never_answers_holds_nobody_up_and_what_does_not_fit_is_counted()
    {
        await using var receiver = await OtlpReceiver.StartAsync(hangs: true);
        await using var service = await ServiceAsync(receiver.Address);
        Log.Number(service.Logger, 0);
        await UntilAsync(() => receiver.Requests > 0, "the first request");
        for (var i = 0; i < 100_000; i++) Log.Number(service.Logger, i);

        // All but what the queue holds and a few requests have taken.
        await UntilAsync(async () => await CountAsync(service, "otel_sdk_processor_log_processed", "queue_full") > 40_000, "the count of what did not fit");
        Assert.Equal(HttpStatusCode.OK, await HealthAsync(service));
    }

    [Fact]
    public async Task Row47_Real_Loki_gets_the_log_and_a_pause_of_it_costs_nothing_else()
    {
        var tool = Environment.GetEnvironmentVariable("MARKETDATA_TEST_LOKI") ?? RepositoryRoot.Beside("shared/loki/loki");
        Assert.SkipUnless(File.Exists(tool), $"There is no Loki at {tool}; set MARKETDATA_TEST_LOKI to one.");
        var directory = Directory.CreateTempSubdirectory("marketdata-loki-").FullName;
        var address = (await RunAsync(tool, "start", directory)).Trim();
        try
        {
            await using var service = await ServiceAsync(address);
            Log.Number(service.Logger, 1);
            await UntilAsync(() => FoundAsync(address, "Number 1 "), "the first record in Loki");

            await RunAsync(tool, "stop", directory);
            for (var i = 0; i < 1_000; i++) Log.Number(service.Logger, 2);
            await UntilAsync(async () => await CountAsync(service, "marketdata_telemetry_undelivered", "") >= 1_000, "the count of what is lost");
            Assert.Equal(HttpStatusCode.OK, await HealthAsync(service));

            Assert.Equal(address, (await RunAsync(tool, "start", directory)).Trim());
            Log.Number(service.Logger, 3);
            await UntilAsync(() => FoundAsync(address, "Number 3 "), "a record after Loki's return");
        }
        finally
        {
            await RunAsync(tool, "stop", directory);
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<WebApplication> ServiceAsync(string loki, params (string Name, string Value)[] variables)
    {
        using var test = new TestConfiguration($"[health]\nport = 0\naddress = \"localhost\"\n[logging]\nlevel = \"information\"\nloki_url = \"{loki}\"\n");
        test.Variables["REDIS_URL"] = "redis://:pw-value@127.0.0.1:1";
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "test-service" });
        foreach (var (name, value) in variables) builder.Configuration[name] = value;
        builder.AddServiceDefaults(options => (options.Inputs, options.LogToStandardError) = (test.Inputs, true));
        var app = builder.Build();
        app.MapServiceDefaults();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private static bool Holds(OtlpReceiver receiver, string text) =>
        receiver.Bodies.Any(body => body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    private static int Numbers(OtlpReceiver receiver) =>
        receiver.Records.Count(record => record.AsSpan().IndexOf("of the burst"u8) >= 0);

    // The sum over a metric's series whose labels hold a text.
    private async Task<long> CountAsync(WebApplication service, string metric, string label)
    {
        using var http = new HttpClient { BaseAddress = new Uri(service.Urls.First()) };
        var lines = (await http.GetStringAsync("/metrics", _ct)).Split('\n');
        return lines.Where(line => line.StartsWith(metric, StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal))
            .Sum(line => (long)double.Parse(Value().Match(line).Groups[1].Value, CultureInfo.InvariantCulture));
    }

    private async Task<HttpStatusCode> HealthAsync(WebApplication service)
    {
        using var http = new HttpClient { BaseAddress = new Uri(service.Urls.First()), Timeout = Deadline };
        return (await http.GetAsync("/health", _ct)).StatusCode;
    }

    private async Task<bool> FoundAsync(string loki, string text)
    {
        using var http = new HttpClient();
        var query = Uri.EscapeDataString($"{{service_name=\"test-service\"}} |= \"{text}\"");
        return (await http.GetStringAsync($"{loki}/loki/api/v1/query_range?query={query}", _ct)).Contains(text, StringComparison.Ordinal);
    }

    private async Task<string> RunAsync(string tool, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(_ct);
        await process.WaitForExitAsync(_ct);
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    private Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    private async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Deadline, $"Not within {Deadline}: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, _ct);
        }
    }

    // name{labels} value timestamp
    [GeneratedRegex(@" ([0-9.eE+]+)(?: [0-9]+)?$")]
    private static partial Regex Value();
}
