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
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Standstill = TimeSpan.FromSeconds(60);

    private readonly IAdminClient _admin = new DependentAdminClientBuilder(handle).Build();
    private readonly Dictionary<TopicPartition, (long? Next, long Since)> _seen = [];
    private Task<ListOffsetsResult>? _question;
    private long _askedAt;

    /// <summary>Looks at an answer that came, and asks again when it is time.</summary>
    /// <param name="desk">Says what is due next.</param>
    /// <param name="paused">Partitions that stand still on purpose.</param>
    public void Measure(ArchiveDesk desk, IReadOnlySet<TopicPartition> paused)
    {
        if (_question is { IsCompleted: true })
        {
            // No answer: the last one counts, and why is said elsewhere.
            if (_question.IsCompletedSuccessfully) Look(_question.Result.ResultInfos, desk, paused);
            _question = null;
        }
        if (_question is not null || desk.Partitions.Count == 0 || timeProvider.GetElapsedTime(_askedAt) < Interval) return;
        _askedAt = timeProvider.GetTimestamp();
        _question = AskAsync([.. desk.Partitions]);
    }

    /// <summary>Waits for the question that runs, which is bounded.</summary>
    public void Dispose()
    {
        if (_question is not null) ((IAsyncResult)_question).AsyncWaitHandle.WaitOne(Answer + Answer);
        _admin.Dispose();
    }

    private async Task<ListOffsetsResult> AskAsync(IReadOnlyCollection<TopicPartition> partitions)
    {
        var latest = partitions.Select(partition => new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = OffsetSpec.Latest() });
        try
        {
            return await _admin.ListOffsetsAsync(latest, new ListOffsetsOptions { RequestTimeout = Answer });
        }
        catch (ListOffsetsException exception)
        {
            // Some partitions have no answer; the others count.
            return new ListOffsetsResult { ResultInfos = [.. exception.Result.ResultInfos.Where(info => !info.TopicPartitionOffsetError.Error.IsError)] };
        }
    }

    private void Look(IEnumerable<ListOffsetsResultInfo> answers, ArchiveDesk desk, IReadOnlySet<TopicPartition> paused)
    {
        var lag = 0L;
        var still = new List<string>();
        foreach (var answer in answers.Select(info => info.TopicPartitionOffsetError))
        {
            if (!desk.TryGetNext(answer.TopicPartition, out var next)) continue;
            var behind = Math.Max(0, answer.Offset.Value - (next ?? 0));
            lag += behind;
            if (!_seen.TryGetValue(answer.TopicPartition, out var seen) || seen.Next != next || behind == 0 || paused.Contains(answer.TopicPartition))
                _seen[answer.TopicPartition] = (next, timeProvider.GetTimestamp());
            else if (timeProvider.GetElapsedTime(seen.Since) > Standstill)
                still.Add(string.Create(CultureInfo.InvariantCulture, $"{answer.Topic}[{answer.Partition.Value}] ({behind} records)"));
        }
        health.Lag = lag;
        health.Stalled = still.Count == 0 ? null
            : $"{string.Join(", ", still)} could not be read for a minute although records are there. Restart the archiver when this stays.";
    }
}
