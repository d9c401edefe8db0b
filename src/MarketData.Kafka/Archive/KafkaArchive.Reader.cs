using Confluent.Kafka;
using MarketData.Pipeline;
using Microsoft.Extensions.Logging;

namespace MarketData.Kafka.Archive;

/// <content>The consumer, from joining the group to leaving it. Everything here runs on its one thread.</content>
public sealed partial class KafkaArchive
{
    private sealed partial class Reader
    {
        // Others of the group wait meanwhile; what is not stored by then is read again by the new owner.
        private static readonly TimeSpan HandOver = TimeSpan.FromSeconds(10);
        private static readonly TimeSpan FarBehind = TimeSpan.FromSeconds(1);

        private readonly KafkaArchive _owner;
        private readonly CancellationToken _giveUp;
        private readonly ArchiveDesk _desk;
        private readonly IConsumer<byte[]?, byte[]?> _consumer;
        private readonly Dictionary<TopicPartition, long> _stored = [];
        private readonly Dictionary<TopicPartition, long> _paused = [];
        private bool _isStopping;
        private bool _isClosing;
        private long _lagAt;

        public Reader(KafkaArchive owner, DeadLetterProducer deadLetters, CancellationToken giveUp)
        {
            (_owner, _giveUp) = (owner, giveUp);
            _desk = new ArchiveDesk(owner._archive, owner._store, deadLetters.SendAsync, OnJump, owner.Counters, owner._time);
            _consumer = new ConsumerBuilder<byte[]?, byte[]?>(ArchiveClients.Consumer(owner._options, owner._archive, owner._source))
                .SetLogHandler((_, message) => owner._log.Write(message))
                .SetErrorHandler((_, error) => owner._logger.ClientError(DeliveryErrors.Describe(error)))
                .SetStatisticsHandler((_, statistics) => OnStatistics(statistics))
                .SetOffsetsCommittedHandler((_, committed) => OnCommitted(committed))
                .SetPartitionsAssignedHandler((_, partitions) => OnAssigned(partitions))
                .SetPartitionsRevokedHandler((_, offsets) => OnRevoked(offsets))
                .SetPartitionsLostHandler((_, offsets) => OnLost(offsets))
                .Build();
        }

        /// <summary>Reads until told to stop, then stores what was read.</summary>
        public void Run(CancellationToken stop)
        {
            _consumer.Subscribe(_owner._topics);
            _owner._health.Phase = null;
            while (!stop.IsCancellationRequested)
                Step();

            // Nothing more comes; the group still hears of this member, so that nobody reads again what is about to be stored.
            _isStopping = true;
            var stoppedAt = _owner._time.GetTimestamp();
            while (!_desk.IsEmpty && _owner._time.GetElapsedTime(stoppedAt) < _owner._archive.DrainTimeout)
                Step();
            if (!_desk.IsEmpty) _owner._logger.ArchiveUndrained(_owner.Counters.Waiting);
            Commit(_desk.Durable());
        }

        /// <summary>Leaves the group.</summary>
        public void Close()
        {
            _isClosing = true;
            foreach (var writing in _desk.Writing) ((IAsyncResult)writing).AsyncWaitHandle.WaitOne();
            _consumer.Close();
            _consumer.Dispose();
        }

        private void Step()
        {
            if (Consume() is { } result) _desk.Take(ArchiveRecord.Of(result));
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
                var reason = DeliveryErrors.Describe(exception.Error);
                if (_owner._throttle.Allow(exception.Error.Code.ToString(), out var suppressed)) _owner._logger.ArchiveNotRead(reason, suppressed);
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
            bool IsHeld(TopicPartition partition) => _isStopping || full.Contains(partition.Topic);
            if (full.Count == 0 && _paused.Count == 0 && !_isStopping) return;

            var hold = _desk.Partitions.Where(partition => !_paused.ContainsKey(partition) && IsHeld(partition)).ToList();
            if (hold.Count > 0) _consumer.Pause(hold);
            foreach (var partition in hold) _paused[partition] = _owner._time.GetTimestamp();

            var release = _paused.Keys.Where(partition => !IsHeld(partition)).ToList();
            foreach (var partition in release)
            {
                var pausedAt = _paused[partition];
                _paused.Remove(partition);
                if (_owner._time.GetElapsedTime(pausedAt) > LongPause) CheckAfterPause(partition);
            }
            if (release.Count > 0) _consumer.Resume(release);
            _owner._health.Paused = string.Join(", ", full);
        }

        private void OnAssigned(List<TopicPartition> partitions)
        {
        }
    }
}
