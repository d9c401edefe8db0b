using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace MarketData.ServiceDefaults.Tests.Shutdown;

/// <summary>A whole service in a process of its own: start, log, health, signals and exit codes.</summary>
[Trait("kind", "integration")]
public sealed class ServiceProcessTests : IDisposable
{
    private const string Started = "\"event\":\"Listening\"";
    private const string Stopping = "\"event\":\"Stopping\"";
    private static readonly string[] _freePort = ["--health.port=0", "--health.address=localhost"];

    // Generous: the machine may be busy with other tests.
    private readonly CancellationTokenSource _deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public ServiceProcessTests()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Signals are sent with kill, which Windows does not have.");
        _deadline.CancelAfter(TimeSpan.FromSeconds(45));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task One_signal_stops_the_service_in_order_with_exit_code_0(string signal)
    {
        await using var service = new TestHostProcess("drain", _freePort);
        var line = JsonDocument.Parse(await service.WaitForLineAsync(Started, _deadline.Token)).RootElement;
        Assert.Equal("information", line.GetProperty("level").GetString());
        using (var http = new HttpClient())
        {
            var address = line.GetProperty("fields").GetProperty("Addresses").GetString();
            Assert.Contains("\"healthy\"", await http.GetStringAsync(address + "/health", _deadline.Token), StringComparison.Ordinal);
        }

        await service.SignalAsync(signal, _deadline.Token);
        await service.WaitForLineAsync("Stopped in order.", _deadline.Token);
        Assert.Equal((ExitCode.Ok, ""), await service.WaitForExitAsync(_deadline.Token));
    }

    [Theory]
    [InlineData("INT", ExitCode.Interrupted)]
    [InlineData("TERM", ExitCode.Terminated)]
    public async Task Second_signal_ends_the_service_at_once(string signal, int exitCode)
    {
        await using var service = new TestHostProcess("hang", [.. _freePort, "--shutdown.timeout_seconds=600"]);
        await service.WaitForLineAsync(Started, _deadline.Token);
        await service.SignalAsync(signal, _deadline.Token);
        await service.WaitForLineAsync(Stopping, _deadline.Token);
        await service.SignalAsync(signal, _deadline.Token);
        Assert.Equal(exitCode, (await service.WaitForExitAsync(_deadline.Token)).ExitCode);
    }

    [Fact]
    public async Task Stop_that_passes_its_deadline_is_reported_and_fails()
    {
        await using var service = new TestHostProcess("hang", [.. _freePort, "--shutdown.timeout_seconds=1"]);
        await service.WaitForLineAsync(Started, _deadline.Token);
        await service.SignalAsync("TERM", _deadline.Token);
        await service.WaitForLineAsync("The stop did not finish within 1 s", _deadline.Token);
        Assert.Equal(ExitCode.Failed, (await service.WaitForExitAsync(_deadline.Token)).ExitCode);
    }

    [Fact]
    public async Task Background_service_that_throws_ends_the_service_as_failed()
    {
        await using var service = new TestHostProcess("fault", _freePort);
        await service.WaitForLineAsync("The worker failed, as the test asked.", _deadline.Token);
        Assert.Equal(ExitCode.Failed, (await service.WaitForExitAsync(_deadline.Token)).ExitCode);
    }

    [Fact]
    public async Task Port_that_is_taken_is_one_line_that_says_how_to_choose_another()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var service = new TestHostProcess("drain", $"--health.port={port}", "--health.address=127.0.0.1");
        var line = await service.WaitForLineAsync("\"event\":\"CannotListen\"", _deadline.Token);
        Assert.Contains($"127.0.0.1:{port}: address already in use", line, StringComparison.Ordinal);
        Assert.Contains("HEALTH__PORT", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", line, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, (await service.WaitForExitAsync(_deadline.Token)).ExitCode);
    }

    [Fact]
    public async Task Faulty_configuration_is_written_to_standard_error_with_exit_code_2()
    {
        await using var service = new TestHostProcess("drain", "--redis.dept=3", "--health.port=x");
        var (exitCode, errors) = await service.WaitForExitAsync(_deadline.Token);
        Assert.Equal(ExitCode.Configuration, exitCode);
        Assert.Equal(
            """
            The configuration has 2 faults:
              - command line --redis.dept: redis.dept is not a known key. Did you mean redis.depth?
              - command line --health.port: health.port is 'x', but a whole number from 0 to 65535 is wanted.
            """,
            errors.TrimEnd());
    }

    public void Dispose() => _deadline.Dispose();
}
