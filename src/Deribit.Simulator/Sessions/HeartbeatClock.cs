namespace Deribit.Simulator.Sessions;

/// <summary>
/// The server's side of the keepalive, as measured on the exchange: the first <c>test_request</c> a little over the interval
/// after the call, then one every interval plus 0.65 s, a <c>heartbeat</c> beside it when nothing else was sent, and the end 10 s
/// after a <c>test_request</c> that nobody answered. Without heartbeat and without subscription a connection ends after 60.5 s.
/// Touched only while the hub's gate is held.
/// </summary>
internal sealed class HeartbeatClock(TimeProvider time)
{
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(0.65);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(60.5);
    private TimeSpan _interval;
    private long _due;
    private long? _unansweredSince;
    private long _lastUse = time.GetTimestamp();

    public void Start(TimeSpan interval)
    {
        _interval = interval;
        _due = After(interval + (2 * Slack));
        _unansweredSince = null;
    }

    public void Stop()
    {
        _interval = TimeSpan.Zero;
        _unansweredSince = null;
        Used();
    }

    /// <summary>The client called something: it is there, and its idle time starts again.</summary>
    public void Used() => _lastUse = time.GetTimestamp();

    /// <summary>How many tests were answered.</summary>
    public int Answers { get; private set; }

    /// <summary>The longest that an answer took.</summary>
    public TimeSpan SlowestAnswer { get; private set; }

    public void Answered()
    {
        if (_unansweredSince is not { } since)
        {
            return;
        }

        var took = time.GetElapsedTime(since);
        SlowestAnswer = took > SlowestAnswer ? took : SlowestAnswer;
        Answers++;
        _unansweredSince = null;
    }

    public HeartbeatAction Tick(bool subscribed)
    {
        var now = time.GetTimestamp();
        if (subscribed)
        {
            _lastUse = now;
        }

        if (_interval == TimeSpan.Zero)
        {
            return time.GetElapsedTime(_lastUse, now) >= IdleLimit ? HeartbeatAction.AbortIdle : HeartbeatAction.None;
        }

        if (_unansweredSince is { } since && time.GetElapsedTime(since, now) >= AnswerLimit)
        {
            return HeartbeatAction.CloseUnanswered;
        }

        if (now < _due)
        {
            return HeartbeatAction.None;
        }

        _due = After(_interval + Slack);
        _unansweredSince ??= now;
        return HeartbeatAction.SendTestRequest;
    }

    private long After(TimeSpan span) => time.GetTimestamp() + (long)(span.TotalSeconds * time.TimestampFrequency);
}
