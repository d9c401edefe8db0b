using Confluent.Kafka;
using Confluent.Kafka.Admin;
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

    // Where the topics end for good, and how far everything is durable: see CatchUpAsync.
    private volatile IReadOnlyDictionary<TopicPartition, long>? _ends;
    private volatile IReadOnlyDictionary<TopicPartition, long>? _durable;

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

    /// <summary>Whether the group has given partitions to this member. Any thread.</summary>
    public bool IsReading => _health.Partitions > 0;

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
    /// Waits until everything that Kafka holds is stored, is a dead letter, or was gone: before a Kafka ends for good. Of this group there must
    /// be no other member, nothing may be written to the topics any more, and <see cref="RunAsync"/> runs on until it is stopped afterwards.
    /// </summary>
    /// <param name="giveUp">Ends the waiting.</param>
    /// <returns>How far it came.</returns>
    public async Task<ArchiveEnd> CatchUpAsync(CancellationToken giveUp)
    {
        // Asked in any case: also whoever has no more time wants to know what is missing.
        while (_ends is null)
        {
            try
            {
                _ends = await AskEndsAsync();
            }
            catch (KafkaException) when (!giveUp.IsCancellationRequested)
            {
                // That nobody answers is told by the reader.
                await Task.Delay(Look, _time, giveUp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (KafkaException)
            {
                return new ArchiveEnd(null, 0);
            }
        }
        while (Behind(_ends) > 0 && !giveUp.IsCancellationRequested)
            await Task.Delay(Look, _time, giveUp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return new ArchiveEnd(_ends.Values.Sum(), Behind(_ends));
    }

    private long Behind(IReadOnlyDictionary<TopicPartition, long> ends)
    {
        var durable = _durable;
        return ends.Sum(end => end.Value - Math.Min(end.Value, durable?.GetValueOrDefault(end.Key) ?? 0));
    }

    // Of every partition there is, not only of those that the group has given: one that it has taken back is behind, too.
    private async Task<IReadOnlyDictionary<TopicPartition, long>> AskEndsAsync()
    {
        using var client = new AdminClientBuilder(ClientSettings.Admin(_options, _source)).SetLogHandler((_, message) => _log.Write(message)).Build();
        var partitions = new List<TopicPartition>();
        foreach (var topic in _topics)
        {
            var known = await Task.Run(() => client.GetMetadata(topic, TopicEnds.Timeout));
            foreach (var one in known.Topics)
            {
                if (one.Error.IsError) throw new KafkaException(one.Error);
                partitions.AddRange(one.Partitions.Select(partition => new TopicPartition(topic, partition.PartitionId)));
            }
        }
        return await TopicEnds.AskAsync(client.Handle, partitions, OffsetSpec.Latest(), CancellationToken.None);
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
            _health.Partitions = 0;
        }
        _logger.ArchiveStopped(Counters.Read, Counters.Stored, Counters.DeadLetters);
    }

    private void Leave(Reader reader)
    {
        try
        {
            if (!reader.Close()) _logger.ArchiveNotLeft("No coordinator of the group answers.");
        }
        catch (KafkaException exception)
        {
            // Why it ends has been said, or is about to be; the group notices by the silence.
            _logger.ArchiveNotLeft($"{DeliveryErrors.Describe(exception.Error)}.");
        }
    }
}
