using Confluent.Kafka;

namespace MarketData.Kafka.Archive;

/// <content>The consumer, from joining the group to leaving it. Everything here runs on its one thread.</content>
public sealed partial class KafkaArchive
{
    private sealed partial class Reader
    {
        private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
        private static readonly TimeSpan MeasureInterval = TimeSpan.FromSeconds(1);

        private readonly KafkaArchive _owner;
        private readonly CancellationToken _stop;
        private readonly CancellationToken _giveUp;
        private readonly ArchiveDesk _desk;
        private readonly LoginErrors _logins;
        private readonly IConsumer<byte[]?, byte[]?> _consumer;
        private readonly Dictionary<TopicPartition, long> _stored = [];
        private readonly HashSet<TopicPartition> _paused = [];
        private bool _isStopping;
        private bool _isClosing;
        private long _measuredAt;

        public Reader(KafkaArchive owner, DeadLetterProducer deadLetters, CancellationToken stop, CancellationToken giveUp)
        {
            (_owner, _stop, _giveUp) = (owner, stop, giveUp);
            _logins = new LoginErrors(owner._options);
            _desk = new ArchiveDesk(owner._archive, owner._store, deadLetters.SendAsync, OnJump, owner.Counters, owner._time);
            _consumer = new ConsumerBuilder<byte[]?, byte[]?>(ArchiveClients.Consumer(owner._options, owner._archive, owner._source))
                .SetLogHandler((_, message) => owner._log.Write(message))
                .SetErrorHandler((_, error) => OnError(error))
                .SetStatisticsHandler((_, statistics) => OnStatistics(statistics))
                .SetOffsetsCommittedHandler((_, committed) => OnCommitted(committed))
                .SetPartitionsAssignedHandler((_, partitions) => OnAssigned(partitions))
                .SetPartitionsRevokedHandler((_, offsets) => Handle(() => OnRevoked(PartitionsOf(offsets))))
                .SetPartitionsLostHandler((_, offsets) => Handle(() => OnLost(PartitionsOf(offsets))))
                .Build();
        }

        /// <summary>Reads until told to stop, then stores what was read.</summary>
        public void Run()
        {
            _consumer.Subscribe(_owner._topics);
            _owner._health.Phase = null;
            while (!_stop.IsCancellationRequested)
                Step();

            // Nothing more comes; the group still hears of this member, so that nobody reads again what is about to be stored.
            _isStopping = true;
            var stoppedAt = _owner._time.GetTimestamp();
            while (!_desk.IsEmpty && _owner._time.GetElapsedTime(stoppedAt) < _owner._archive.DrainTimeout)
                Step();
            if (!_desk.IsEmpty) _owner._logger.ArchiveUndrained(_owner.Counters.Waiting);
            Commit([.. _desk.Durable()]);
        }

        /// <summary>Leaves the group. Batches that are still on their way have been given up.</summary>
        public void Close()
        {
            _isClosing = true;
            foreach (var writing in _desk.Writing) ((IAsyncResult)writing).AsyncWaitHandle.WaitOne();
            _consumer.Close();
            _consumer.Dispose();
        }

        private void Step()
        {
            var result = Consume();
            ThrowHandled();
            if (result is not null)
            {
                _desk.Take(ArchiveRecord.Of(result));
                _owner._health.Unreachable = null;
            }
            if (_desk.Advance(_isStopping, _giveUp)) StoreOffsets();
            Pause();
            Measure();
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
                if (_owner._throttle.Allow($"{topic} {exception.Error.Code}", out var suppressed))
                    _owner._logger.ArchiveNotRead(topic.Length > 0 ? topic : "Kafka", reason, suppressed);
                return null;
            }
        }

        /// <summary>Tells the library up to where everything is stored; it commits that in the background.</summary>
        private void StoreOffsets()
        {
            foreach (var durable in _desk.Durable())
            {
                if (_stored.TryGetValue(durable.TopicPartition, out var stored) && stored == durable.Offset.Value) continue;
                _consumer.StoreOffset(durable);
                _stored[durable.TopicPartition] = durable.Offset.Value;
            }
        }

        /// <summary>Holds back the topics of tables that have no room, and all of them at the stop.</summary>
        private void Pause()
        {
            var full = _desk.FullTopics;
            if (full.Count == 0 && _paused.Count == 0 && !_isStopping) return;

            var hold = _desk.Partitions.Where(partition => !_paused.Contains(partition) && IsHeld(partition)).ToList();
            if (hold.Count > 0) _consumer.Pause(hold);
            _paused.UnionWith(hold);

            var release = _paused.Where(partition => !IsHeld(partition)).ToList();
            if (release.Count > 0) _consumer.Resume(release);
            _paused.ExceptWith(release);
            _owner._health.Paused = string.Join(", ", full.Order(StringComparer.Ordinal));

            bool IsHeld(TopicPartition partition) => _isStopping || full.Contains(partition.Topic);
        }

        private void Measure()
        {
            if (_owner._time.GetElapsedTime(_measuredAt) < MeasureInterval) return;
            _measuredAt = _owner._time.GetTimestamp();
            var lag = 0L;
            foreach (var partition in _desk.Partitions)
            {
                // What the last fetch said: no request of its own.
                var end = _consumer.GetWatermarkOffsets(partition).High.Value;
                if (_desk.NextOf(partition) is { } next && end > next) lag += end - next;
            }
            _owner._health.Lag = lag;
        }

        private void OnError(Error error)
        {
            _logins.Note(error);
            if (error.Code == ErrorCode.Local_AllBrokersDown || _logins.Latest is not null)
                _owner._health.Unreachable = _logins.Latest ?? $"No broker of {_owner._options.BootstrapServers} answers.";
            _owner._logger.ClientError(DeliveryErrors.Describe(error));
        }

        private void OnStatistics(string statistics)
        {
            if (BrokerStatistics.AnyBrokerUp(statistics)) _owner._health.Unreachable = null;
        }
    }
}
