using System.Globalization;
using Confluent.Kafka;
using MarketData.History;

namespace MarketData.Kafka.Archive;

/// <summary>What is known of an archive's condition. Written by its threads, read by any.</summary>
internal sealed class ArchiveHealth(IHistoryStore store, ArchiveCounters counters, TimeProvider timeProvider)
{
    /// <summary>How long a dead letter shows.</summary>
    private static readonly TimeSpan DeadLetterShows = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private string? _lastLoss;
    private string? _lastDeadLetter;
    private long _deadLetterAt;

    /// <summary>Whether the archive has not begun to read; a code and a sentence.</summary>
    public volatile string? Phase = "archiver_starting: The archive has not begun to read.";

    /// <summary>Why Kafka cannot be read, a code and a sentence; null when it can.</summary>
    public volatile string? Kafka;

    /// <summary>Why dead letters cannot be written, a code and a sentence; null when they can.</summary>
    public volatile string? DeadLetterTrouble;

    /// <summary>The topics that are not read because their table has no room.</summary>
    public volatile string Paused = "";

    /// <summary>Records behind, as far as Kafka has said.</summary>
    public long Lag { get => Interlocked.Read(ref field); set => Interlocked.Exchange(ref field, value); }

    /// <summary>The partitions that this member reads.</summary>
    public volatile int Partitions;

    /// <summary>Records are gone from Kafka that were not archived. It shows until the process ends: somebody has to know.</summary>
    public void Lost(string sentence)
    {
        lock (_gate) _lastLoss = sentence;
    }

    /// <summary>A record became a dead letter.</summary>
    public void Buried(TopicPartition partition, long offset, string reason)
    {
        lock (_gate)
            (_lastDeadLetter, _deadLetterAt) = ($"{partition.Topic}[{partition.Partition.Value}] at {offset}: {reason}", timeProvider.GetTimestamp());
    }

    /// <summary>Why nothing is archived; empty when it is.</summary>
    public IReadOnlyList<string> Reasons()
    {
        string?[] reasons =
        [
            store.Status is { State: not Pipeline.LaneState.Ready } status ? status.Reason : Phase,
            Kafka,
            DeadLetterTrouble,
            Paused.Length > 0 ? $"archiver_paused: {Paused} are not read until what was read is stored; nothing is dropped." : null,
        ];
        return [.. reasons.OfType<string>()];
    }

    /// <summary>What somebody should look at although records are archived.</summary>
    public IReadOnlyList<string> Warnings()
    {
        lock (_gate)
        {
            var warnings = new List<string>();
            if (_lastLoss is not null)
                warnings.Add(string.Create(CultureInfo.InvariantCulture, $"archiver_lost: {counters.Lost} records are gone from Kafka unread. {_lastLoss}"));
            if (_lastDeadLetter is not null && timeProvider.GetElapsedTime(_deadLetterAt) < DeadLetterShows)
                warnings.Add($"archiver_rejecting: {counters.DeadLetters} records are dead letters, the last one {_lastDeadLetter}");
            return warnings;
        }
    }
}
