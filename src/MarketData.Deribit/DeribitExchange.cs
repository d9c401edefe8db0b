using System.Runtime.CompilerServices;

using Deribit.Client;
using MarketData.Books;
using MarketData.Exchanges;
using MarketData.Trades;

using Microsoft.Extensions.Logging;

namespace MarketData.Deribit;

/// <summary>
/// Deribit as an <see cref="IExchange"/>. Comes in: the client's messages. Goes out: verified domain events. Owns: the connections,
/// the books and the trade tapes of their instruments. Runs on: the thread that enumerates the stream; only the clients' socket loops and
/// the calls run elsewhere.
/// </summary>
public sealed partial class DeribitExchange : IExchange
{
    internal const string ExchangeName = "deribit";

    // Deadlines, periodic snapshots and finished calls are looked at this often; a book heals within a second, so a twentieth of it.
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(50);

    // The main host keeps about 24 h of trades (observed); some hours less, to be sure.
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(20);

    // Between two looks at the clock while messages keep coming.
    private const int MessagesPerTickCheck = 64;

    private readonly DeribitExchangeOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly ShardSet _shards;
    private readonly DeribitCallBudget _budget;
    private readonly ClockWatch _clock;
    private readonly BookKeeper _books;
    private readonly TradeTapeSet _tapes;
    private readonly DeribitHttpCaller? _history;
    private readonly Dictionary<string, InstrumentRoute> _routes = new(StringComparer.Ordinal);
    private readonly List<TradeEvent> _trades = [];
    private readonly HashSet<string> _unknownValues = new(StringComparer.Ordinal);
    private readonly List<MarketDataEvent> _output = [];
    private readonly CancellationTokenSource _stopCalls = new();
    private DataKind _kinds;
    private volatile ExchangeStatus _status = new();
    private volatile IntakeMark? _takenUntil;
    private long _epoch;
    private long _statusAt;
    private bool _caughtUp;

    /// <summary>Creates the exchange; nothing is connected before the first call.</summary>
    /// <param name="options">What the operator set.</param>
    /// <param name="budget">The call budget that all connections of this process share.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="loggerFactory">Where the adapter and the client log.</param>
    /// <param name="metrics">What the client measures; null: nothing.</param>
    public DeribitExchange(
        DeribitExchangeOptions options, DeribitCallBudget budget, TimeProvider timeProvider, ILoggerFactory loggerFactory,
        DeribitClientMetrics? metrics = null)
        : this(options, budget, timeProvider, loggerFactory, client =>
            new DeribitClient(client, budget, timeProvider, loggerFactory.CreateLogger<DeribitClient>(), metrics: metrics))
    {
    }

    /// <param name="options">What the operator set.</param>
    /// <param name="budget">The call budget that all connections of this process share.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="loggerFactory">Where the adapter and the client log.</param>
    /// <param name="newClient">Makes the client of one more connection.</param>
    internal DeribitExchange(
        DeribitExchangeOptions options, DeribitCallBudget budget, TimeProvider timeProvider, ILoggerFactory loggerFactory,
        Func<DeribitClientOptions, IDeribitSession> newClient)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggerFactory);
        _options = options;
        _timeProvider = timeProvider;
        _logger = loggerFactory.CreateLogger<DeribitExchange>();
        _shards = new ShardSet(() => WithNews(newClient(options.ToClientOptions())), options.Connection.MaxConnections, timeProvider);
        _budget = budget;
        _clock = new ClockWatch(timeProvider, _logger);
        _books = new BookKeeper(
            new BookKeeperOptions
            {
                SnapshotInterval = options.SnapshotInterval,
                AuditEvery = options.AuditInterval,
                ProbeAfter = options.ProbeAfter,
            },
            timeProvider);
        _history = options.HistoryInUse is { } history ? new DeribitHttpCaller(history, budget, timeProvider: timeProvider) : null;
        _tapes = new TradeTapeSet(
            new TradeTapeOptions { HoldFor = options.TradeHold, HasArchive = _history is not null, KeptFor = KeptFor }, timeProvider);
    }

    /// <inheritdoc/>
    public string Name => ExchangeName;

    /// <inheritdoc/>
    public IntakeMark? TakenUntil => _takenUntil;

    /// <inheritdoc/>
    public async IAsyncEnumerable<MarketDataEvent> StreamAsync(
        DataKind kinds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            _kinds = kinds;
            _shards.Start();
            var resyncs = new ResyncRunner(_shards, _books, _routes, _logger);
            var probes = new ChannelProbes(_shards, _routes, _tapes, this, _options.AuditInterval, _timeProvider, _logger);
            var audits = new AuditRunner(_shards, _budget, _books, probes, _logger);
            var repairs = new TradeRepairRunner(_shards, _history, _budget, _tapes, _routes, _timeProvider, _logger);
            var waits = new List<Task>();
            Task? tick = null;
            long lastTick = 0;
            for (var stopping = false; !stopping;)
            {
                // 1. Everything that is there, with a look at the clock now and then.
                foreach (var shard in _shards.All)
                {
                    for (var budget = MessagesPerTickCheck; budget > 0 && shard.Client.TryRead(out var message); budget--)
                    {
                        shard.ReadBeforeChange--;
                        // First how resubscriptions ended: where one failed, the client subscribes again by itself, and a snapshot that comes
                        // of that is the newer word.
                        resyncs.Harvest();
                        Translate(message, shard);
                        foreach (var marketEvent in _output)
                            yield return marketEvent;
                        _output.Clear();
                    }
                }

                // 2. What time alone brings about: snapshots, deadlines, resubscriptions.
                if (lastTick == 0 || IsChangeDue() || _timeProvider.GetElapsedTime(lastTick) >= TickInterval)
                {
                    lastTick = _timeProvider.GetTimestamp();
                    ObeyConnectionLimit();
                    if (IsChangeDue())
                        ApplyWanted();
                    resyncs.Harvest();
                    if (_clock.Run(_shards.InMaintenance ? null : _shards.All.FirstOrDefault(shard => shard.IsUp)?.Client, _stopCalls.Token))
                        ClockChanged();
                    audits.Run(_caughtUp, _output, _stopCalls.Token);
                    probes.Run(_caughtUp, _output, _stopCalls.Token);
                    TakeResyncWishes();
                    _books.Tick(_output);
                    repairs.Harvest(_output);
                    _tapes.Tick(_output);
                    resyncs.Start(_stopCalls.Token);
                    repairs.Start(_stopCalls.Token);
                    UpdateStatus(probes);
                    foreach (var marketEvent in _output)
                        yield return marketEvent;
                    _output.Clear();
                    NoteBeginnings();
                    WantedApplied();
                    NoteTaken();
                }

                // 3. Sleep until there is more of either.
                stopping = cancellationToken.IsCancellationRequested;
                if (stopping || await HasMoreAsync(waits))
                    continue;
                tick = tick is null or { IsCompleted: true } ? Task.Delay(TickInterval, _timeProvider, cancellationToken) : tick;
                waits.Add(tick);
                await Task.WhenAny(waits);
            }

            // Stop: no more intake, but what was received is still published, and the ledger says where each stream ends.
            await _stopCalls.CancelAsync();
            await _shards.StopAsync();
            foreach (var shard in _shards.All)
            {
                while (shard.Client.TryRead(out var message))
                    Translate(message, shard);
                Disconnected(shard, "The collector was stopped.");
            }

            _books.EndSpans();
            await resyncs.StopAsync();
            await audits.StopAsync();
            await probes.StopAsync();
            await _clock.StopAsync();
            await repairs.StopAsync(_output);
            _tapes.Close("The collector stopped.", _output);
            UpdateStatus(probes);
            foreach (var marketEvent in _output)
                yield return marketEvent;
            _output.Clear();
            NoteTaken();
        }
        finally
        {
            // Also when whoever enumerates the stream gives it up: nobody may wait for it any more.
            EndWanted();
            EndResyncWishes();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopCalls.CancelAsync();
        await _shards.DisposeAsync();
        _history?.Dispose();
        _stopCalls.Dispose();
    }

    // Whoever waits for the change sees no mark of before it that says nothing of what it opened.
    private void NoteBeginnings()
    {
        if (_tapes.OpenBeginnings > 0 && _takenUntil is { HasOpenBeginning: false } mark)
            _takenUntil = mark with { HasOpenBeginning = true };
    }

    // Every event of what was read has been taken. The moment first: what comes between it and the question waits.
    private void NoteTaken()
    {
        var now = IntakeMark.Now(_timeProvider);
        if (_shards.All.All(shard => shard.Client.Unread == 0))
            _takenUntil = now with { HasOpenBeginning = _tapes.OpenBeginnings > 0 };
    }

    // Whether a message can be read now; if not, the waits for one are in the list.
    private async ValueTask<bool> HasMoreAsync(List<Task> waits)
    {
        waits.Clear();
        foreach (var shard in _shards.All)
        {
            shard.Readable ??= shard.Client.WaitToReadAsync(CancellationToken.None).AsTask();
            if (!shard.Readable.IsCompleted)
            {
                waits.Add(shard.Readable);
                continue;
            }

            if (!await shard.Readable)
                throw new ExchangeError(ExchangeName, "The connection to Deribit ended for good. Restart the collector.", shard.Fault);
            shard.Readable = null;
            return true;
        }

        return false;
    }

    // The exchange's news of itself, on every connection: before all else, so that a maintenance break explains what follows.
    private static IDeribitSession WithNews(IDeribitSession client)
    {
        client.Subscribe([DeribitChannels.PlatformState, DeribitChannels.InstrumentState(), DeribitChannels.InstrumentCreation()]);
        return client;
    }
}
