using System.Threading.Channels;
using MarketData.Pipeline;
using MarketData.Trades;
using Microsoft.Extensions.Logging;

namespace MarketData.Kafka;

/// <summary>
/// The lossless lane to Kafka. Comes in: events, from one collector task. Goes out: one message per event, in order, to the topic of its
/// type; the raw bytes of frames that could not be used to the dead-letter topic. Owns: the bounded queue, the sender and its producer.
/// Runs on: a sender task of its own; acknowledgements arrive on the producer's thread.
/// <para>
/// Nothing is dropped: while Kafka is away, events are kept; when there is no room left, <see cref="PublishAsync"/> waits. An event that
/// Kafka can never take is counted as rejected, logged, and reported on the integrity and dead-letter topics; the report is an event of the
/// lane's own and enters the counters like any other.
/// </para>
/// </summary>
public sealed class KafkaLane : ILane
{
    private const string SinkName = "kafka";
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TopicsStable = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ComplaintInterval = TimeSpan.FromSeconds(10);

    private readonly LaneParts _parts;
    private readonly Channel<MarketDataEvent> _queue;
    private readonly KafkaSender _sender;
    private readonly BatchSize _batchSize = new();
    private readonly ITopicProvisioner _provisioner;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private Task<long>? _run;
    private long _published;
    private long _leftover;

    /// <summary>Creates the lane; nothing is opened before <see cref="StartAsync"/>.</summary>
    /// <param name="options">Checked options; not to be changed afterwards.</param>
    /// <param name="source">The collector's id: the <c>source</c> header and the client id.</param>
    /// <param name="encoder">Writes an event's JSON.</param>
    /// <param name="timeProvider">The clocks.</param>
    /// <param name="logger">Gets the lane's log and that of the client library.</param>
    /// <param name="lag">Gets the time from socket to acknowledgement of every event; null: one of the lane's own.</param>
    /// <param name="gate">Says whose instruments these are; null: this process's own.</param>
    /// <param name="trades">Hears of acknowledged trades; null: nobody.</param>
    public KafkaLane(
        KafkaOptions options, string source, EventEncoder encoder, TimeProvider timeProvider, ILogger<KafkaLane> logger,
        LagHistogram? lag = null, IPublishGate? gate = null, IAcknowledgedTrades? trades = null)
        : this(options, source, encoder, timeProvider, logger, lag, newLink: null, provisioner: null, jitter: null, gate, trades)
    {
    }

    internal KafkaLane(
        KafkaOptions options, string source, EventEncoder encoder, TimeProvider timeProvider, ILogger logger, LagHistogram? lag,
        Func<IProducerEvents, IProducerLink>? newLink, ITopicProvisioner? provisioner, Func<double>? jitter = null,
        IPublishGate? gate = null, IAcknowledgedTrades? trades = null)
    {
        Lag = lag ?? new LagHistogram(timeProvider);
        var inFlight = new InFlightList();
        var log = new LogRouter(options, logger, timeProvider);
        var health = new KafkaHealth(options, inFlight, Counters, timeProvider, logger);
        _parts = new LaneParts(options, Counters, KafkaCounters, health, Lag, timeProvider, logger)
        {
            Gate = gate ?? OpenGate.Instance,
            Trades = trades,
            Jitter = jitter ?? Random.Shared.NextDouble,
        };
        // Overflow policy: a publisher waits.
        _queue = Channel.CreateBounded<MarketDataEvent>(
            new BoundedChannelOptions(options.QueueCapacity) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });
        newLink ??= events => new ConfluentLink(ClientSettings.Producer(options, source), _batchSize, events, log, logger);
        _sender = new KafkaSender(_parts, inFlight, _queue.Reader, new MessageFactory(options.Topics, source, encoder), newLink);
        _provisioner = provisioner ?? new TopicProvisioner(options, source, log, logger, timeProvider);
    }

    /// <inheritdoc/>
    public string Name => SinkName;

    /// <inheritdoc/>
    public LaneCounters Counters { get; } = new();

    /// <summary>What <see cref="Counters"/> does not count.</summary>
    public KafkaLaneCounters KafkaCounters { get; } = new();

    /// <inheritdoc/>
    public LagHistogram Lag { get; }

    /// <summary>
    /// The last trade of each key that an earlier run left in the spill log: the tape goes on behind it. Known after
    /// <see cref="StartAsync"/>; empty before, and without a spill log.
    /// </summary>
    public IReadOnlyDictionary<string, TradePosition> SpilledTrades { get; private set; } =
        new Dictionary<string, TradePosition>(StringComparer.Ordinal);

    /// <inheritdoc/>
    public LaneStatus Status => _parts.Health.Status;

    /// <summary>Whether every event has an outcome that Kafka or the ledger knows: nothing waits, and nothing was given up at the end.</summary>
    internal bool IsSettled => Counters is { Queued: 0, Spilled: 0 } && Interlocked.Read(ref _leftover) == 0;

    /// <summary>Notes this process with what it keeps on disk. After <see cref="StartAsync"/>.</summary>
    /// <param name="process">Its id.</param>
    /// <returns>The processes whose messages are on this one's disk; empty without a spill log.</returns>
    internal IReadOnlySet<string> RegisterProcess(string process) =>
        _parts.Health.Spill?.Register(process) ?? new HashSet<string>();

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            _sender.Open();
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or DllNotFoundException)
        {
            var refusal = ClientSettings.Redact(_parts.Options, exception.Message);
            throw Fail($"The Kafka client refuses its configuration: {refusal}. Correct the section [kafka].", null);
        }
        OpenSpill();
        var topics = await _provisioner.TryAsync(cancellationToken);
        if (topics.State == TopicsState.LoginRefused)
            throw Fail(topics.Reason, null, "kafka_login_refused");
        if (topics.State == TopicsState.Refused)
            throw Fail($"{topics.Reason} Create them on {_parts.Options.BootstrapServers}, or allow this client to.", null);
        if (topics.State == TopicsState.Unreachable)
            _parts.Health.Topics(NotReady(topics));
        _parts.Health.Enter(LaneState.Ready);
        lock (_gate)
            _run ??= RunAsync(topics);
    }

    /// <inheritdoc/>
    /// <exception cref="SinkError">The lane has failed or was drained; the event is counted as rejected.</exception>
    public ValueTask PublishAsync(MarketDataEvent marketEvent, CancellationToken cancellationToken)
    {
        Counters.AddIn();
        if (!_queue.Writer.TryWrite(marketEvent))
            return WaitForRoomAsync(marketEvent, cancellationToken);
        Interlocked.Increment(ref _published);
        _sender.Wake();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    /// <remarks>What is on disk has no outcome yet: the wait lasts until it is acknowledged, too.</remarks>
    /// <exception cref="SinkError">The lane ended before.</exception>
    public Task FlushAsync(CancellationToken cancellationToken) =>
        _sender.FlushAsync(Interlocked.Read(ref _published), cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> DrainAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        _sender.Wake();
        Task<long> run;
        lock (_gate)
            run = _run ??= CloseAsync();
        // Not a registration on the token: cancelling would run the sender's continuation on the canceller's thread.
        try
        {
            await run.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await _stop.CancelAsync();
        }
        return await run == 0 && Counters.Spilled == 0;
    }

    /// <summary>Ends the lane at once; call <see cref="DrainAsync"/> before, or what is queued counts as rejected.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await DrainAsync(_stop.Token);
    }

    private async ValueTask WaitForRoomAsync(MarketDataEvent marketEvent, CancellationToken cancellationToken)
    {
        _parts.Health.BeginWait();
        _sender.Tick();
        try
        {
            await _queue.Writer.WriteAsync(marketEvent, cancellationToken);
            Interlocked.Increment(ref _published);
            _sender.Wake();
        }
        catch (OperationCanceledException)
        {
            Counters.AddLost();
            _parts.Logger.PublishGivenUp(marketEvent.Key);
            throw;
        }
        catch (ChannelClosedException)
        {
            Counters.AddLost();
            throw new SinkError(SinkName, $"The Kafka lane takes no more events: {Status.State} {Status.Reason}".TrimEnd());
        }
        finally
        {
            _parts.Health.EndWait();
        }
    }

    /// <summary>The lane's life after its start.</summary>
    /// <returns>How many events had no outcome at the end.</returns>
    private async Task<long> RunAsync(TopicsOutcome topics)
    {
        try
        {
            await SendAsync(topics);
            _parts.Health.Enter(LaneState.Stopped);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            _parts.Health.Enter(LaneState.Stopped, "stopped: The lane was ended before everything was acknowledged.");
        }
        catch (Exception exception)
        {
            Fail(exception.Message, exception);
            _parts.Logger.LaneFailed(exception);
        }
        _queue.Writer.TryComplete();
        return await CloseAsync();
    }

    private async Task SendAsync(TopicsOutcome topics)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        // Each ends with the sender, and none before it by itself.
        Task[] companions = [WatchAsync(end.Token), TickAsync(end.Token), WaitForTopicsAsync(topics, end.Token)];
        try
        {
            await _sender.RunAsync(_stop.Token);
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(companions);
        }
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_parts.Options.Spill.Commit, _parts.TimeProvider);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
                _sender.Tick();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The lane ends.
        }
    }

    /// <summary>
    /// While no broker answers, asks again: a producer with nothing to send does not reconnect by itself, and the lane would stay degraded.
    /// </summary>
    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await _parts.Health.WaitUntilUnreachableAsync(cancellationToken);
                while (_parts.Health.IsUnreachable)
                {
                    await Task.Delay(ProbeInterval, _parts.TimeProvider, cancellationToken);
                    if (_parts.Health.IsUnreachable && (await _provisioner.TryAsync(cancellationToken)).State != TopicsState.Unreachable)
                        _parts.Health.Reachable();
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The lane ends.
        }
    }

    /// <summary>Has the topics made, at the start and whenever one is missing afterwards; meanwhile nothing is sent.</summary>
    private async Task WaitForTopicsAsync(TopicsOutcome topics, CancellationToken cancellationToken)
    {
        try
        {
            // Back-off across losses too: a topic that is listed and yet takes nothing is not asked for in a tight loop.
            var attempt = 0;
            while (true)
            {
                // Not before the topics are there: a first use would create them with the broker's defaults.
                while (topics.State != TopicsState.Ready)
                {
                    var delay = Backoff.Delay(++attempt, _parts.Jitter);
                    _parts.Logger.TopicsNotReady(_parts.Options.BootstrapServers, topics.Reason, delay);
                    await Task.Delay(delay, _parts.TimeProvider, cancellationToken);
                    topics = await _provisioner.TryAsync(cancellationToken);
                    _parts.Health.Topics(topics.State == TopicsState.Ready ? null : NotReady(topics));
                }
                var readyAt = _parts.TimeProvider.GetTimestamp();
                _sender.TopicsReady(needsNewProducer: _batchSize.Limit(topics.LargestBatch));
                string? missing;
                do
                    await _parts.Health.WaitUntilTopicMissingAsync(cancellationToken);
                while ((missing = _parts.Health.MissingTopics) is null);
                if (_parts.TimeProvider.GetElapsedTime(readyAt) > TopicsStable)
                    attempt = 0;
                topics = new TopicsOutcome(TopicsState.Refused, missing);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The lane ends.
        }
    }

    /// <summary>Opens the spill log; what an earlier run left there enters the counters at once.</summary>
    private void OpenSpill()
    {
        if (!_parts.Options.Spill.IsActive)
            return;
        var throttle = new LogThrottle(_parts.TimeProvider, ComplaintInterval);
        try
        {
            var spill = SpillQueue.Open(_parts.Options.Spill, _parts.TimeProvider, complaint =>
            {
                if (throttle.Allow("spill", out var suppressed))
                    _parts.Logger.SpillComplaint(complaint, suppressed);
            });
            foreach (var abandoned in SpillDirectory.Abandoned(_parts.Options.Spill.Directory))
                _parts.Logger.SpillAbandoned(abandoned);
            var wanted = _parts.Options.Spill.QuotaBytes + _parts.Options.Spill.FreeBytes;
            if (spill.FreeBytes < wanted)
                _parts.Logger.SpillDiskIsSmall(spill.Path, spill.FreeBytes, wanted);
            var found = spill.Examine();
            _sender.Attach(spill, found);
            _parts.Health.Spill = spill;
            SpilledTrades = found.Trades;
            if (found.Messages == 0)
                return;
            Counters.AddIn(found.Events);
            Counters.AddSpilled(found.Events);
            KafkaCounters.AddSpilled(found.Events);
            _parts.Logger.SpillFound(spill.Path, found.Events);
        }
        catch (SinkError error)
        {
            throw Fail(error.Message, error);
        }
    }

    private async Task<long> CloseAsync()
    {
        var leftover = await _sender.CloseAsync();
        if (leftover > 0)
        {
            Interlocked.Exchange(ref _leftover, leftover);
            Counters.AddLost(leftover);
            _parts.Logger.LeftoverRejected(leftover, Counters.In, Counters.Acknowledged);
        }
        return leftover;
    }

    private string NotReady(TopicsOutcome topics) => topics.State switch
    {
        TopicsState.Refused => $"kafka_topic_missing: {topics.Reason}",
        TopicsState.LoginRefused => $"kafka_login_refused: {topics.Reason}",
        _ => $"kafka_unreachable: No broker of {_parts.Options.BootstrapServers} answers: {topics.Reason} Events are kept.",
    };

    private SinkError Fail(string message, Exception? cause, string code = "kafka_failed")
    {
        // From now on a publisher is told at once, instead of filling a queue that nobody reads.
        _queue.Writer.TryComplete();
        _parts.Health.Enter(LaneState.Failed, $"{code}: {message}");
        return new SinkError(SinkName, message, cause);
    }
}
