using MarketData.Events;
using MarketData.Pipeline;
using MarketData.Redis.Connection;
using MarketData.Redis.Sending;
using MarketData.Redis.Slots;
using Microsoft.Extensions.Logging;

namespace MarketData.Redis;

/// <summary>
/// The latest-wins lane to Redis. Comes in: events of one collector. Goes out: per instrument the newest book, trade and ticker as JSON
/// under <c>exchange.symbol:orderbook</c>, <c>:trade</c> and <c>:ticker</c>, each also published on the channel of the same name. Owns:
/// a replica of every order book, one slot per key, the counters and the connection. Runs on: <see cref="PublishAsync"/> on the
/// caller's thread, never waiting; everything that touches the network on one sender task from <see cref="StartAsync"/> to
/// <see cref="DrainAsync"/>.
/// <para>
/// The presence of a book key is a promise that its value is current: while a book is in sync its life is prolonged even when nothing
/// changes; a book that leaves sync (an <see cref="IntegrityEvent"/> of the channel <c>orderbook</c> or <c>connection</c>) is deleted
/// at once and comes back with its next snapshot; while the intake stands still no book is known to be current, and all book keys are
/// deleted until it goes on; on a clean stop all book keys are deleted; when a stream is closed its key is deleted, whatever its kind. Integrity events are control here, not data: they are not
/// counted. While Redis is away the newest value of every key waits in memory, and when it is back every key is written anew.
/// </para>
/// <para>
/// With replicas, the gate is asked before each command: while it holds, the command waits for up to <see cref="HeldSlots.Limit"/>, because
/// what two replicas know of one instrument is the same and a reader is better served by both than by none; when the instrument is
/// another's, nothing is written and nothing deleted any more.
/// </para>
/// <para>
/// Every event ends in exactly one counter: acknowledged (its value was stored), conflated (a newer event of the same key, or the
/// deletion of the key, superseded it), rejected (it did not continue its book, had no room, or was left behind at the stop).
/// </para>
/// </summary>
public sealed class RedisLane : ILane
{
    private static readonly TimeSpan FlushLook = TimeSpan.FromMilliseconds(5);

    private readonly IRedisLink _link;
    private readonly SlotContext _context;
    private readonly SlotMap _slots;
    private readonly RedisSender _sender;
    private readonly CancellationTokenSource _drain = new();
    private readonly CancellationTokenSource _stop = new();
    private Task? _sending;
    private volatile bool _closed;
    private bool _keyLimitLogged;

    /// <summary>Creates the lane; nothing is connected before <see cref="StartAsync"/>.</summary>
    /// <param name="options">The operator's settings.</param>
    /// <param name="logger">Takes changes of state; never a secret.</param>
    /// <param name="time">The clock of lives and pauses.</param>
    /// <param name="lag">Gets the time from socket to acknowledgement of every event.</param>
    /// <param name="gate">Keeps two replicas from writing one instrument at a time; null when there are no replicas.</param>
    /// <exception cref="ConfigurationError">The options have faults; all of them are listed.</exception>
    public RedisLane(RedisOptions options, ILogger<RedisLane> logger, TimeProvider time, LagHistogram lag, IPublishGate? gate = null)
        : this(Checked(options, out var address), address, null, static (marketEvent, output) => EventJson.Write(output, marketEvent), logger,
            time, lag, Random.Shared, gate)
    {
    }

    internal RedisLane(
        RedisOptions options, RedisAddress address, IRedisLink? link, EventEncoder encoder, ILogger logger, TimeProvider time,
        LagHistogram lag, Random random, IPublishGate? gate = null)
    {
        ArgumentNullException.ThrowIfNull(logger);
        ArgumentNullException.ThrowIfNull(time);
        _link = link ?? new RedisLink(address, options.OperationTimeout, logger);
        _context = new SlotContext(
            options, new LaneCounters(), new SlotQueue(options.MaximumKeys), new LaneHealth(), encoder, time, logger, lag);
        _slots = new SlotMap(_context);
        var held = new HeldSlots(gate ?? OpenGate.Instance, time);
        _sender = new RedisSender(_link, address, _slots, _context, new Backoff(options.MaximumBackoff, random), held);
    }

    /// <inheritdoc/>
    public string Name => "redis";

    /// <inheritdoc/>
    public LaneCounters Counters => _context.Counters;

    /// <inheritdoc/>
    public LagHistogram Lag => _context.Lag;

    /// <inheritdoc/>
    public LaneStatus Status => _context.Health.Current;

    /// <summary>
    /// Events that are in the slots, counted one by one: must equal <see cref="LaneCounters.Queued"/> while nobody publishes.
    /// </summary>
    internal int Unsettled => _slots.All.Sum(static slot => slot.Unsettled);

    /// <summary>Starts the sender and waits for its first attempt to reach Redis, which may take the operation timeout.</summary>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="SinkError">Redis does not accept the user or the password. A Redis that is away is not an error.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_sending is not null)
            throw new InvalidOperationException("The Redis lane was started already.");
        _sending = Task.Run(() => SendUntilEndAsync(_stop.Token), CancellationToken.None);
        var failure = await _sender.FirstAttempt.WaitAsync(cancellationToken);
        _context.Health.Started();
        if (failure is not { Code: SendFailure.Denied })
            return;
        await StopSendingAsync();
        throw new SinkError("redis", $"Redis does not accept the login ({failure.Detail}). Check the user and the password in redis:url.");
    }

    /// <inheritdoc/>
    public ValueTask PublishAsync(MarketDataEvent marketEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(marketEvent);
        if (marketEvent is IntegrityEvent integrity)
        {
            if (integrity.Kind == IntegrityKind.Closed)
                _slots.Remove(integrity.Key, integrity.Channel);
            else if (LeavesSync(integrity))
                _slots.FindBook(integrity.Key)?.Mute();
        }
        else if (_closed)
        {
            Counters.AddIn();
            Counters.AddLost();
        }
        else
        {
            Offer(marketEvent);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void OnIntakeHeld(bool held)
    {
        foreach (var book in _slots.Books)
            book.Withhold(held);
    }

    /// <summary>
    /// The instrument expired or is not collected any more: its keys are deleted at once, and the slots are forgotten. An instrument that
    /// the lane does not know is ignored; a later event brings it back. An event of the kind <see cref="IntegrityKind.Closed"/> does the
    /// same for the one stream that it names.
    /// </summary>
    /// <param name="key">The instrument's <see cref="Instrument.Key"/>, for example <c>deribit.BTC-27JUN25</c>.</param>
    public void Remove(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        _slots.Remove(key, null);
    }

    /// <summary>
    /// Waits until everything that was published before the call is in Redis or superseded, deletions included, so that another process may
    /// go on with the same keys. While Redis does not answer, nothing is waited for: what is sent later asks again whether it may be.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="OperationCanceledException">The wait was given up.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        // Rare (a hand-over), so a look now and then is enough.
        foreach (var slot in _slots.All)
        {
            while (slot.IsPending && Status.State == LaneState.Ready)
                await Task.Delay(FlushLook, _context.Time, cancellationToken);
        }
    }

    /// <summary>
    /// After the last publish: writes what is dirty, then deletes the book keys, because nobody keeps them current any more; trades and
    /// tickers end by their life.
    /// </summary>
    /// <param name="cancellationToken">
    /// The deadline; events that are not acknowledged when it fires are counted as rejected and logged.
    /// </param>
    /// <returns>Whether no event was left behind.</returns>
    public async Task<bool> DrainAsync(CancellationToken cancellationToken)
    {
        _closed = true;
        await _drain.CancelAsync();
        _context.Queue.Wake();
        if (_sending is { } sending)
            await sending.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await StopSendingAsync();
        return Abandon() == 0;
    }

    /// <summary>Stops without writing what is pending, unless <see cref="DrainAsync"/> came before, and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        _closed = true;
        await StopSendingAsync();
        Abandon();
        await _link.DisposeAsync();
    }

    private static RedisOptions Checked(RedisOptions options, out RedisAddress address)
    {
        ArgumentNullException.ThrowIfNull(options);
        var faults = options.Validate();
        if (faults.Count > 0 || !RedisAddress.TryParse(options.Url, out var parsed))
            throw new ConfigurationError(faults);
        address = parsed;
        return options;
    }

    private static bool LeavesSync(IntegrityEvent integrity) =>
        integrity.Channel is "orderbook" or "connection"
        && integrity.Kind is IntegrityKind.Disconnected or IntegrityKind.Gap or IntegrityKind.Stale or IntegrityKind.Quarantined
            or IntegrityKind.Rejected;

    // A slot that the sender just buried refuses the event; the next look-up makes a new one.
    private void Offer(MarketDataEvent marketEvent)
    {
        var taken = false;
        while (!taken)
        {
            switch (marketEvent)
            {
                case OrderBookEvent book when _slots.Book(book.Key) is { } slot:
                    taken = slot.TryOffer(book);
                    break;
                case TradeEvent when _slots.Trade(marketEvent.Key) is { } slot:
                    taken = slot.TryOffer(marketEvent);
                    break;
                case TickerEvent when _slots.Ticker(marketEvent.Key) is { } slot:
                    taken = slot.TryOffer(marketEvent);
                    break;
                default:
                    Refuse(marketEvent);
                    taken = true;
                    break;
            }
        }
    }

    private void Refuse(MarketDataEvent marketEvent)
    {
        Counters.AddIn();
        Counters.AddRejected();
        var maximum = _context.Options.MaximumKeys;
        _context.Health.KeyLimit($"redis_key_limit: The lane holds {maximum} keys already and refused one of {marketEvent.Key}; "
            + "raise redis:maximum_keys or collect fewer symbols.");
        if (_keyLimitLogged)
            return;
        _keyLimitLogged = true;
        RedisLog.KeyLimit(_context.Logger, marketEvent.Key, maximum);
    }

    private async Task SendUntilEndAsync(CancellationToken stop)
    {
        try
        {
            await _sender.RunAsync(_drain.Token, stop);
        }
        catch (Exception exception)
        {
            // A fault of our own, not of Redis. The lane must not take the collector with it, but everybody must know.
            RedisLog.SenderFailed(_context.Logger, exception);
            _context.Health.Failed(
                "redis_sender_failed: The sender of the Redis lane failed; restart the collector and report the logged error.");
        }
    }

    private async Task StopSendingAsync()
    {
        await _stop.CancelAsync();
        if (_sending is { } sending)
            await sending;
    }

    private long Abandon()
    {
        long left = _slots.All.Sum(static slot => slot.Abandon());
        if (left > 0)
        {
            Counters.AddLost(left);
            RedisLog.LeftBehind(_context.Logger, left);
        }

        if (Status.State != LaneState.Failed)
            _context.Health.Stopped();
        return left;
    }
}
