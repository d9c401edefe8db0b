using System.Collections.Concurrent;
using System.Globalization;
using Confluent.Kafka;
using MarketData.History;
using MarketData.Pipeline;

namespace MarketData.Kafka.Archive;

/// <summary>What is known of an archive's condition. Written by its threads, read by any.</summary>
internal sealed class ArchiveHealth(IHistoryStore store, ArchiveCounters counters)
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, (string Reason, bool IsMissing)> _unread = new(StringComparer.Ordinal);
    private volatile bool _hasUnread;
    private string? _lastLoss;
    private string? _lastDeadLetter;

    /// <summary>Why the archive does not read, a code and a sentence; null while it does.</summary>
    public volatile string? Phase = "archiver_starting: The archive has not begun to read.";

    /// <summary>Why no broker can be talked to, as a sentence; null when one can.</summary>
    public volatile string? Unreachable;

    /// <summary>Why it is not known where reading begins, as a sentence; null when it is.</summary>
    public volatile string? Beginning;

    /// <summary>Why Kafka does not let it into the group, as a sentence; null when it does.</summary>
    public volatile string? NotInGroup;

    /// <summary>Why offsets were not committed, as a sentence; null when they were.</summary>
    public volatile string? NotCommitted;

    /// <summary>Why dead letters cannot be written, a code and a sentence; null when they can.</summary>
    public volatile string? DeadLetterTrouble;

    /// <summary>The topics that are not read because their table has no room.</summary>
    public volatile string Paused = "";

    /// <summary>Partitions that have records and give none, as a sentence; null when there are none.</summary>
    public volatile string? Stalled;

    /// <summary>The partitions that this member reads.</summary>
    public volatile int Partitions;

    /// <summary>Records behind, as far as Kafka has said.</summary>
    public long Lag { get => Interlocked.Read(ref field); set => Interlocked.Exchange(ref field, value); }

    /// <summary>A topic cannot be read: it is not there, or Kafka refuses it.</summary>
    public void Unread(string topic, string reason, bool isMissing)
    {
        _unread[topic] = (reason, isMissing);
        _hasUnread = true;
    }

    /// <summary>A topic is read.</summary>
    public void Read(string topic)
    {
        if (!_hasUnread) return;
        _unread.TryRemove(topic, out _);
        _hasUnread = !_unread.IsEmpty;
    }

    /// <summary>Records are gone from Kafka that were not archived. It shows until the process ends: somebody has to know.</summary>
    public void Lost(string sentence)
    {
        lock (_gate) _lastLoss = sentence;
    }

    /// <summary>A record became a dead letter. It shows until the process ends, too: the history lacks it.</summary>
    public void Buried(TopicPartition partition, long offset, string reason)
    {
        lock (_gate) _lastDeadLetter = $"{partition.Topic}[{partition.Partition.Value}] at {offset}: {reason}";
    }

    /// <summary>Why something is not archived although it is there, each a code and a sentence; empty when everything is.</summary>
    public IReadOnlyList<string> Reasons()
    {
        string?[] reasons =
        [
            store.Status is { State: not LaneState.Ready } status ? status.Reason : Phase,
            Unreachable is { } unreachable ? $"kafka_unreachable: {unreachable}" : null,
            NotInGroup is { } refusal ? $"archiver_group_refused: Kafka refuses it in the group, so nothing is read: {refusal}" : null,
            Beginning is { } beginning ? $"archiver_offsets_unknown: The group's offsets are not known, so nothing is read: {beginning}" : null,
            .. _unread.Where(topic => !topic.Value.IsMissing).Select(topic => $"archiver_topic_refused: {topic.Key} cannot be read: {topic.Value.Reason}"),
            Stalled is { } stalled ? $"archiver_stalled: {stalled}" : null,
            DeadLetterTrouble,
            Paused is { Length: > 0 } paused ? $"archiver_paused: {paused} are not read until what was read is stored; nothing is dropped." : null,
        ];
        return [.. reasons.OfType<string>()];
    }

    /// <summary>What somebody should look at although everything that is there is archived.</summary>
    public IReadOnlyList<string> Warnings()
    {
        var warnings = _unread.Where(topic => topic.Value.IsMissing)
            .Select(topic => $"archiver_topic_missing: {topic.Key} does not exist; it is read when a collector has created it.").ToList();
        if (NotCommitted is { } reason)
            warnings.Add($"archiver_not_committed: What is stored could not be committed: {reason} It would be stored again after a restart.");
        lock (_gate)
        {
            if (_lastLoss is not null)
                warnings.Add(string.Create(CultureInfo.InvariantCulture, $"archiver_lost: {counters.Lost} records are gone from Kafka unread. {_lastLoss}"));
            if (_lastDeadLetter is not null)
                warnings.Add($"archiver_rejecting: {counters.DeadLetters} records are dead letters, the last one {_lastDeadLetter}");
        }
        return warnings;
    }
}
