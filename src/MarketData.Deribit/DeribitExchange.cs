using System.Globalization;
using System.Runtime.CompilerServices;

using Deribit.Client;
using MarketData.Books;
using MarketData.Exchanges;
using MarketData.Trades;

using Microsoft.Extensions.Logging;

namespace MarketData.Deribit;

/// <summary>
/// Deribit as an <see cref="IExchange"/>. Comes in: the client's messages. Goes out: verified domain events. Owns: one connection, the
/// books and the trade tapes of its instruments. Runs on: the thread that enumerates the stream; only the client's socket loop and the
/// resubscribe calls run elsewhere.
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
    private readonly DeribitClient _client;
    private readonly DeribitCallBudget _budget;
    private readonly ClockWatch _clock;
    private readonly BookKeeper _books;
    private readonly TradeTapeSet _tapes;
    private readonly DeribitHttpCaller? _history;
    private readonly Dictionary<string, InstrumentRoute> _routes = new(StringComparer.Ordinal);
    private readonly List<TradeEvent> _trades = [];
    private readonly HashSet<string> _unknownValues = new(StringComparer.Ordinal);
    private readonly List<MarketDataEvent> _output = [];
    private readonly CancellationTokenSource _stopClient = new();
    private readonly Lock _startLock = new();
    private DataKind _kinds;
    private volatile Task? _clientLoop;
    private volatile ExchangeStatus _status = new();
    private volatile IntakeMark? _takenUntil;
    private long _generation;
    private bool _up;
    private bool _caughtUp;

    /// <summary>Creates the exchange; nothing is connected before the first call.</summary>
    /// <param name="options">What the operator set.</param>
    /// <param name="budget">The call budget that all connections of this process share.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="loggerFactory">Where the adapter and the client log.</param>
    public DeribitExchange(DeribitExchangeOptions options, DeribitCallBudget budget, TimeProvider timeProvider, ILoggerFactory loggerFactory)
        : this(options, budget, timeProvider, loggerFactory, newClient: null)
    {
    }

    /// <param name="options">What the operator set.</param>
    /// <param name="budget">The call budget that all connections of this process share.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="loggerFactory">Where the adapter and the client log.</param>
    /// <param name="newClient">Makes the client; null: one that connects over the network.</param>
    internal DeribitExchange(
        DeribitExchangeOptions options, DeribitCallBudget budget, TimeProvider timeProvider, ILoggerFactory loggerFactory,
        Func<DeribitClientOptions, DeribitClient>? newClient)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggerFactory);
        _options = options;
        _timeProvider = timeProvider;
        _logger = loggerFactory.CreateLogger<DeribitExchange>();
        newClient ??= client => new DeribitClient(client, budget, timeProvider, loggerFactory.CreateLogger<DeribitClient>());
        _client = newClient(options.ToClientOptions());
        _budget = budget;
        _clock = new ClockWatch(_client, timeProvider, _logger);
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
    public ExchangeStatus Status
    {
        get
        {
            // What the connection says of itself is asked for now: the pump may stand still, which is what has to be told.
            var status = _status;
            return _clientLoop is null ? status : status with { Reasons = [.. _client.Status.Reasons, .. status.Reasons] };
        }
    }

    /// <inheritdoc/>
    public IntakeMark? TakenUntil => _takenUntil;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Instrument>> GetInstrumentsAsync(CancellationToken cancellationToken)
    {
        StartClient();
        for (var delay = TimeSpan.FromSeconds(1); ; delay = TimeSpan.FromSeconds(Math.Min(30, delay.TotalSeconds * 2)))
        {
            try
            {
                var instruments = await _client.GetInstrumentsAsync(cancellationToken: cancellationToken);
                return [.. instruments.Select(ToInstrument)];
            }
            catch (DeribitException exception) when (exception is DeribitConnectionException or DeribitRpcException { IsTransient: true })
            {
                // An exchange that is away or busy is waited for: the collector's health says so meanwhile.
                UpdateStatus();
                AdapterLog.InstrumentsRetry(_logger, delay, exception.Message);
                await Task.Delay(delay, _timeProvider, cancellationToken);
            }
            catch (DeribitException exception)
            {
                throw new ExchangeError(ExchangeName, $"Deribit did not give its instrument list: {exception.Message}", exception);
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<MarketDataEvent> StreamAsync(
        DataKind kinds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            StartClient();
            _kinds = kinds;

            // Platform news first, so that a maintenance break explains what follows.
            _client.Subscribe([DeribitChannels.PlatformState, DeribitChannels.InstrumentState(), DeribitChannels.InstrumentCreation()]);
            var resyncs = new ResyncRunner(_client, _books, _routes, _logger);
            var probes = new ChannelProbes(_client, _routes, _tapes, this, _options.AuditInterval, _timeProvider, _logger);
            var audits = new AuditRunner(_client, _budget, _books, probes, _logger);
            var repairs = new TradeRepairRunner(_client, _history, _budget, _tapes, _routes, _timeProvider, _logger);
            Task<bool>? readable = null;
            Task? tick = null;
            long lastTick = 0;
            for (var stopping = false; !stopping;)
            {
                // 1. Everything that is there, with a look at the clock now and then.
                for (var budget = MessagesPerTickCheck; budget > 0 && _client.TryRead(out var message); budget--)
                {
                    Translate(message);
                    foreach (var marketEvent in _output)
                        yield return marketEvent;
                    _output.Clear();
                }

                // 2. What time alone brings about: snapshots, deadlines, resubscriptions.
                if (lastTick == 0 || _timeProvider.GetElapsedTime(lastTick) >= TickInterval)
                {
                    lastTick = _timeProvider.GetTimestamp();
                    ApplyWanted();
                    resyncs.Harvest();
                    if (_clock.Run(_up && _maintenanceSinceUnixMs is null, _stopClient.Token))
                        ClockChanged();
                    audits.Run(_caughtUp, _output, _stopClient.Token);
                    probes.Run(_caughtUp, _output, _stopClient.Token);
                    _books.Tick(_output);
                    repairs.Harvest(_generation, _output);
                    _tapes.Tick(_output);
                    resyncs.Start(_stopClient.Token);
                    repairs.Start(_stopClient.Token);
                    UpdateStatus();
                    foreach (var marketEvent in _output)
                        yield return marketEvent;
                    _output.Clear();
                    WantedApplied();
                    NoteTaken();
                }

                // 3. Sleep until there is more of either.
                stopping = cancellationToken.IsCancellationRequested;
                readable ??= _client.WaitToReadAsync(CancellationToken.None).AsTask();
                if (stopping || readable.IsCompleted)
                {
                    if (!stopping && !await readable)
                    {
                        throw new ExchangeError(
                            ExchangeName, "The connection to Deribit ended for good. Restart the collector.", _clientLoop?.Exception);
                    }

                    readable = readable.IsCompleted ? null : readable;
                    continue;
                }

                tick = tick is null or { IsCompleted: true } ? Task.Delay(TickInterval, _timeProvider, cancellationToken) : tick;
                await Task.WhenAny(readable, tick);
            }

            // Stop: no more intake, but what was received is still published, and the ledger says where each stream ends.
            await StopClientAsync();
            while (_client.TryRead(out var message))
                Translate(message);
            Disconnected("The collector was stopped.");
            await resyncs.StopAsync();
            await audits.StopAsync();
            await probes.StopAsync();
            await _clock.StopAsync();
            await repairs.StopAsync(_generation, _output);
            _tapes.Close("The collector stopped.", _output);
            UpdateStatus();
            foreach (var marketEvent in _output)
                yield return marketEvent;
            _output.Clear();
            NoteTaken();
        }
        finally
        {
            // Also when whoever enumerates the stream gives it up: nobody may wait for it any more.
            EndWanted();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopClientAsync();
        await _client.DisposeAsync();
        _history?.Dispose();
        _stopClient.Dispose();
    }

    // Every event of what was read has been taken. The moment first: what comes between it and the question waits.
    private void NoteTaken()
    {
        var now = IntakeMark.Now(_timeProvider);
        if (_client.IsRead)
            _takenUntil = now;
    }

    private void StartClient()
    {
        lock (_startLock)
            _clientLoop ??= _client.RunAsync(_stopClient.Token);
    }

    private async Task StopClientAsync()
    {
        await _stopClient.CancelAsync();
        if (_clientLoop is { } loop)
            await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static Instrument ToInstrument(DeribitInstrument instrument) => new()
    {
        Exchange = ExchangeName,
        Name = instrument.Name,
        Kind = instrument.Kind ?? "",
        TickSize = instrument.TickSize,
        TickSizeSteps = [.. instrument.TickSizeSteps.Select(step => new TickSizeStep(step.AbovePrice, step.TickSize))],
        ContractSize = instrument.ContractSize,
        ExpiresAt = instrument.ExpirationTimeUnixMs is { } expires && expires < NeverExpiresUnixMs
            ? DateTimeOffset.FromUnixTimeMilliseconds(expires)
            : null,
        BaseCurrency = instrument.BaseCurrency ?? "",
        QuoteCurrency = instrument.QuoteCurrency ?? "",
        SettlementCurrency = instrument.SettlementCurrency ?? "",
        SettlementPeriod = instrument.SettlementPeriod ?? "",
        ContractType = instrument.InstrumentType ?? "",
        OptionType = instrument.OptionType ?? "",
        Strike = instrument.Strike,
        PriceIndex = instrument.PriceIndex ?? "",
    };

    // Perpetuals and spot carry this far-future time instead of an expiry (Deribit API v2, get_instruments, expiration_timestamp).
    private const long NeverExpiresUnixMs = 32_503_708_800_000;

    private void UpdateStatus()
    {
        var client = _client.Status;
        _caughtUp = client.QueuedFrames <= MessagesPerTickCheck;
        var books = _books.Counts;
        var reasons = new List<string>();
        if (books.Wanted > books.Live && client.Connected)
        {
            reasons.Add($"books_not_live: {books.Live} of {books.Wanted} books are in sync " +
                $"({books.Awaiting} awaiting a snapshot, {books.Resyncing} resyncing, {books.Quarantined} quarantined).");
        }

        if (_clock is { IsSkewed: true, Skew: { } skew })
        {
            reasons.Add(string.Create(
                CultureInfo.InvariantCulture, $"clock_skew: our clock is {skew.TotalSeconds:0.###} s behind the exchange's; set it right."));
        }

        var trades = _tapes.Counts;
        if (trades.LateHoles > 0)
            reasons.Add($"trades_incomplete: {trades.Missing} trades are missing in {trades.LateHoles} holes and are being fetched.");
        _status = new ExchangeStatus
        {
            Connected = client.Connected,
            ChannelsWanted = client.ChannelsWanted,
            ChannelsAcknowledged = client.ChannelsAcknowledged,
            ChannelsUnavailable = client.ChannelsUnavailable,
            BooksWanted = books.Wanted,
            BooksLive = books.Live,
            BooksResyncing = books.Resyncing + books.Awaiting,
            BooksQuarantined = books.Quarantined,
            Books = books,
            Trades = trades,
            Reasons = reasons,
        };
    }
}
