using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace MarketData.Kafka;

/// <summary>
/// Where messages end that Kafka can never take. Comes in: refused messages, from the sender and from the producer's thread. Goes out: a
/// dead
/// letter and an integrity event for each, which the sender sends like others. Owns: two bounded queues; what finds them full is counted as
/// lost and logged, never silently dropped. Safe from any thread.
/// </summary>
internal sealed class RejectionDesk(LaneParts parts, MessageFactory factory, LogThrottle throttle)
{
    /// <summary>More than this at once means that nothing gets through.</summary>
    private const int Capacity = 10_000;

    private readonly Channel<PendingMessage> _deadLetters = NewQueue<PendingMessage>();
    private readonly Channel<IntegrityEvent> _reports = NewQueue<IntegrityEvent>();

    /// <summary>Whether nothing waits here.</summary>
    public bool IsEmpty => _deadLetters.Reader.Count == 0 && _reports.Reader.Count == 0;

    /// <summary>Counts, logs and reports a refused message.</summary>
    public void Take(PendingMessage message, string reason)
    {
        if (!message.Counts)
        {
            Lose(message.KeyText, reason);
            return;
        }
        parts.Counters.AddRejected();
        parts.Health.Rejected(reason);
        if (throttle.Allow("reject", out var suppressed))
            parts.Logger.MessageRejected(message.KeyText, message.Topic, reason, parts.Counters.Rejected, suppressed);
        if (!_deadLetters.Writer.TryWrite(factory.DeadLetterOf(message, reason)))
            Lose(message.KeyText, "Too many dead letters wait.");
        if (MessageFactory.ReportOf(message, reason) is { } report)
            Report(report);
    }

    /// <summary>The next dead letter.</summary>
    public bool TryTakeDeadLetter([NotNullWhen(true)] out PendingMessage? deadLetter) => _deadLetters.Reader.TryRead(out deadLetter);

    /// <summary>The next report, which entered the lane's counters when it was made.</summary>
    public bool TryTakeReport([NotNullWhen(true)] out IntegrityEvent? report) => _reports.Reader.TryRead(out report);

    /// <summary>Takes an event of the lane's own, which enters the counters like any other.</summary>
    public void Report(IntegrityEvent report)
    {
        parts.Counters.AddIn();
        if (_reports.Writer.TryWrite(report))
            return;
        parts.Counters.AddLost();
        Lose(report.Key, "Too many reports of rejected events wait.");
    }

    private void Lose(string key, string reason)
    {
        var lost = parts.Troubles.AddDeadLetterLost();
        if (throttle.Allow("dead-letter", out var suppressed))
            parts.Logger.DeadLetterLost(key, reason, lost, suppressed);
    }

    // Overflow policy: TryWrite fails when full.
    private static Channel<T> NewQueue<T>() =>
        Channel.CreateBounded<T>(new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });
}
