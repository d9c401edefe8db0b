using Confluent.Kafka;

namespace MarketData.Kafka.Archive;

/// <content>The consumer, from joining the group to leaving it. Everything here runs on its one thread, but for the library's end.</content>
public sealed partial class KafkaArchive
{
    private sealed partial class Reader : IDisposable
    {
        private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
        private static readonly TimeSpan CommitInterval = TimeSpan.FromSeconds(1);
        private static readonly TimeSpan GiveUpPatience = TimeSpan.FromSeconds(3);
        private const long NotStopped = long.MinValue;

        // What comes behind the draining, each of which may wait in vain: the commit, batches that were given up, the consumer's end.
        private const int PartsOfTheEnd = 3;

        private readonly KafkaArchive _owner;
        private readonly CancellationToken _stop;
        private readonly CancellationToken _giveUp;
        private readonly CancellationTokenSource _drained;
        private readonly CancellationTokenRegistration _stopping;
        private readonly ArchiveDesk _desk;
        private readonly LoginErrors _logins;
        private readonly IConsumer<byte[]?, byte[]?> _consumer;
        private readonly TopicLag _lag;
        private readonly OffsetCommits _commits;
        private readonly HashSet<TopicPartition> _paused = [];
        private bool _mayPause;
        private bool _isStopping;
        private volatile bool _isClosing;
        private ConsumerEnd? _end;
        private long _stoppedAt = NotStopped;
        private long _committedAt;

        public Reader(KafkaArchive owner, DeadLetterProducer deadLetters, CancellationToken stop, CancellationToken giveUp)
        {
            (_owner, _stop, _giveUp) = (owner, stop, giveUp);
            // One deadline from the moment of the stop, whatever is going on then.
            _drained = new CancellationTokenSource(Timeout.InfiniteTimeSpan, owner._time);
            _stopping = stop.Register(OnStop);
            _logins = new LoginErrors(owner._options);
            _desk = new ArchiveDesk(owner._archive, owner._store, deadLetters.SendAsync, OnJump, owner.Counters, owner._time);
            _consumer = new ConsumerBuilder<byte[]?, byte[]?>(ArchiveClients.Consumer(owner._options, owner._archive, owner._source))
                .SetLogHandler((_, message) => owner._log.Write(message))
                .SetErrorHandler((_, error) => OnError(error))
                .SetStatisticsHandler((_, statistics) => OnStatistics(statistics))
                .SetPartitionsAssignedHandler((_, partitions) => OnAssigned(partitions))
                .SetPartitionsRevokedHandler((_, offsets) => Handle(() => OnRevoked(PartitionsOf(offsets))))
                .SetPartitionsLostHandler((_, offsets) => Handle(() => OnLost(PartitionsOf(offsets))))
                .Build();
            _lag = new TopicLag(_consumer.Handle, owner._health, owner._time);
            _commits = new OffsetCommits(_consumer.Commit, owner._health, OnNotCommitted, owner._time);
        }

        /// <summary>Reads until told to stop, then stores what was read.</summary>
        public void Run()
        {
            _consumer.Subscribe(_owner._topics);
            _owner._health.Phase = null;
            while (!_stop.IsCancellationRequested)
                Step();

            OnStop();
            // Nothing more comes; the group still hears of this member, so that nobody reads again what is about to be stored.
            _isStopping = true;
            while (!_desk.IsEmpty && !_drained.IsCancellationRequested)
                Step();
            if (!_desk.IsEmpty) _owner._logger.ArchiveUndrained(_owner.Counters.Waiting);
            _commits.Finish(_desk, null, Left(GiveUpPatience, PartsOfTheEnd));
        }

        /// <summary>Leaves the group. Batches that are still on their way have been given up.</summary>
        /// <returns>Whether the group knows; when not, it notices by the silence.</returns>
        public bool Close()
        {
            _isClosing = true;
            // They have been told; what does not hear is left to the end of the process.
            ((IAsyncResult)Task.WhenAll(_desk.Writing)).AsyncWaitHandle.WaitOne(Left(GiveUpPatience, PartsOfTheEnd - 1));
            _end = new ConsumerEnd(Left(ConsumerEnd.Patience, 1));
            return _end.Close(_consumer.Close);
        }

        public void Dispose()
        {
            _lag.Dispose();
            if (_end is not { IsOver: false }) _consumer.Dispose();
            _stopping.Dispose();
            _drained.Dispose();
        }

        // Any thread, the first time counts.
        private void OnStop()
        {
            if (Interlocked.CompareExchange(ref _stoppedAt, _owner._time.GetTimestamp(), NotStopped) == NotStopped)
                _drained.CancelAfter(_owner._archive.DrainTimeout);
        }

        // All waiting of the end shares one deadline, because the process is ended at it: a part of it has its share of what is left. Before a stop,
        // and at an end by a fault, there is none.
        private TimeSpan Left(TimeSpan most, int parts)
        {
            var stoppedAt = Interlocked.Read(ref _stoppedAt);
            if (stoppedAt == NotStopped) return most;
            var left = (_owner._archive.StopTimeout - _owner._time.GetElapsedTime(stoppedAt)) / parts;
            return left > most ? most : left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }

        private void Step()
        {
            var result = Consume();
            ThrowHandled();
            if (result is not null) Take(result);
            // What waits at the end waits for nothing. Looked at when nothing comes, and for who gives up before that now and then.
            var ends = _owner._ends;
            var isDue = _owner._time.GetElapsedTime(_committedAt) >= CommitInterval;
            _mayPause |= _desk.Advance(_isStopping || (ends is not null && result is null && _desk.HasTaken(ends)), _giveUp);
            if (ends is not null && (result is null || isDue)) _owner._durable = _desk.Durable();
            if (_mayPause || _isStopping) Pause();
            if (isDue)
            {
                _commits.Advance(_desk);
                _committedAt = _owner._time.GetTimestamp();
            }
            _lag.Measure(_desk, _paused);
        }

        private void Take(ConsumeResult<byte[]?, byte[]?> result)
        {
            _owner._health.Read(result.Topic);
            // Held, and yet it comes: the library has lost the word. It is told again.
            var isHeld = _paused.Remove(result.TopicPartition);
            _mayPause |= _desk.Take(ArchiveRecord.Of(result)) || isHeld;
        }

        private ConsumeResult<byte[]?, byte[]?>? Consume()
        {
            try
            {
                return _consumer.Consume(Poll);
            }
            catch (ConsumeException exception) when (!exception.Error.IsFatal)
            {
                // A topic that is not there yet, a connection, a right that is missing: the library goes on trying.
                var topic = exception.ConsumerRecord?.Topic ?? "";
                var reason = $"{DeliveryErrors.Describe(exception.Error)}.";
                if (topic.Length > 0) _owner._health.Unread(topic, reason, exception.Error.Code == ErrorCode.UnknownTopicOrPart);
                else if (exception.Error.IsBrokerError && _owner._health.Partitions == 0) _owner._health.NotInGroup = reason;
                if (_owner._throttle.Allow($"{topic} {exception.Error.Code}", out var suppressed))
                    _owner._logger.ArchiveNotRead(topic.Length > 0 ? topic : "Kafka", reason, suppressed);
                return null;
            }
        }

        /// <summary>Holds back the topics of tables that have no room, and all of them at the stop.</summary>
        private void Pause()
        {
            _mayPause = false;
            var full = _desk.FullTopics;
            var hold = _desk.Partitions.Where(partition => !_paused.Contains(partition) && IsHeld(partition)).ToList();
            if (hold.Count > 0) _consumer.Pause(hold);
            _paused.UnionWith(hold);
            Release(_paused.Where(partition => !IsHeld(partition)).ToList());
            _owner._health.Paused = string.Join(", ", full.Order(StringComparer.Ordinal));

            bool IsHeld(TopicPartition partition) => _isStopping || full.Contains(partition.Topic);
        }

        private void Release(List<TopicPartition> partitions)
        {
            if (partitions.Count > 0) _consumer.Resume(partitions);
            _paused.ExceptWith(partitions);
        }

        private void OnError(Error error)
        {
            _logins.Note(error);
            if (error.Code == ErrorCode.Local_AllBrokersDown || _logins.Latest is not null)
                _owner._health.Unreachable = NoBroker;
            _owner._logger.ClientError(DeliveryErrors.Describe(error));
        }

        private void OnStatistics(string statistics)
        {
            // The word that none is there comes once, and may be older than this; a record may have been fetched before.
            var isUp = BrokerStatistics.AnyBrokerUp(statistics);
            if (isUp) _logins.Forget();
            _owner._health.Unreachable = isUp ? null : NoBroker;
        }

        private string NoBroker => _logins.Latest ?? $"No broker of {_owner._options.BootstrapServers} answers.";
    }
}
