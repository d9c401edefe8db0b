using System.Globalization;
using MarketData.Pipeline;
using Microsoft.Extensions.Logging;

namespace MarketData.Kafka;

/// <summary>
/// What is known of the lane's condition, and the one status that follows from it at the moment of asking, so that nothing has to be reset
/// by a timer. Written by the publisher, the sender and the producer's thread; read by any.
/// </summary>
internal sealed class KafkaHealth(
    KafkaOptions options, InFlightList inFlight, LaneCounters counters, TimeProvider timeProvider, ILogger logger)
{
    /// <summary>How long a rejection shows in the status.</summary>
    private static readonly TimeSpan RejectionShows = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly AsyncSignal _lost = new();
    private readonly AsyncSignal _topicLost = new();
    private LaneState _phase = LaneState.Starting;
    private string _phaseReason = "starting: The Kafka lane has not been started.";
    private string? _topics;
    private string? _unreachable;
    private string? _rebuilding;
    private string? _held;
    private bool _stalled;
    private string? _rejection;
    private long _rejectedAt;
    private int _waiters;
    private long _waitingSince;

    /// <summary>The status now.</summary>
    public LaneStatus Status
    {
        get
        {
            var oldest = inFlight.OldestTimestamp;
            var now = timeProvider.GetTimestamp();
            lock (_gate)
            {
                if (_phase != LaneState.Ready)
                    return new LaneStatus(_phase, _phaseReason);
                var trouble = Trouble(oldest, now);
                if (_waiters > 0 && timeProvider.GetElapsedTime(_waitingSince, now) >= options.FullGrace)
                    return new LaneStatus(LaneState.Full, FullReason(now, trouble));
                return trouble is null ? new LaneStatus(LaneState.Ready) : new LaneStatus(LaneState.Degraded, trouble);
            }
        }
    }

    /// <summary>The lane runs, fails or has stopped.</summary>
    public void Enter(LaneState phase, string reason = "")
    {
        lock (_gate)
        {
            if (_phase is LaneState.Failed)
                return;
            (_phase, _phaseReason) = (phase, reason);
        }
    }

    /// <summary>The topics are not there yet (a reason), or are (null).</summary>
    public void Topics(string? reason) => Write(ref _topics, reason);

    /// <summary>A topic that was there is not there any more.</summary>
    public void TopicMissing(string reason)
    {
        Topics($"kafka_topic_missing: {reason}");
        _topicLost.Set();
    }

    /// <summary>Waits until a topic that was there is missing. For one waiter.</summary>
    public ValueTask WaitUntilTopicMissingAsync(CancellationToken cancellationToken) => _topicLost.WaitAsync(cancellationToken);

    /// <summary>Why events wait for their topics, as <c>code: sentence</c>; null when they do not.</summary>
    public string? MissingTopics => Volatile.Read(ref _topics);

    /// <summary>The lane's overflow on disk; null when it has none.</summary>
    public SpillQueue? Spill { get; set; }

    /// <summary>Whether the sender has stopped to send, because nothing was acknowledged for too long.</summary>
    public bool IsStalled
    {
        get => Volatile.Read(ref _stalled);
        set => Volatile.Write(ref _stalled, value);
    }

    /// <summary>It is not known whether this process may publish (a reason), or is (null).</summary>
    public void Held(string? reason) => Write(ref _held, reason);

    /// <summary>Why events wait, as a sentence: the replicas' group, the topics, or else Kafka.</summary>
    public string WhyNothingIsSent => Volatile.Read(ref _held) ?? MissingTopics ?? "Kafka takes nothing.";

    /// <summary>The producer is being replaced.</summary>
    public void Rebuilding(string reason) => Write(ref _rebuilding, reason);

    /// <summary>No broker answers.</summary>
    public void Unreachable(string reason)
    {
        if (Write(ref _unreachable, reason) is null)
            logger.Unreachable(reason);
        _lost.Set();
    }

    /// <summary>Whether no broker answers, as far as is known.</summary>
    public bool IsUnreachable => Volatile.Read(ref _unreachable) is not null;

    /// <summary>Waits until no broker answers. For one waiter.</summary>
    public ValueTask WaitUntilUnreachableAsync(CancellationToken cancellationToken) => _lost.WaitAsync(cancellationToken);

    /// <summary>A broker answers.</summary>
    public void Reachable()
    {
        if (IsUnreachable && Write(ref _unreachable, null) is not null)
            logger.ReachableAgain();
    }

    /// <summary>A broker acknowledged a message.</summary>
    public void Acknowledged()
    {
        Reachable();
        if (Volatile.Read(ref _rebuilding) is not null)
            Write(ref _rebuilding, null);
    }

    /// <summary>A message was refused for good.</summary>
    public void Rejected(string reason)
    {
        lock (_gate)
            (_rejection, _rejectedAt) = (reason, timeProvider.GetTimestamp());
    }

    /// <summary>A publisher begins to wait for room.</summary>
    public void BeginWait()
    {
        lock (_gate)
        {
            if (_waiters++ == 0)
                _waitingSince = timeProvider.GetTimestamp();
        }
    }

    /// <summary>A publisher waits no more.</summary>
    public void EndWait()
    {
        lock (_gate)
        {
            _waiters--;
            // Room came: whoever still waits has not waited through a full grace without progress.
            _waitingSince = timeProvider.GetTimestamp();
        }
    }

    private string? Trouble(long? oldest, long now)
    {
        if (Spill?.Blocked is { } blocked && counters.Queued > 0)
            return $"kafka_spill_full: The spill log in {Spill.Path} takes no more, because {blocked}. {Absence(oldest, now)}".TrimEnd();
        if (Absence(oldest, now) is { } absence)
            return absence;
        if (counters.Spilled is > 0 and var spilled)
            return $"kafka_catching_up: {spilled} events are still on disk from when Kafka was away.";
        return _rejection is { } rejection && timeProvider.GetElapsedTime(_rejectedAt, now) < RejectionShows
            ? $"kafka_rejecting: {counters.Rejected} events were refused for good, the last one because of {rejection}"
            : null;
    }

    private string? Absence(long? oldest, long now)
    {
        if (_topics is { } topics)
            return topics + OnDisk();
        if (_rebuilding is { } rebuilding)
            return $"kafka_producer_rebuilt: The producer broke and is replaced: {rebuilding}";
        if (_unreachable is { } unreachable)
        {
            return $"kafka_unreachable: No broker of {options.BootstrapServers} answers: {unreachable} "
                + $"{counters.Queued} events are kept.{OnDisk()}";
        }
        if (_held is { } held)
            return held + OnDisk();
        if (oldest is { } since && timeProvider.GetElapsedTime(since, now) is var age && (age >= options.StallGrace || IsStalled))
        {
            return $"kafka_unreachable: The oldest of {counters.Queued} events has waited {Seconds(age)} s "
                + $"for its acknowledgement by {options.BootstrapServers}.{OnDisk()}";
        }
        return null;
    }

    private string OnDisk() => counters.Spilled is > 0 and var spilled
        ? string.Create(CultureInfo.InvariantCulture, $" {spilled} events are on disk ({(Spill?.Bytes ?? 0) / 1e6:F1} MB).")
        : "";

    private string FullReason(long now, string? trouble)
    {
        var waited = Seconds(timeProvider.GetElapsedTime(_waitingSince, now));
        return $"kafka_queue_full: All {options.QueueCapacity} places are taken and the intake has waited {waited} s. {trouble}".TrimEnd();
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture);

    private string? Write(ref string? field, string? value)
    {
        lock (_gate)
        {
            var previous = field;
            field = value;
            return previous;
        }
    }
}
