using System.Text.Json;

using Deribit.Client.Channels;

using MarketData.Exchanges;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MarketData.Deribit.Tests;

/// <summary>The adapter with one instrument, on a scripted connection and in virtual time.</summary>
internal sealed class WiredExchange : IAsyncDisposable
{
    public const string Name = "BTC-PERPETUAL";

    // More often than the adapter looks at its clock.
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan HeartbeatEvery = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly List<MarketDataEvent> _events = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly ScriptedWire _wire;
    private readonly string _channel;
    private readonly Task _reading;
    private DateTimeOffset _heartbeatAt;

    private WiredExchange(DataKind kind, ScriptedWire wire, DeribitExchangeOptions options)
    {
        _wire = wire;
        _channel = kind switch { DataKind.OrderBook => "orderbook", DataKind.Trade => "trade", _ => "ticker" };
        var budget = new DeribitCallBudget(timeProvider: Time);
        Exchange = new DeribitExchange(
            options, budget, Time, NullLoggerFactory.Instance,
            client => new DeribitClient(client, budget, Time, null, wire, new NotificationDecoder(), static () => 0.5));
        _reading = Task.Run(() => ReadAsync(kind), TestContext.Current.CancellationToken);
    }

    public FakeTimeProvider Time { get; } = new();

    public DeribitExchange Exchange { get; }

    public static async Task<WiredExchange> StartAsync(DataKind kind, ScriptedWire wire, Action<DeribitExchangeOptions>? configure = null)
    {
        var options = new DeribitExchangeOptions { HistoryUrl = null };
        configure?.Invoke(options);
        var rig = new WiredExchange(kind, wire, options);
        var collected = rig.Exchange.CollectAsync(
            [new WantedInstrument { Instrument = new Instrument { Exchange = "deribit", Name = Name } }], "The test wants it no more.");
        await rig.PassUntilAsync(() => collected.IsCompleted);
        await collected;
        return rig;
    }

    public static string Reply(long id, IReadOnlyList<string> channels) => Result(id, JsonSerializer.Serialize(channels));

    public static string Result(long id, string json) => $"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{json}}}";

    public static string Refusal(long id) => $"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"error\":{{\"code\":11000,\"message\":\"refused\"}}}}";

    public static string Frame(string channel, string data) =>
        $"{{\"jsonrpc\":\"2.0\",\"method\":\"subscription\",\"params\":{{\"channel\":\"{channel}\",\"data\":{data}}}}}";

    /// <summary>Lets time pass until something holds; the exchange's heartbeat comes meanwhile.</summary>
    public Task PassUntilAsync(Func<bool> condition) => UntilAsync(() =>
    {
        if (condition())
            return true;
        Time.Advance(Step);
        if (Time.GetUtcNow() - _heartbeatAt >= HeartbeatEvery)
        {
            _heartbeatAt = Time.GetUtcNow();
            _wire.Send("""{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"heartbeat"}}""");
        }

        return false;
    });

    /// <summary>Waits until something holds, while time stands still.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, TestContext.Current.CancellationToken);
        while (!condition())
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, either.Token);
    }

    public List<T> Events<T>()
    {
        lock (_lock)
            return [.. _events.OfType<T>()];
    }

    /// <summary>The ledger of the instrument's stream, without the connections.</summary>
    public List<IntegrityKind> Ledger() =>
        [.. Events<IntegrityEvent>().Where(one => one.Channel == _channel && one.Kind != IntegrityKind.Connected).Select(one => one.Kind)];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // The wire may be gone by now: time passes without its heartbeats.
        await UntilAsync(() =>
        {
            if (!_reading.IsCompleted)
                Time.Advance(Step);
            return _reading.IsCompleted;
        });
        await _reading;
        await Exchange.DisposeAsync();
        _stop.Dispose();
    }

    private async Task ReadAsync(DataKind kind)
    {
        await foreach (var one in Exchange.StreamAsync(kind, _stop.Token))
        {
            lock (_lock)
                _events.Add(one);
        }
    }
}
