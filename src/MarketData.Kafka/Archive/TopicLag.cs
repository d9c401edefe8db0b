using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace MarketData.Kafka.Archive;

/// <summary>
/// How far an archive is behind. Comes in: what is due next in each partition. Goes out: the lag, and partitions that have records and give
/// none. Owns: a question to the brokers, which runs beside the reading. The consumer's thread only.
/// </summary>
internal sealed class TopicLag(Handle handle, ArchiveHealth health, TimeProvider timeProvider) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Standstill = TimeSpan.FromSeconds(60);

    private readonly Dictionary<TopicPartition, (long? Next, long Since)> _seen = [];
    private Task<(Dictionary<TopicPartition, long> First, Dictionary<TopicPartition, long> End)>? _question;
    private long _askedAt;

    /// <summary>Looks at an answer that came, and asks again when it is time.</summary>
    /// <param name="desk">Says what is due next, and is told what is gone.</param>
    /// <param name="paused">Partitions that stand still on purpose.</param>
    public void Measure(ArchiveDesk desk, IReadOnlySet<TopicPartition> paused)
    {
        if (_question is { IsCompleted: true })
        {
            // No answer: the last one counts, and why is said elsewhere.
            if (_question.IsCompletedSuccessfully) Look(_question.Result.First, _question.Result.End, desk, paused);
            _question = null;
        }
        if (_question is not null || desk.Partitions.Count == 0 || timeProvider.GetElapsedTime(_askedAt) < Interval) return;
        _askedAt = timeProvider.GetTimestamp();
        _question = AskAsync([.. desk.Partitions]);
    }

    /// <summary>Waits for the question that runs, which is bounded.</summary>
    public void Dispose()
    {
        if (_question is not null) ((IAsyncResult)_question).AsyncWaitHandle.WaitOne(TopicEnds.Timeout + TopicEnds.Timeout);
    }

    private async Task<(Dictionary<TopicPartition, long>, Dictionary<TopicPartition, long>)> AskAsync(TopicPartition[] partitions)
    {
        // The end first: what is between both is there, or was a moment ago.
        var end = await AskAsync(partitions, OffsetSpec.Latest());
        return (await AskAsync(partitions, OffsetSpec.Earliest()), end);
    }

    private async Task<Dictionary<TopicPartition, long>> AskAsync(TopicPartition[] partitions, OffsetSpec which)
    {
        try
        {
            return await TopicEnds.AskAsync(handle, partitions, which, CancellationToken.None);
        }
        catch (ListOffsetsException exception)
        {
            // Some partitions have no answer; the others count.
            return TopicEnds.Answered(exception.Result.ResultInfos);
        }
    }

    private void Look(
        Dictionary<TopicPartition, long> first, Dictionary<TopicPartition, long> end, ArchiveDesk desk, IReadOnlySet<TopicPartition> paused)
    {
        var lag = 0L;
        var still = new List<string>();
        foreach (var partition in _seen.Keys.Where(partition => !end.ContainsKey(partition)).ToList()) _seen.Remove(partition);
        foreach (var (partition, last) in end)
        {
            if (!desk.TryGetNext(partition, out var next) || !first.TryGetValue(partition, out var oldest)) continue;
            var behind = Math.Max(0, last - Math.Max(next ?? oldest, oldest));
            lag += behind;
            var isDone = behind == 0 && (next ?? oldest) >= oldest;
            if (!_seen.TryGetValue(partition, out var seen) || seen.Next != next || isDone || paused.Contains(partition))
                _seen[partition] = (next, timeProvider.GetTimestamp());
            else if (timeProvider.GetElapsedTime(seen.Since) > Standstill && next < oldest)
                desk.Miss(partition, oldest);
            else if (timeProvider.GetElapsedTime(seen.Since) > Standstill)
                still.Add(string.Create(CultureInfo.InvariantCulture, $"{partition.Topic}[{partition.Partition.Value}] ({behind} records)"));
        }
        health.Lag = lag;
        health.Stalled = still.Count == 0 ? null
            : $"{string.Join(", ", still)} could not be read for a minute although records are there. Restart the archiver when this stays.";
    }
}
