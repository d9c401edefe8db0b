using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using MarketData.ServiceDefaults.Tests.Shutdown;
using Microsoft.AspNetCore.Builder;

namespace MarketData.ServiceDefaults.Tests.Health;

/// <summary><c>--health-check</c>: what containers ask, whose images have no other tool.</summary>
[Trait("kind", "integration")]
public sealed class HealthProbeTests
{
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Probe_says_0_when_the_service_is_ready_and_1_with_its_reasons_when_it_is_not()
    {
        using var test = Configured("\"localhost\"");
        var kafka = Readiness.Ready;
        await using var app = await StartAsync(test, () => kafka);
        test.Variables["HEALTH__PORT"] = new Uri(Assert.Single(app.Urls)).Port.ToString(CultureInfo.InvariantCulture);
        var (exitCode, text) = await ProbeAsync(test);
        Assert.Equal(ExitCode.Ok, exitCode);
        Assert.Equal("healthy", JsonDocument.Parse(text).RootElement.GetProperty("status").GetString());

        // What does its work less well is still at work.
        kafka = new(["kafka_slow: Kafka answers late."]) { DegradedOnly = true };
        Assert.Equal(ExitCode.Ok, (await ProbeAsync(test)).ExitCode);

        kafka = new(["kafka_down: Kafka does not answer."]);
        (exitCode, text) = await ProbeAsync(test);
        Assert.Equal(ExitCode.Failed, exitCode);
        Assert.Contains("kafka_down: Kafka does not answer.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_asks_the_address_that_the_service_listens_on()
    {
        using var test = Configured("\"127.0.0.2\"");
        await using var app = await StartAsync(test, () => Readiness.Ready);
        test.Variables["HEALTH__PORT"] = new Uri(Assert.Single(app.Urls)).Port.ToString(CultureInfo.InvariantCulture);
        Assert.Equal(ExitCode.Ok, (await ProbeAsync(test)).ExitCode);
        test.Variables["HEALTH__ADDRESS"] = "127.0.0.1";
        Assert.Equal(ExitCode.Failed, (await ProbeAsync(test)).ExitCode);
    }

    [Fact]
    public async Task Nobody_there_and_a_port_that_is_not_known_are_sentences_and_1()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        using var test = Configured("\"*\"");
        test.Variables["HEALTH__PORT"] = port.ToString(CultureInfo.InvariantCulture);
        var (exitCode, text) = await ProbeAsync(test);
        Assert.Equal(ExitCode.Failed, exitCode);
        Assert.StartsWith($"http://127.0.0.1:{port}/health cannot be reached: ", text, StringComparison.Ordinal);

        test.Variables["HEALTH__PORT"] = "0";
        (exitCode, text) = await ProbeAsync(test);
        Assert.Equal(ExitCode.Failed, exitCode);
        Assert.StartsWith("health.port is '0', so it is not known where to ask.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Executable_with_the_option_asks_and_starts_no_service()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var answered = AnswerAsync(taken);
        await using var probe = new TestHostProcess("hang", "--health-check", $"--health.port={port}", "--health.address=localhost");
        Assert.Contains("all is well", await probe.WaitForLineAsync("all is well", _ct), StringComparison.Ordinal);
        Assert.Equal((ExitCode.Ok, ""), await probe.WaitForExitAsync(_ct));
        Assert.StartsWith("GET /health ", await answered, StringComparison.Ordinal);
    }

    private async Task<string> AnswerAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync(_ct);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, leaveOpen: true);
        var request = await reader.ReadLineAsync(_ct) ?? "";
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 11\r\nConnection: close\r\n\r\nall is well"u8.ToArray(), _ct);
        return request;
    }

    private static TestConfiguration Configured(string address) =>
        new($"[health]\nport = 0\naddress = {address}\n[logging]\nlevel = \"none\"\n");

    private static async Task<(int ExitCode, string Text)> ProbeAsync(TestConfiguration test)
    {
        await using var output = new StringWriter();
        var exitCode = await HealthProbe.RunAsync(WebApplication.CreateSlimBuilder(), [], options => options.Inputs = test.Inputs, output);
        return (exitCode, output.ToString());
    }

    private async Task<WebApplication> StartAsync(TestConfiguration test, Func<Readiness> kafka)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddServiceDefaults(options => options.Inputs = test.Inputs);
        builder.Services.AddReadinessCheck("kafka", _ => kafka);
        var app = builder.Build();
        app.MapServiceDefaults();
        await app.StartAsync(_ct);
        return app;
    }
}
