using MarketData.Exchanges;
using MarketData.Pipeline;
using MarketData.Replicas;
using MarketData.Symbols;

using Microsoft.Extensions.Logging;

namespace MarketData.Collectors;

/// <summary>
/// Decides what one collector collects, at every moment: what <c>market.symbols</c> asks for, of what the exchange lists, as far as this
/// replica owns it. Comes in: the table, the listings, the share, the time. Goes out: <see cref="IExchange.CollectAsync"/>. Owns: the set
/// that is collected. Runs on: one task, which is woken by all of them and alone decides; others only leave word.
/// <para>One pass: (1) what is asked for, (2) what is gone, by its reason, (3) what is new, with where its tape ended.</para>
/// </summary>
internal sealed partial class SymbolFollower : IOwnershipHandler
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);

    // A clock that is put forward must not leave an expiry unseen for longer than this.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);

    private readonly IExchange _exchange;
    private readonly CollectorOptions _collector;
    private readonly FollowerServices _services;
    private readonly FollowerOptions _options;
    private readonly EventPipeline _pipeline;
    private readonly CollectorMonitor _monitor;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ListingFollower _listings;
    private readonly PositionLoader _positions;
    private readonly CollectedSet _set;
    private readonly Signal _wake = new();
    private readonly TaskCompletionSource _applied = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlyList<SymbolEntry> _configured = [];
    private ConfigurationError? _configuredFault;
    private volatile FollowerStatus _status = FollowerStatus.Starting;

    public SymbolFollower(
        IExchange exchange, CollectorOptions collector, FollowerServices services, FollowerOptions options, EventPipeline pipeline,
        CollectorMonitor monitor, TimeProvider timeProvider, ILogger logger)
    {
        (_exchange, _collector, _services, _options) = (exchange, collector, services, options);
        (_pipeline, _monitor, _time, _logger) = (pipeline, monitor, timeProvider, logger);
        _listings = new ListingFollower(exchange, options, timeProvider, _wake.Set, logger, collector.Name);
        // Only a trade tape goes on where another ended: books and tickers wait for nothing.
        var positions = collector.Kinds.HasFlag(DataKind.Trade) ? services.Positions : null;
        _positions = new PositionLoader(positions, pipeline.FlushAsync, options, timeProvider, _wake.Set, logger, collector.Name);
        _set = new CollectedSet(options.ExpiryGrace);
    }

    /// <summary>How many instruments are collected; any thread.</summary>
    public int Instruments => _status.Instruments;

    /// <summary>Reason codes of what keeps the collector from being ready; any thread.</summary>
    public IReadOnlyList<string> Reasons => [.. _status.Reasons, .. _services.Ownership?.Reasons ?? []];

    /// <summary>Reason codes of what somebody should look at, while everything works; any thread.</summary>
    public IReadOnlyList<string> Warnings =>
    [
        .. _status.Warnings, .. _services.Symbols is { Current.Version: > 0 } symbols ? symbols.Reasons : [], .. Faults(_listings.Fault),
        .. _services.Ownership?.Warnings ?? [],
    ];

    /// <summary>How many of the partitions by which the instruments are dealt out this replica has; zeros without replicas. Any thread.</summary>
    public (int Owned, int All) Partitions => _services.Ownership?.Partitions ?? default;

    /// <summary>Keys of the instruments that are asked for and another replica owns; any thread.</summary>
    public IReadOnlySet<string> Elsewhere => _status.Elsewhere;

    /// <summary>What the exchange lists, as far as it is known; any thread.</summary>
    public IReadOnlyList<Instrument> Listed => _listings.Current;

    /// <summary>Completes when the first set was applied.</summary>
    public Task Applied => _applied.Task;

    /// <summary>Reads the listings, joins the topic and the group, and waits for them for a while.</summary>
    /// <param name="configured">The configured list.</param>
    /// <param name="configurationKey">Its key, named in faults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ConfigurationError">The configured list has faults, and nothing stands above it.</exception>
    /// <exception cref="ExchangeError">The exchange refuses.</exception>
    public async Task StartAsync(IReadOnlyList<string> configured, string configurationKey, CancellationToken cancellationToken)
    {
        await _listings.StartAsync(cancellationToken);
        _configured = [.. configured.Select(text => SymbolSelector.TryParse(text, out _)).OfType<SymbolSelector>()
            .Select(selector => new SymbolEntry { Exchange = _exchange.Name, Selector = selector.Text })];
        try
        {
            foreach (var warning in SymbolSelection.Expand(configured, _listings.Current, configurationKey, _time).Warnings)
                _logger.SymbolWarning(_collector.Name, warning);
        }
        catch (ConfigurationError fault)
        {
            // Once the topic has been used, the list means nothing, and an instrument in it may have expired since.
            _configuredFault = fault;
        }

        if (_services.Symbols is null && _configuredFault is not null)
            throw _configuredFault;
        _services.Symbols?.Start(_configuredFault is null ? _configured : []);
        if (_configuredFault is not null)
        {
            // Joining the group takes seconds, which nobody is to wait for who mistyped a name.
            await WaitForWordAsync(share: false, cancellationToken);
            ThrowIfUnusable();
        }

        _services.Ownership?.Start(this);
        await WaitForWordAsync(share: _services.Ownership is not null, cancellationToken);
        ThrowIfUnusable();
        if (_configuredFault is not null && _services.Symbols is { Current.Version: > 0 })
            _logger.ConfiguredListUnused(_collector.Name, string.Join(" ", _configuredFault.Faults));
    }

    /// <summary>Follows until cancelled.</summary>
    /// <exception cref="ConfigurationError">The topic turned out to be new, and the configured list cannot be used for it.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watchers = Task.WhenAll(KeepAsync(_listings.RunAsync, over.Token), KeepAsync(WatchTableAsync, over.Token));
        try
        {
            for (var retry = FirstRetry; ;)
            {
                var (due, failed) = await PassAsync(over.Token);
                await _wake.WaitAsync(failed ? retry : due, _time, over.Token);
                retry = failed ? TimeSpan.FromTicks(Math.Min(retry.Ticks * 2, LongestRetry.Ticks)) : FirstRetry;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end that is meant.
        }
        finally
        {
            EndHandOvers();
            await over.CancelAsync();
            await watchers.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _positions.StopAsync();
        }
    }

    private async Task<(TimeSpan? Due, bool Failed)> PassAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<TaskCompletionSource> handOvers = [];
        try
        {
            ThrowIfUnusable();
            handOvers = BeginHandOvers();
            var due = await ApplyAsync(cancellationToken);
            foreach (var handOver in handOvers)
                handOver.TrySetResult();
            return (due, false);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or ConfigurationError))
        {
            PutBack(handOvers);
            _status = _status with
            {
                Reasons = [$"symbols_failed: what is to be collected could not be applied, and is tried again: {exception.Message}"],
            };
            _logger.FollowerFailed(_collector.Name, exception);
            return (null, true);
        }
    }

    // A watcher that breaks off is started again: without it changes would be missed, and nobody would see it.
    private async Task KeepAsync(Func<CancellationToken, Task> watch, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await watch(cancellationToken);
                return;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                _logger.FollowerFailed(_collector.Name, exception);
                await Task.Delay(FirstRetry, _time, cancellationToken);
            }
        }
    }

    // Waits for the table and perhaps for the share, both of which Kafka gives, but no longer than the patience.
    private async Task WaitForWordAsync(bool share, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_options.StartPatience, _time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            if (_services.Symbols is { } symbols)
                await symbols.WaitForNewerAsync(0, over.Token);
            if (share)
                await _granted.Task.WaitAsync(over.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            if (_services.Symbols is { Current.Version: 0 })
                _logger.ProvisionalStart(_collector.Name, _options.StartPatience);
            else
                _logger.StartWithoutShare(_collector.Name, _options.StartPatience);
        }
    }

    private static IEnumerable<string> Faults(string? fault) => fault is null ? [] : [fault];

    private void ThrowIfUnusable()
    {
        if (_configuredFault is not null && _services.Symbols is { Current: { Version: > 0, IsUnused: true } })
            throw _configuredFault;
    }

    // Wakes the follower when the table has been quiet for a moment: the latest word wins, and toggling a symbol a thousand times a second
    // costs the exchange two calls a second at most.
    private async Task WatchTableAsync(CancellationToken cancellationToken)
    {
        if (_services.Symbols is not { } symbols)
            return;
        var newer = symbols.WaitForNewerAsync(0, cancellationToken);
        while (true)
        {
            var seen = (await newer).Version;
            var started = _time.GetTimestamp();
            newer = symbols.WaitForNewerAsync(seen, cancellationToken);
            while (_time.GetElapsedTime(started) < _options.QuietLimit)
            {
                using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                var quiet = Task.Delay(_options.Quiet, _time, over.Token);
                await Task.WhenAny(newer, quiet);
                await over.CancelAsync();
                await quiet.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!newer.IsCompletedSuccessfully)
                    break;
                newer = symbols.WaitForNewerAsync((await newer).Version, cancellationToken);
            }

            _wake.Set();
        }
    }
}
