using System.Runtime.InteropServices;

using Deribit.Client;
using Deribit.Simulator;

using MarketData.Deribit;
using MarketData.Exchanges;

using Microsoft.Extensions.Logging;

namespace MarketData.Integration.Tests.Rigs;

/// <summary>The exchange alone against the simulator over a real socket, with everything that it streams kept in order.</summary>
internal sealed class ExchangeRig : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<MarketDataEvent> _events = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly ILoggerFactory _loggers;
    private readonly Task _reading;

    private ExchangeRig(SimulatorServer simulator, DeribitExchangeOptions options, DataKind kinds, TimeProvider time)
    {
        Simulator = simulator;
        Log = new TestLog();
        _loggers = LoggerFactory.Create(logging => logging.AddProvider(Log).SetMinimumLevel(LogLevel.Debug));
        options.WsUrl = simulator.WebSocketUri;
        Exchange = new DeribitExchange(options, new DeribitCallBudget(timeProvider: time), time, _loggers);
        _reading = Task.Run(() => ReadAsync(kinds));
    }

    public SimulatorServer Simulator { get; }

    public DeribitExchange Exchange { get; }

    public TestLog Log { get; }

    /// <summary>What whoever takes the events waits for before each one.</summary>
    public Task Room { get; set; } = Task.CompletedTask;

    /// <summary>Everything that was streamed so far, in order. A copy.</summary>
    public IReadOnlyList<MarketDataEvent> Events
    {
        get
        {
            lock (_lock)
                return [.. _events];
        }
    }

    public IEnumerable<IntegrityEvent> Integrity => Events.OfType<IntegrityEvent>();

    public static async Task<ExchangeRig> StartAsync(
        SimulatorOptions options, DataKind kinds, Action<DeribitExchangeOptions>? configure = null, TimeProvider? time = null)
    {
        var exchangeOptions = new DeribitExchangeOptions();
        configure?.Invoke(exchangeOptions);
        return new ExchangeRig(
            await SimulatorServer.StartAsync(options, TestContext.Current.CancellationToken), exchangeOptions, kinds, time ?? TimeProvider.System);
    }

    /// <summary>The exchange's instruments as wishes.</summary>
    public async Task<IReadOnlyList<WantedInstrument>> WantedAsync() =>
        [.. (await Exchange.GetInstrumentsAsync(TestContext.Current.CancellationToken)).Select(one => new WantedInstrument { Instrument = one })];

    /// <summary>The same restricted to some names.</summary>
    public async Task<IReadOnlyList<WantedInstrument>> WantedAsync(params string[] names) =>
        [.. (await WantedAsync()).Where(one => names.Contains(one.Instrument.Name))];

    /// <summary>Looks at everything streamed so far without copying it.</summary>
    public T Look<T>(Func<IReadOnlyList<MarketDataEvent>, T> look)
    {
        lock (_lock)
            return look(_events);
    }

    /// <summary>Waits for an event.</summary>
    public Task UntilAsync(Predicate<MarketDataEvent> which, string what, int skip = 0) => Until.TrueAsync(
        () => Look(events => CollectionsMarshal.AsSpan((List<MarketDataEvent>)events)[skip..].ToArray().Any(one => which(one))), () => what + " did not come");

    /// <summary>Waits for an entry of the ledger.</summary>
    public Task UntilAsync(string name, string channel, IntegrityKind kind, int skip = 0) => UntilAsync(
        one => one is IntegrityEvent integrity && integrity.InstrumentName == name && integrity.Channel == channel && integrity.Kind == kind,
        $"{kind} of {channel} {name}", skip);

    /// <summary>Waits until so many books are wanted and all of them are in sync.</summary>
    public Task LiveAsync(int books) => Until.TrueAsync(
        () => Exchange.Status is var status && status.BooksLive == books && status.BooksWanted == books,
        () => $"{Exchange.Status.BooksLive} of {books} books live; {string.Join("; ", Exchange.Status.Reasons)}");

    /// <summary>What the ledger says of one stream, without its beginning and without what was verified.</summary>
    public IReadOnlyList<IntegrityEvent> Ledger(string name, string channel) =>
    [
        .. Integrity.Where(one => one.InstrumentName == name && one.Channel == channel
            && one.Kind is not (IntegrityKind.Connected or IntegrityKind.Verified)),
    ];

    /// <summary>Ends the stream and waits for it.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _reading;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Exchange.DisposeAsync();
        await Simulator.DisposeAsync();
        _stop.Dispose();
        _loggers.Dispose();
    }

    private async Task ReadAsync(DataKind kinds)
    {
        await foreach (var one in Exchange.StreamAsync(kinds, _stop.Token))
        {
            await Room;
            lock (_lock)
                _events.Add(one);
        }
    }
}
