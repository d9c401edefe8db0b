using System.Globalization;
using System.Runtime.ExceptionServices;
using Confluent.Kafka;

namespace MarketData.Kafka.Archive;

/// <content>What the group gives and takes. The library calls these within a poll, on the consumer's thread.</content>
public sealed partial class KafkaArchive
{
    private sealed partial class Reader
    {
        // Others of the group wait meanwhile; what is not stored by then is read again by the new owner.
        private static readonly TimeSpan HandOver = TimeSpan.FromSeconds(10);
        private static readonly TimeSpan Question = TimeSpan.FromSeconds(5);
        private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(500);

        private ExceptionDispatchInfo? _fault;

        // Where reading begins is asked before it does, so that a record that is missing there is noticed.
        private List<TopicPartitionOffset> OnAssigned(List<TopicPartition> partitions)
        {
            _owner._health.NotInGroup = null;
            var begin = CommittedOf(partitions);
            Handle(() =>
            {
                foreach (var from in begin)
                {
                    // Only at a stop: nothing is read any more.
                    if (from.Offset == Offset.Stored) continue;
                    long? unknown = _owner._archive.IsFromFirst ? 0 : null;
                    _desk.Begin(from.TopicPartition, from.Offset == Offset.Beginning ? unknown : from.Offset.Value);
                    _owner._health.Read(from.Topic);
                }
                _mayPause = true;
                _owner._health.Partitions = _desk.Partitions.Count;
                if (partitions.Count > 0) _owner._logger.ArchiveAssigned(_desk.Partitions.Count, partitions.Count);
            });
            return begin;
        }

        private void OnRevoked(HashSet<TopicPartition> partitions)
        {
            // At the end everything has been stored and committed that can be, and this may be another thread.
            if (_isClosing) return;
            var startedAt = _owner._time.GetTimestamp();
            while (!_drained.IsCancellationRequested && _desk.Holds(partitions) && _owner._time.GetElapsedTime(startedAt) < HandOver)
            {
                _desk.Advance(flush: true, _giveUp);
                Task.WaitAny(_desk.Writing.Where(writing => !writing.IsCompleted).DefaultIfEmpty(Task.CompletedTask).ToArray(), Poll);
            }
            var isComplete = !_desk.Holds(partitions);
            _commits.Finish(_desk, partitions, Left(HandOver - _owner._time.GetElapsedTime(startedAt), PartsOfTheEnd + 1));
            Forget(partitions, isComplete);
        }

        // Others may own them already: what is stored cannot be committed, and is stored again.
        private void OnLost(HashSet<TopicPartition> partitions)
        {
            if (!_isClosing) Forget(partitions, !_desk.Holds(partitions));
        }

        private void Forget(HashSet<TopicPartition> partitions, bool isComplete)
        {
            if (partitions.Count > 0) _owner._logger.ArchiveRevoked(partitions.Count, isComplete);
            // The library remembers a pause beyond the assignment: a partition that comes back would stand still.
            Release(_paused.Intersect(partitions).ToList());
            _desk.End(partitions);
            _owner._health.Partitions = _desk.Partitions.Count;
            // Others have them, and what they lack.
            if (_desk.Partitions.Count == 0) _owner._health.NotCommitted = null;
            _mayPause = true;
        }

        private void OnJump(TopicPartition partition, long expected, long came)
        {
            var where = $"{partition.Topic}[{partition.Partition.Value}]";
            string sentence;
            if (came > expected)
            {
                _owner.Counters.AddLost(came - expected);
                sentence = string.Create(
                    CultureInfo.InvariantCulture, $"The records {expected} to {came - 1} of {where} were gone from Kafka before they were archived.");
            }
            else
            {
                sentence = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{where} was archived up to {expected - 1} and now begins with {came}: the topic was made anew or cut off; how much is missing is not known.");
            }
            _owner._health.Lost(sentence);
            _owner._logger.ArchiveLost(sentence);
        }

        private void OnNotCommitted(string reason)
        {
            if (_owner._throttle.Allow("commit", out var suppressed)) _owner._logger.ArchiveNotCommitted(reason, suppressed);
        }

        // Asked until it is answered. A member that cannot ask does not read either; the group takes its partitions back in time.
        private List<TopicPartitionOffset> CommittedOf(List<TopicPartition> partitions)
        {
            while (partitions.Count > 0 && !_stop.IsCancellationRequested)
            {
                try
                {
                    var committed = _consumer.Committed(partitions, Question);
                    _owner._health.Beginning = null;
                    return committed.ConvertAll(
                        found => found.Offset.Value < 0 ? new TopicPartitionOffset(found.TopicPartition, Offset.Beginning) : found);
                }
                catch (KafkaException exception)
                {
                    var reason = $"{DeliveryErrors.Describe(exception.Error)}.";
                    _owner._health.Beginning = reason;
                    if (_owner._throttle.Allow("committed", out var suppressed)) _owner._logger.ArchiveNotRead("The group's offsets", reason, suppressed);
                    _stop.WaitHandle.WaitOne(Retry);
                }
            }
            return partitions.ConvertAll(partition => new TopicPartitionOffset(partition, Offset.Stored));
        }

        // The library takes an exception of a handler for one of its own errors.
        private void Handle(Action handler)
        {
            try
            {
                handler();
            }
            catch (Exception exception)
            {
                _fault ??= ExceptionDispatchInfo.Capture(exception);
            }
        }

        private void ThrowHandled() => _fault?.Throw();

        private static HashSet<TopicPartition> PartitionsOf(List<TopicPartitionOffset> offsets) => [.. offsets.Select(offset => offset.TopicPartition)];
    }
}
