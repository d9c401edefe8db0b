using System.Net.Http.Json;

using MarketData.Cli.Tests.Rigs;
using MarketData.Embedded.Kafka;

using Xunit.Sdk;

namespace MarketData.Operations.Tests.Rigs;

/// <summary>
/// Everything, running, for all tests: <c>up</c> with the three collectors, the archiver, Kafka, ClickHouse and Loki where they are at hand,
/// and Prometheus, which scrapes it. Started by the first test that needs it.
/// </summary>
public sealed class RunningSystem : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly HttpClient _http = new();
    private readonly RealClickHouse _clickHouse = new();
    private UpProcess? _up;
    private ChildProcess? _archiver;
    private Task? _started;

    internal EmbeddedKafka Kafka { get; private set; } = null!;

    internal PrometheusServer Prometheus { get; private set; } = null!;

    /// <summary>Null: there is none.</summary>
    internal LokiServer? Loki { get; private set; }

    /// <summary>Between the archiver and ClickHouse; null: there is no ClickHouse.</summary>
    internal FaultProxy? ToClickHouse { get; private set; }

    /// <summary>ClickHouse itself and the archiver's database.</summary>
    internal (string Url, string Database) ClickHouse { get; private set; }

    /// <summary>Why there is no ClickHouse.</summary>
    internal string WhyNoClickHouse { get; private set; } = "";

    /// <summary>Starts it, once; skips the running test where there is no Prometheus.</summary>
    internal async Task RequireAsync()
    {
        PrometheusPrograms.Require("prometheus");
        await _turn.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            // Once: what could not start is not tried again by every test.
            _started ??= StartAsync();
        }
        finally
        {
            _turn.Release();
        }

        await _started;
    }

    /// <summary>The same, with ClickHouse.</summary>
    internal async Task RequireClickHouseAsync()
    {
        await RequireAsync();
        Assert.SkipWhen(ToClickHouse is null, WhyNoClickHouse);
    }

    /// <summary>The same, with Loki.</summary>
    internal async Task<LokiServer> RequireLokiAsync()
    {
        Assert.SkipWhen(LokiServer.Tool is null, "There is no Loki; set MARKETDATA_TEST_LOKI to a script that starts one.");
        await RequireAsync();
        return Loki!;
    }

    /// <summary>Makes the simulated exchange fail.</summary>
    internal async Task InjectAsync(object fault)
    {
        using var answer = await _http.PostAsJsonAsync(Faults, fault, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>What the processes said, for the message of a failed assertion.</summary>
    internal string Everything => $"{_up?.Process.Everything}\n{_archiver?.Everything}";

    public async ValueTask DisposeAsync()
    {
        // Each ends by itself, whatever becomes of the others.
        var parts = new IAsyncDisposable?[] { _up, _archiver, Prometheus, Loki, ToClickHouse, _clickHouse, Kafka };
        await Task.WhenAll(parts.OfType<IAsyncDisposable>().Select(part => part.DisposeAsync().AsTask()));
        _http.Dispose();
        _turn.Dispose();
    }

    private Uri Faults => new(_up!.Exchange.Replace("ws://", "http://", StringComparison.Ordinal).Replace("/ws/api/v2", "/simulator/faults", StringComparison.Ordinal));

    private async Task StartAsync()
    {
        Kafka = await EmbeddedKafka.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var clickHouse = StartClickHouseAsync();
        Loki = LokiServer.Tool is null ? null : await LokiServer.StartAsync();
        var common = new Dictionary<string, string> { ["KAFKA_BOOTSTRAP_SERVERS"] = Kafka.BootstrapServers };
        if (Loki is not null) common["LOGGING__LOKI_URL"] = Loki.Address;
        await clickHouse;
        _archiver = ChildProcess.Start("MarketData.Archiver.dll", [], new Dictionary<string, string>([.. common, .. OfArchiver()]));
        _up = UpProcess.Begin(["--instruments", "12", "--rate", "150"], new Dictionary<string, string>(common)
        {
            ["KAFKA__SPILL__AFTER_SECONDS"] = "0.5",
            ["EXCHANGES__DERIBIT__AUDIT_INTERVAL_SECONDS"] = "2",
        });
        await _up.UntilUpAsync();
        var address = await _archiver.HttpAddressAsync();
        Prometheus = await PrometheusServer.StartAsync(new Uri(_up.Http).Authority, new Uri(address).Authority);
    }

    private async Task StartClickHouseAsync()
    {
        try
        {
            var options = await _clickHouse.OptionsAsync();
            ToClickHouse = new FaultProxy(options.Url);
            ClickHouse = (options.Url, options.Database);
        }
        catch (SkipException skip)
        {
            // xunit marks it with a token between two $.
            WhyNoClickHouse = skip.Message[(skip.Message.LastIndexOf('$') + 1)..];
        }
    }

    private IEnumerable<KeyValuePair<string, string>> OfArchiver()
    {
        yield return new("HEALTH__PORT", "0");
        yield return new("HEALTH__ADDRESS", "127.0.0.1");
        yield return new("LOGGING__FORMAT", "text");
        yield return new("ARCHIVER__BATCH_AGE_SECONDS", "0.5");
        if (ToClickHouse is null)
        {
            yield return new("ARCHIVER__STORE", "parquet");
            yield break;
        }

        yield return new("CLICKHOUSE_URL", ToClickHouse.Url);
        yield return new("CLICKHOUSE__DATABASE", ClickHouse.Database);
        // Two failures open the circuit, which is tried every second.
        yield return new("CLICKHOUSE__CIRCUIT_THRESHOLD", "2");
        yield return new("CLICKHOUSE__CIRCUIT_OPEN_SECONDS", "1");
        yield return new("CLICKHOUSE__BACKOFF_BASE_SECONDS", "0.1");
        yield return new("CLICKHOUSE__BACKOFF_CAP_SECONDS", "0.5");
    }
}
