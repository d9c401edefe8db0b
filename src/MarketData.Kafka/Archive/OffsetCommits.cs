using System.Globalization;
using Confluent.Kafka;

namespace MarketData.Kafka.Archive;

/// <summary>
/// Tells the group how far each partition is durable. Comes in: offsets. Goes out: commits, one at a time, each on a thread of its own: without
/// a coordinator the library waits for one within the call, and records, errors and revocations must be heard meanwhile. Owns: the commit that
/// is on its way. The consumer's thread only.
/// </summary>
/// <param name="commit">Commits; returns when the group knows.</param>
/// <param name="health">Told what was not committed, and why.</param>
/// <param name="refused">Told of a commit that failed.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class OffsetCommits(
    Action<IReadOnlyCollection<TopicPartitionOffset>> commit, ArchiveHealth health, Action<string> refused, TimeProvider timeProvider)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private Task _running = Task.CompletedTask;
    private IReadOnlyCollection<TopicPartitionOffset> _offsets = [];
    private long _startedAt;

    /// <summary>Takes the answer that came, and commits what the group does not know yet unless a commit is on its way.</summary>
    /// <param name="desk">Says what is durable, and is told what is committed.</param>
    /// <param name="wanted">Only these partitions; null: all.</param>
    public void Advance(ArchiveDesk desk, IReadOnlySet<TopicPartition>? wanted = null)
    {
        Settle(desk);
        if (!_running.IsCompleted) return;
        var offsets = desk.Uncommitted().Where(durable => wanted is null || wanted.Contains(durable.TopicPartition)).ToList();
        if (offsets.Count == 0) return;
        (_offsets, _startedAt) = (offsets, timeProvider.GetTimestamp());
        _running = Task.Factory.StartNew(() => commit(offsets), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Commits what the group does not know yet, and waits for it.</summary>
    /// <param name="desk">Says what is durable, and is told what is committed.</param>
    /// <param name="wanted">Only these partitions; null: all.</param>
    /// <param name="most">The longest that it waits.</param>
    public void Finish(ArchiveDesk desk, IReadOnlySet<TopicPartition>? wanted, TimeSpan most)
    {
        var startedAt = timeProvider.GetTimestamp();
        // What is on its way may be older than what is durable now.
        Wait();
        Advance(desk, wanted);
        Wait();
        Settle(desk);
        if (!_running.IsCompleted) Fail("the group's coordinator has not answered in time.");

        void Wait()
        {
            var left = most - timeProvider.GetElapsedTime(startedAt);
            if (left > TimeSpan.Zero) ((IAsyncResult)_running).AsyncWaitHandle.WaitOne(left);
        }
    }

    private void Settle(ArchiveDesk desk)
    {
        if (!_running.IsCompleted)
        {
            var waited = timeProvider.GetElapsedTime(_startedAt);
            if (waited >= Patience) Fail(string.Create(CultureInfo.InvariantCulture, $"the group's coordinator has not answered for {(int)waited.TotalSeconds} s."));
            return;
        }
        if (_offsets.Count == 0) return;
        if (_running.Exception?.InnerException is { } exception)
        {
            // A rebalance, a coordinator that moves: the next time, or the next owner reads again.
            var reason = exception is KafkaException { Error: var error } ? $"{DeliveryErrors.Describe(error)}." : exception.Message;
            Fail(reason);
        }
        else
        {
            desk.Committed(_offsets);
            health.NotCommitted = null;
        }
        _offsets = [];
    }

    private void Fail(string reason)
    {
        // All of it is others' by now.
        if (health.Partitions == 0) return;
        health.NotCommitted = reason;
        refused(reason);
    }
}
