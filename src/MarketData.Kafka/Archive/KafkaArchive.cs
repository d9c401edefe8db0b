using Confluent.Kafka;
using MarketData.History;
using Microsoft.Extensions.Logging;

namespace MarketData.Kafka.Archive;

/// <summary>
/// Reads the event topics into a history. Comes in: records of the group's partitions that are this member's. Goes out: batches to the
/// <see cref="IHistoryStore"/>, dead letters, and offsets, each committed once everything before it is stored. Owns: the consumer and a
/// thread of its own that polls it, also while partitions are paused, so that the group never takes it for dead.
/// </summary>
public sealed partial class KafkaArchive
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly KafkaOptions _options;
    private readonly ArchiveOptions _archive;
    private readonly string _source;
    private readonly IHistoryStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LogRouter _log;
    private readonly LogThrottle _throttle;
    private readonly string[] _topics;
    private readonly ArchiveHealth _health;

    /// <summary>Creates the archive; nothing is opened before <see cref="RunAsync"/>.</summary>
    /// <param name="options">Where Kafka is.</param>
    /// <param name="archive">The group, and the size of batches.</param>
    /// <param name="source">Names this process to Kafka and in dead letters.</param>
    /// <param name="store">The history; not disposed.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Takes changes of state and losses.</param>
    public KafkaArchive(
        KafkaOptions options, ArchiveOptions archive, string source, IHistoryStore store, TimeProvider timeProvider, ILogger<KafkaArchive> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _archive, _source, _store, _time, _logger) = (options, archive, source, store, timeProvider, logger);
        _log = new LogRouter(options, logger, timeProvider);
        _throttle = new LogThrottle(timeProvider, LogInterval);
        _topics = [options.Topics.Trades, options.Topics.Ticker, options.Topics.OrderBook, options.Topics.Integrity];
        _health = new ArchiveHealth(store, Counters);
    }

    /// <summary>What became of the records; any thread.</summary>
    public ArchiveCounters Counters { get; } = new();

    /// <summary>Why something is not archived although it is there, each a code and a sentence; empty when everything is. Any thread.</summary>
    public IReadOnlyList<string> Reasons => _health.Reasons();

    /// <summary>What somebody should look at although everything that is there is archived. Any thread.</summary>
    public IReadOnlyList<string> Warnings => _health.Warnings();

    /// <summary>Records in Kafka that were not read yet, as far as Kafka has said. Any thread.</summary>
    public long Lag => _health.Lag;

    /// <summary>The condition; any thread.</summary>
    internal ArchiveHealth Health => _health;

    /// <summary>Prepares the history, then reads until it is told to stop, and stores what was read.</summary>
    /// <param name="stop">Stops the reading; what was read gets the time of <c>[shutdown]</c> to be stored.</param>
    /// <exception cref="SinkError">The history's tables contradict this version; nothing was committed past what is stored.</exception>
    /// <exception cref="ConfigurationError">The history's settings have faults; all are listed.</exception>
    /// <exception cref="KafkaException">Kafka refuses in a way that trying again does not cure.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await _store.StartAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
        // Polling blocks: on a thread of its own, not on one of the pool.
        await Task.Factory.StartNew(() => Read(stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>
    /// Waits until everything that Kafka holds for this member is stored, or is a dead letter: before a Kafka ends for good. Nothing may be
    /// written to the topics any more, and <see cref="RunAsync"/> runs on until it is stopped afterwards.
    /// </summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it is; false when it took longer than the time of <c>[shutdown]</c>.</returns>
    public async Task<bool> CatchUpAsync(CancellationToken cancellationToken)
    {
        var begin = _time.GetTimestamp();
        _health.EndedAt = begin;
        while (!_health.IsAtTheEnd || Counters.Waiting > 0)
        {
            if (_time.GetElapsedTime(begin) > _archive.DrainTimeout) return false;
            await Task.Delay(Look, _time, cancellationToken);
        }
        return true;
    }

    private void Read(CancellationToken stop)
    {
        using var deadLetters = new DeadLetterProducer(_options, _source, _health, _log, _time, _logger);
        using var giveUp = new CancellationTokenSource();
        using var reader = new Reader(this, deadLetters, stop, giveUp.Token);
        try
        {
            if (_logger.IsEnabled(LogLevel.Information)) _logger.ArchiveStarted(string.Join(", ", _topics), _archive.Group, _store.Name);
            reader.Run();
        }
        finally
        {
            _health.Phase = "archiver_stopped: The archive has stopped.";
            giveUp.Cancel();
            Leave(reader);
            Counters.AddReturned(Counters.Waiting);
        }
        _logger.ArchiveStopped(Counters.Read, Counters.Stored, Counters.DeadLetters);
    }

    private void Leave(Reader reader)
    {
        try
        {
            reader.Close();
        }
        catch (KafkaException exception)
        {
            // Why it ends has been said, or is about to be; the group notices by the silence.
            _logger.ArchiveNotLeft($"{DeliveryErrors.Describe(exception.Error)}.");
        }
    }
}
