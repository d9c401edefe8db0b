using System.Text;
using Confluent.Kafka;
using MarketData.Kafka.Replicas;
using Microsoft.Extensions.Logging;

namespace MarketData.Kafka.Checkpoints;

/// <summary>
/// The compacted topic of claims and trade checkpoints. Comes in: its records, on a thread of its own, from the oldest on; values to
/// write. Goes out: each record to whoever listens, in the order of its partition. Owns: a consumer, a producer, and how far was read.
/// While no broker answers, it goes on trying.
/// </summary>
internal sealed class CheckpointTopic : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Question = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    private readonly KafkaOptions _options;
    private readonly string _topic;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly LogThrottle _throttle;
    private readonly IProducer<byte[], byte[]?> _producer;
    private readonly IConsumer<byte[], byte[]?> _consumer;
    private readonly List<Action<string, byte[]?, DateTimeOffset>> _listeners = [];
    private readonly ManualResetEventSlim _stop = new();
    private readonly Lock _gate = new();
    private readonly List<(long[] Ends, TaskCompletionSource Reached)> _waiters = [];
    private readonly TaskCompletionSource _found = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long[] _read = [];
    private volatile string _refusal = "";
    private Task? _run;
    private bool _disposed;

    /// <summary>Creates the clients; nothing is asked before <see cref="Start"/>.</summary>
    public CheckpointTopic(KafkaOptions options, string source, TimeProvider timeProvider, LogRouter log, ILogger logger)
    {
        (_options, _topic, _timeProvider, _logger) = (options, options.Topics.Checkpoints, timeProvider, logger);
        _throttle = new LogThrottle(timeProvider, LogInterval);
        _producer = new ProducerBuilder<byte[], byte[]?>(ReplicaClients.Writer(options, source))
            .SetLogHandler((_, message) => log.Write(message))
            .SetErrorHandler((_, _) => { })
            .Build();
        _consumer = new ConsumerBuilder<byte[], byte[]?>(ReplicaClients.Reader(options, source))
            .SetLogHandler((_, message) => log.Write(message))
            .SetErrorHandler((_, _) => { })
            .Build();
    }

    /// <summary>A client of the same brokers, for questions.</summary>
    public Handle Handle => _consumer.Handle;

    /// <summary>Why the latest write that failed did, as a sentence; empty when none has.</summary>
    public string Refusal => _refusal;

    /// <summary>Adds a listener, before the start: key, value (null for a tombstone), and when the record was made.</summary>
    public void Listen(Action<string, byte[]?, DateTimeOffset> listener) => _listeners.Add(listener);

    /// <summary>Starts to read; a second call does nothing.</summary>
    public void Start()
    {
        lock (_gate)
        {
            if (!_disposed)
                _run ??= Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    /// <summary>
    /// Waits until everything was read that the topic held at the time of the call; while no broker answers, waits for one.
    /// </summary>
    public async Task SyncAsync(CancellationToken cancellationToken)
    {
        await _found.Task.WaitAsync(cancellationToken);
        var ends = await EndsAsync(cancellationToken);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (HasRead(ends))
                return;
            _waiters.Add((ends, reached));
        }
        await reached.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Writes one value; it is on its way when the call returns.</summary>
    /// <param name="home">What decides the partition: values with the same home keep their order.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; null: a tombstone.</param>
    /// <returns>Completes when a broker holds it; false when it could not be written within seconds.</returns>
    public Task<bool> WriteAsync(string home, string key, byte[]? value)
    {
        var partitions = Volatile.Read(ref _read).Length;
        if (partitions == 0)
        {
            _refusal = $"The topic {_topic} has not been found yet.";
            return Task.FromResult(false);
        }
        try
        {
            var message = new Message<byte[], byte[]?> { Key = Encoding.UTF8.GetBytes(key), Value = value };
            return OutcomeAsync(_producer.ProduceAsync(new TopicPartition(_topic, KeyPartitioner.Of(home, partitions)), message));
        }
        catch (KafkaException exception)
        {
            Complain(exception.Error);
            return Task.FromResult(false);
        }
    }

    /// <summary>Logs what kept checkpoints from being written before they came here, throttled.</summary>
    public void Failed(Exception exception)
    {
        if (_throttle.Allow("work", out var suppressed))
            _logger.CheckpointWorkFailed(suppressed, exception);
    }

    public async ValueTask DisposeAsync()
    {
        Task? run;
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            run = _run;
        }
        _stop.Set();
        _found.TrySetCanceled();
        if (run is not null)
            await run;
        lock (_gate)
        {
            foreach (var (_, reached) in _waiters)
                reached.TrySetCanceled();
        }
        // Both calls join threads of librdkafka.
        await Task.Run(() =>
        {
            _consumer.Dispose();
            _producer.Dispose();
        });
        _stop.Dispose();
    }

    private async Task<bool> OutcomeAsync(Task<DeliveryResult<byte[], byte[]?>> delivery)
    {
        try
        {
            await delivery;
            return true;
        }
        catch (KafkaException exception)
        {
            Complain(exception.Error);
            return false;
        }
    }

    private void Complain(Error error)
    {
        _refusal = $"{DeliveryErrors.Describe(error)}.";
        if (_throttle.Allow("write", out var suppressed))
            _logger.CheckpointNotWritten(_refusal, suppressed);
    }

    private void Run()
    {
        while (!_stop.IsSet)
        {
            try
            {
                if (_read.Length == 0 && !Assign())
                    _stop.Wait(Retry);
                else
                    Take(_consumer.Consume(Poll));
            }
            catch (Exception exception)
            {
                // Whatever it was, reading goes on behind the last record that was taken.
                if (_throttle.Allow("read", out var suppressed))
                    _logger.CheckpointsNotRead(_topic, exception.Message, suppressed);
                _stop.Wait(Retry);
            }
        }
    }

    private bool Assign()
    {
        using var admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
        var found = admin.GetMetadata(_topic, Question).Topics.Find(topic => topic.Topic == _topic);
        if (found is null || found.Error.IsError || found.Partitions.Count == 0)
            return false;
        _consumer.Assign(found.Partitions.Select(
            partition => new TopicPartitionOffset(_topic, partition.PartitionId, Offset.Beginning)));
        Volatile.Write(ref _read, new long[found.Partitions.Count]);
        _found.TrySetResult();
        return true;
    }

    private void Take(ConsumeResult<byte[], byte[]?>? result)
    {
        if (result is null)
            return;
        if (!result.IsPartitionEOF && result.Message is { Key: { } key } message)
        {
            var text = Encoding.UTF8.GetString(key);
            foreach (var listener in _listeners)
                listener(text, message.Value, new DateTimeOffset(message.Timestamp.UtcDateTime));
        }
        var next = result.IsPartitionEOF ? result.Offset.Value : result.Offset.Value + 1;
        lock (_gate)
        {
            _read[result.Partition.Value] = Math.Max(_read[result.Partition.Value], next);
            for (var waiter = _waiters.Count - 1; waiter >= 0; waiter--)
            {
                if (!HasRead(_waiters[waiter].Ends))
                    continue;
                _waiters[waiter].Reached.TrySetResult();
                _waiters.RemoveAt(waiter);
            }
        }
    }

    private bool HasRead(long[] ends)
    {
        for (var partition = 0; partition < ends.Length; partition++)
        {
            if (_read[partition] < ends[partition])
                return false;
        }
        return true;
    }

    private async Task<long[]> EndsAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await TopicEnds.AskAsync(Handle, _topic, Volatile.Read(ref _read).Length, cancellationToken);
            }
            catch (KafkaException exception)
            {
                if (_throttle.Allow("ends", out var suppressed))
                    _logger.CheckpointsNotRead(_topic, $"{DeliveryErrors.Describe(exception.Error)}.", suppressed);
                await Task.Delay(Retry, _timeProvider, cancellationToken);
            }
        }
    }
}
