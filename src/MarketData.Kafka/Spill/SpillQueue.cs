using FASTER.core;

namespace MarketData.Kafka;

/// <summary>
/// The lane's overflow on disk. Comes in: messages, in their order. Goes out: the same, in the same order, while they stay in the log until
/// they are acknowledged. Owns: the directory, the log, and in memory what the log has not made durable yet. Used by the sender's task
/// alone; <see cref="Bytes"/>, <see cref="Events"/> and <see cref="Blocked"/> may be read by any thread.
/// </summary>
internal sealed partial class SpillQueue : IDisposable
{
    /// <summary>What may be lost with the power, or be sent again from memory when the disk fails.</summary>
    private const long UncommittedLimit = 4L << 20;

    private readonly KafkaSpillOptions _options;
    private readonly SpillDirectory _directory;
    private readonly TimeProvider _timeProvider;
    private readonly Action<string> _complain;
    private readonly SpillHorizon _horizon;
    private readonly SpillRecord _record = new();
    private readonly List<Uncommitted> _uncommitted = [];
    private readonly long _sentBefore;
    private readonly long _earlier;

    // What a failed disk gave back, with the end of its entry there: where the next log ends decides whether it is in it after all.
    private readonly Queue<(PendingMessage Message, long End)> _again = new();
    private SpillLog? _log;
    private int _taken;
    private long _uncommittedBytes;
    private long _begin;
    private long _freeBytes;
    private long _damaged;

    // Events that the log was ever given: in all, up to where it has been read, and when it was opened.
    private long _number;
    private long _readNumber;
    private long _foundNumber;
    private long _bytes;
    private long _events;
    private long _messages;
    private volatile string? _blocked;
    private bool _changed;

    private SpillQueue(
        KafkaSpillOptions options, SpillDirectory directory, SpillLog log, SpillHorizon horizon, TimeProvider timeProvider,
        Action<string> complain)
    {
        (_options, _directory, _log, _horizon) = (options, directory, log, horizon);
        (_timeProvider, _complain) = (timeProvider, complain);
        _sentBefore = horizon.Address;
        _earlier = log.Committed;
        _begin = ReadAddress = log.Begin;
        _freeBytes = directory.FreeBytes();
    }

    /// <summary>Bytes of the log that wait for an acknowledgement.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Events in the log that have not been read back yet.</summary>
    public long Events => Interlocked.Read(ref _events);

    /// <summary>Why nothing more can be appended, as a sentence; null when it can.</summary>
    public string? Blocked => _blocked;

    /// <summary>Bytes that the disk had left when somebody looked.</summary>
    public long FreeBytes => _freeBytes;

    /// <summary>Where the log's disk is.</summary>
    public string Path => _directory.Path;

    /// <summary>Whether everything has been read back.</summary>
    public bool IsRead => _messages == 0;

    /// <summary>Events that are counted as being in the log and would be lost with this process.</summary>
    public long NotDurable =>
        _again.Count(again => again.Message.Counts) + _uncommitted.Skip(_taken).Count(entry => entry.Message.Counts);

    /// <summary>What is before this address has been read back.</summary>
    public long ReadAddress { get; private set; }

    /// <summary>Whether so much waits to be made durable that it should be now.</summary>
    public bool WantsCommit => _uncommittedBytes >= UncommittedLimit / 2;

    /// <summary>Claims the directory and opens its log.</summary>
    /// <param name="options">Where, and how much.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="complain">Gets a sentence about each damage that is worked around.</param>
    /// <exception cref="SinkError">Another process uses the directory, or its log cannot be used.</exception>
    public static SpillQueue Open(KafkaSpillOptions options, TimeProvider timeProvider, Action<string> complain)
    {
        SpillDirectory? directory = null;
        SpillLog? log = null;
        try
        {
            directory = SpillDirectory.Claim(options.Directory);
            log = SpillLog.Open(directory.Path, options.SegmentBytes, timeProvider);
            return new SpillQueue(options, directory, log, new SpillHorizon(directory.Path), timeProvider, complain);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException or FasterException)
        {
            log?.Dispose();
            directory?.Dispose();
            throw new SinkError(
                "kafka",
                $"Events cannot be kept on disk: {exception.Message} Set kafka.spill.directory, or kafka.spill.enabled = false to do without.",
                exception);
        }
    }

    /// <summary>Notes the process that appends from now on; see <see cref="SpillDirectory.Register"/>.</summary>
    public IReadOnlySet<string> Register(string process)
    {
        try
        {
            return _directory.Register(process);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next process will take what is here for another's, and drop what another may have published.
            _complain($"Whose the messages in the spill log '{Path}' are cannot be noted: {exception.Message}");
            return new HashSet<string>();
        }
    }

    /// <summary>Adds a message to the end.</summary>
    /// <param name="message">The message; gets its address.</param>
    public SpillResult Append(PendingMessage message)
    {
        // What a failed disk gave back goes first.
        while (_again.TryPeek(out var again))
        {
            if (AppendCore(again.Message, isTaken: false) is var result and not SpillResult.Appended)
                return result;
            _again.Dequeue();
        }
        var outcome = AppendCore(message, isTaken: false);
        if (outcome == SpillResult.Appended)
            Count(message, 1);
        return outcome;
    }

    /// <summary>
    /// Adds a message that is already on its way, so that only a later run reads it. Everything before it must have been taken.
    /// </summary>
    /// <param name="message">The message; gets its address.</param>
    public SpillResult AppendTaken(PendingMessage message)
    {
        // Behind what has not been taken it would come back in the wrong order: better in memory alone.
        if (_messages > _again.Count)
            return SpillResult.Blocked;
        var outcome = AppendCore(message, isTaken: true);
        if (outcome == SpillResult.Appended)
        {
            _taken = _uncommitted.Count;
            ReadAddress = _uncommitted[^1].End;
            _readNumber = message.Number;
        }
        return outcome;
    }

    /// <summary>After <see cref="AppendTaken"/>, before any of them is sent: a later run must take them for sent.</summary>
    public void MarkTakenAsSent() => PassHorizon(stretch: 0);

    /// <summary>The next message in order, from the log or, what is not durable yet, from memory. It stays in the log.</summary>
    public PendingMessage? TryTake()
    {
        if (_messages == 0 || _log is null)
            return null;
        if ((Read() ?? TakeUncommitted() ?? TakeAgain()) is not { } message)
            return null;
        PassHorizon(SpillHorizon.Stretch);
        if (message.Address > 0)
            _readNumber = message.Number;
        Count(message, -1);
        return message;
    }

    /// <summary>
    /// What the log held and nobody can read: after the end was reached, the difference between what was written and what came back.
    /// </summary>
    /// <returns>How many events; they are counted no more.</returns>
    public long GiveUpUnreadable()
    {
        if (_messages == 0 || _log is null || ReadAddress < _log.Committed || _taken < _uncommitted.Count || _again.Count > 0)
            return 0;
        _messages = 0;
        _readNumber = _number;
        return Interlocked.Exchange(ref _events, 0);
    }

    /// <summary>Makes durable what was appended, and gives up what has its outcome.</summary>
    /// <param name="oldest">The first message in the log without an outcome; null when all that was read back has one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task CommitAsync(PendingMessage? oldest, CancellationToken cancellationToken)
    {
        if (_log is null)
            return;
        var acknowledged = oldest?.Address ?? ReadAddress;
        if (acknowledged > _begin)
        {
            _begin = acknowledged;
            _changed = true;
            _log.TruncateUntil(acknowledged);
        }
        SetBytes();
        if (_uncommitted.Count == 0 && !_changed)
            return;
        try
        {
            var before = oldest is null ? _readNumber : oldest.Number - (oldest.Counts ? 1 : 0);
            await _log.CommitAsync(new SpillNumbers(before, _number), cancellationToken);
            _changed = false;
            Forget(_log.Committed);
        }
        catch (IOException exception)
        {
            Break(exception);
        }
        _freeBytes = _directory.FreeBytes();
    }

    /// <summary>
    /// Ends <see cref="Blocked"/> if there is room again. The caller then appends first what is on its way without an address.
    /// </summary>
    /// <returns>Whether it ended.</returns>
    public bool TryUnblock()
    {
        if (_blocked is null || (_log is null && !TryReopen()))
            return false;
        // Some room, not one entry's: or the lane would stop and go with every message.
        _freeBytes = _directory.FreeBytes();
        var wanted = Math.Min(UncommittedLimit, _options.QuotaBytes / 4);
        if (_log!.Tail - _begin + wanted > _options.QuotaBytes || _freeBytes - wanted < _options.FreeBytes)
            return false;
        _blocked = null;
        return true;
    }

    private SpillResult AppendCore(PendingMessage message, bool isTaken)
    {
        if (_blocked is not null || _log is null)
            return SpillResult.Blocked;
        if (_uncommittedBytes >= UncommittedLimit)
            return SpillResult.Busy;
        message.Number = _number + (message.Counts ? 1 : 0);
        var entry = _record.Write(message);
        if (entry.Length > SpillLog.LargestEntry)
            return SpillResult.TooLarge;
        if (_log.Tail - _begin + entry.Length > _options.QuotaBytes)
            return Block($"its quota of {_options.QuotaBytes} bytes (kafka.spill.quota_bytes) is used up");
        if (_freeBytes - _uncommittedBytes - entry.Length < _options.FreeBytes)
            return Block($"its disk has {_freeBytes} bytes left, of which {_options.FreeBytes} stay free (kafka.spill.free_bytes)");
        if (!_log.TryAppend(entry, out var address))
            return SpillResult.Busy;
        message.Address = address;
        _number = message.Number;
        _uncommitted.Add(new Uncommitted(message, address, _log.Tail, isTaken));
        _uncommittedBytes += entry.Length;
        SetBytes();
        return SpillResult.Appended;
    }

    private SpillResult Block(string because)
    {
        _blocked = because;
        return SpillResult.Blocked;
    }

    private void Count(PendingMessage message, int change)
    {
        _messages += change;
        if (message.Counts)
            Interlocked.Add(ref _events, change);
    }

    private void SetBytes() => Interlocked.Exchange(ref _bytes, _log is null ? 0 : Math.Max(0, _log.Tail - _begin));

    private readonly record struct Uncommitted(PendingMessage Message, long Address, long End, bool IsTaken);
}

/// <summary>What became of appending to a <see cref="SpillQueue"/>.</summary>
internal enum SpillResult
{
    /// <summary>The message is in the log.</summary>
    Appended,

    /// <summary>There is room after the next commit.</summary>
    Busy,

    /// <summary>There is no room: see <see cref="SpillQueue.Blocked"/>.</summary>
    Blocked,

    /// <summary>The message is larger than an entry can be.</summary>
    TooLarge,
}
