using System.Collections.Concurrent;

using Deribit.Client;
using Deribit.Simulator;

using MarketData.Deribit;
using MarketData.Trades;

using Microsoft.Extensions.Logging.Abstractions;

namespace MarketData.Integration.Tests.Faults;

/// <summary>One run of the exchange's trade streams over real sockets, from its start to its stop, with everything that it published.</summary>
internal sealed class TapeOnSockets : IAsyncDisposable
{
    private readonly DeribitExchange _exchange;
    private readonly ConcurrentQueue<MarketDataEvent> _events = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    private TapeOnSockets(SimulatorServer simulator)
    {
        var options = new DeribitExchangeOptions { WsUrl = simulator.WebSocketUri, HistoryUrl = simulator.HistoryUri };
        options.Connection.BackoffBase = TimeSpan.FromSeconds(0.1);
        _exchange = new DeribitExchange(options, new DeribitCallBudget(), TimeProvider.System, NullLoggerFactory.Instance);
        _running = RunAsync();
    }

    public IEnumerable<MarketDataEvent> Events => _events;

    public IEnumerable<TradeEvent> Trades => _events.OfType<TradeEvent>();

    /// <summary>Everything published, in short: <c>7</c>, <c>TradeGap 6..8</c>.</summary>
    public IEnumerable<string> Story => _events.Select(one => one is IntegrityEvent integrity
        ? $"{integrity.Kind} {integrity.FromId}..{integrity.ToId}"
        : $"{((TradeEvent)one).TradeSequence}");

    public static async Task<TapeOnSockets> StartAsync(SimulatorServer simulator, string name, TradePosition? position = null)
    {
        var tape = new TapeOnSockets(simulator);
        await tape.CollectAsync(name, position);
        await Until.TrueAsync(() => tape._exchange.Status is { ChannelsWanted: > 3 } status && status.ChannelsAcknowledged == status.ChannelsWanted,
            () => $"{tape._exchange.Status.ChannelsAcknowledged} of {tape._exchange.Status.ChannelsWanted} channels");
        return tape;
    }

    public Task CollectAsync(string? name, TradePosition? position = null) => _exchange.CollectAsync(
        name is null ? [] : [new() { Instrument = new Instrument { Exchange = "deribit", Name = name, Kind = "future" }, LastTrade = position }],
        "The symbol was removed.");

    public Task UntilAsync(string entry) => Until.TrueAsync(() => Story.Contains(entry), () => $"no {entry}: {string.Join(", ", Story)}");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _exchange.DisposeAsync();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        await foreach (var marketEvent in _exchange.StreamAsync(DataKind.Trade, _stop.Token))
            _events.Enqueue(marketEvent);
    }
}
