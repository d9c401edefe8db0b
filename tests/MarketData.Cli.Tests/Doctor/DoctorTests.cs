using System.Net;
using System.Net.Sockets;
using System.Text.Json;

using Deribit.Simulator;

using MarketData.Checks;
using MarketData.Cli.Doctor;
using MarketData.Deribit;
using MarketData.Deribit.Checks;

using Microsoft.Extensions.Time.Testing;

namespace MarketData.Cli.Tests.Doctor;

/// <summary><c>marketdata doctor</c> with what is wrong; with what is right it is asked in the tests of <c>embedded</c>.</summary>
[Trait("kind", "integration")]
public sealed class DoctorTests
{
    private const string Secret = "s3cr3t-do-not-show";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_fault_is_found_whatever_the_others_do_and_no_secret_is_shown()
    {
        // Takes connections and says nothing.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        await using var simulator = await SimulatorServer.StartAsync(new SimulatorOptions { Instruments = 1 }, Token);
        var environment = new Dictionary<string, string>
        {
            ["EXCHANGES__DERIBIT__WS_URL"] = simulator.WebSocketUri.ToString(),
            ["DERIBIT_KEY"] = Secret + "1",
            ["DERIBIT_SECRET"] = Secret + "2",
            ["KAFKA_BOOTSTRAP_SERVERS"] = "127.0.0.1:1",
            ["REDIS_URL"] = $"redis://:{Secret}3@127.0.0.1:{port}",
            ["CLICKHOUSE_URL"] = $"http://127.0.0.1:{port}",
            ["CLICKHOUSE__PASSWORD"] = Secret + "4",
            ["CLICKHOUSE__CIRCUIT_THRESHOLD"] = "1",
            ["LOGGING__LOKI_URL"] = $"http://127.0.0.1:{port}",
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:1",
            ["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-otlp-api-key={Secret}5",
        };
        await using var doctor = ChildProcess.Start(
            "MarketData.Cli.dll", ["doctor", "--output", "json", "--timeout", "3s", "--service", "http://127.0.0.1:1"], environment);
        Assert.True(await doctor.ExitAsync() == 1, doctor.Everything);
        Assert.DoesNotContain(Secret, doctor.Everything, StringComparison.Ordinal);
        var report = JsonDocument.Parse(string.Concat(doctor.Output)).RootElement;
        Assert.Equal("fault", report.GetProperty("state").GetString());
        var findings = report.GetProperty("findings").EnumerateArray().ToList();
        AssertFinding("configuration", "fault", "clickhouse.circuit_threshold is 1");
        AssertFinding("exchange", "ok", "connected to ws://127.0.0.1:");
        AssertFinding("exchange login", "fault", "does not accept the credentials");
        AssertFinding("kafka", "fault", "no broker of 127.0.0.1:1 answers");
        AssertFinding("redis", "fault", "");
        AssertFinding("clickhouse", "warning", "not looked at, because its settings have faults");
        AssertFinding("loki", "fault", "no answer within 3 s");
        AssertFinding("otlp", "fault", "http://127.0.0.1:1 over gRPC cannot be reached");
        AssertFinding("service http://127.0.0.1:1", "fault", "nobody answers");

        void AssertFinding(string subject, string state, string found)
        {
            var finding = findings.Single(one => one.GetProperty("subject").GetString() == subject);
            Assert.Equal(state, finding.GetProperty("state").GetString());
            Assert.Contains(found, finding.GetProperty("found").GetString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("doctor --service 127.0.0.1:8081", "--service 127.0.0.1:8081: give the address of a health port")]
    [InlineData("doctor --timeout 0s", "--timeout 0s: give a positive time")]
    public Task Argument_that_cannot_be_used_is_refused(string arguments, string sentence) => ChildProcess.AssertRefusedAsync(arguments, sentence);

    [Fact]
    public async Task Check_that_hangs_or_fails_holds_nobody_up()
    {
        var clock = new FakeTimeProvider();
        var never = new TaskCompletionSource<IReadOnlyList<Finding>>();
        var running = CheckRunner.RunAsync(
            [
                new DoctorCheck("hangs", _ => never.Task),
                new DoctorCheck("stops", async stop => { await Task.Delay(Timeout.InfiniteTimeSpan, clock, stop); return []; }),
                new DoctorCheck("fails", _ => throw new NotSupportedException("Not here.")),
                new DoctorCheck("knows", _ => Task.FromResult<IReadOnlyList<Finding>>([new Finding("knows", FindingState.Ok, "this")])),
            ],
            TimeSpan.FromSeconds(10), clock, Token);
        await Until.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return running.IsCompleted;
            },
            () => "the end of all checks");
        Assert.Equal(
            [
                ("hangs", FindingState.Fault, "no answer within 10 s"), ("stops", FindingState.Fault, "no answer within 10 s"),
                ("fails", FindingState.Fault, "the check itself failed: NotSupportedException: Not here."), ("knows", FindingState.Ok, "this"),
            ],
            (await running).Select(finding => (finding.Subject, finding.State, finding.Found)));
    }

    [Fact]
    public async Task Clock_that_is_wrong_is_told_with_how_much_and_the_login_that_is_right_is_accepted()
    {
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Instruments = 1, TimeProvider = new ShiftedTime(TimeSpan.FromSeconds(5)) }, Token);
        var options = new DeribitExchangeOptions { WsUrl = simulator.WebSocketUri, Key = "simulator", Secret = "simulator-secret" };
        var findings = await DeribitCheck.RunAsync(options, TimeProvider.System, Token);
        Assert.Equal(["exchange", "exchange clock", "exchange login"], findings.Select(finding => finding.Subject));
        Assert.Equal(FindingState.Warning, findings[1].State);
        Assert.Matches(@"^this machine's is (49\d\d|50\d\d)\.\d ms behind, give or take \d+\.\d ms$", findings[1].Found);
        Assert.Contains("NTP", findings[1].Advice, StringComparison.Ordinal);
        Assert.Equal((FindingState.Ok, "the credentials are accepted"), (findings[2].State, findings[2].Found));
    }

    [Fact]
    public async Task Exchange_that_is_away_is_told_by_the_first_attempt()
    {
        var finding = Assert.Single(await DeribitCheck.RunAsync(
            new DeribitExchangeOptions { WsUrl = new Uri("ws://127.0.0.1:1/ws/api/v2") }, TimeProvider.System, Token));
        Assert.Equal(FindingState.Fault, finding.State);
        Assert.Contains("ws://127.0.0.1:1/ws/api/v2 could not be reached", finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_is_wrapped_at_words_and_says_what_is_to_be_done_below_what_was_found()
    {
        Assert.Equal(["one two", "three"], DoctorText.Wrap("one two\nthree", 8));
        Assert.Equal(["exceedingly", "long"], DoctorText.Wrap("exceedingly long", 4));
        using var output = new StringWriter();
        DoctorText.Write(
            null, output, [new Finding("redis", FindingState.Fault, "away", "Start it."), new Finding("kafka x", FindingState.Ok, "there"), new Finding("loki", FindingState.NotConfigured, "not configured")]);
        Assert.Equal(
            """
            fault    redis    away
                              Start it.
            ok       kafka x  there
            -        loki     not configured

            1 fault, no warning, 1 ok, 1 not configured.

            """,
            output.ToString(), ignoreLineEndingDifferences: true);
    }

    private sealed class ShiftedTime(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
