using FASTER.core;

namespace MarketData.Kafka;

/// <summary>
/// FasterLog in one directory, and nothing more: appends, commits, reads and gives up its beginning. A log whose device failed is of no use
/// any more (FasterLog would go on as if nothing had happened): it is disposed and opened again at its last commit. One thread.
/// </summary>
internal sealed class SpillLog : IDisposable
{
    /// <summary>The largest entry: well above what any broker takes (1 MB by default), below a page of the log with its headers.</summary>
    public const int LargestEntry = PageBytes - 64;

    /// <summary>The file that says how much of the log counts.</summary>
    public const string CommitsName = "commits";

    private const int PageBytes = 2 << 20;
    private const long MemoryBytes = 8L << 20;

    // A disk that takes longer than this for a few MiB is as good as gone.
    private static readonly TimeSpan CommitTimeout = TimeSpan.FromSeconds(30);

    private readonly SpillCommits _commits;
    private readonly IDevice _device;
    private readonly FasterLog _log;
    private readonly TimeProvider _timeProvider;
    private byte[] _buffer = new byte[64 * 1024];
    private FasterLogScanIterator? _reader;
    private long _readerAt;

    private SpillLog(SpillCommits commits, IDevice device, FasterLogSettings settings, TimeProvider timeProvider)
    {
        (_commits, _device, _timeProvider) = (commits, device, timeProvider);
        settings.GetMemory = size => _buffer.Length >= size ? _buffer : _buffer = new byte[size];
        _log = new FasterLog(settings);
    }

    /// <summary>Where the log begins.</summary>
    public long Begin => _log.BeginAddress;

    /// <summary>Where the next entry goes, or a little before.</summary>
    public long Tail => _log.TailAddress;

    /// <summary>Up to where entries are durable and can be read.</summary>
    public long Committed => _log.CommittedUntilAddress;

    /// <summary>What the commit says at which the log was opened; null when it does not say.</summary>
    public SpillNumbers? Numbers { get; private set; } = new SpillNumbers(0, 0);

    /// <summary>Opens the log in a directory, or begins one.</summary>
    /// <exception cref="IOException">The directory cannot be used.</exception>
    /// <exception cref="InvalidDataException">There is a log, and it cannot be read.</exception>
    public static SpillLog Open(string directory, long segmentBytes, TimeProvider timeProvider)
    {
        var commits = new SpillCommits(Path.Combine(directory, CommitsName));
        IDevice? device = null;
        SpillLog? log = null;
        try
        {
            if (commits.IsDamaged)
                throw new InvalidDataException($"Both commits in '{directory}' are damaged, so nobody knows where the log ends.");
            device = Devices.CreateLogDevice(Path.Combine(directory, "events"), recoverDevice: true);
            log = new SpillLog(commits, device, Settings(commits, device, segmentBytes), timeProvider);
            if (commits.Newest is { } newest)
                log.Recover(newest, directory);
            return log;
        }
        catch
        {
            if (log is not null)
                log.Dispose();
            else
                (device as IDisposable ?? commits).Dispose();
            throw;
        }
    }

    /// <summary>Adds an entry to the end.</summary>
    /// <param name="entry">At most <see cref="LargestEntry"/> bytes.</param>
    /// <param name="address">Its address.</param>
    /// <returns>False when there is no room in memory before the next commit.</returns>
    public bool TryAppend(ReadOnlySpan<byte> entry, out long address) => _log.TryEnqueue(entry, out address);

    /// <summary>Gives up what is before an address; the next commit makes it durable and deletes the files.</summary>
    public void TruncateUntil(long address) => _log.TruncateUntil(address);

    /// <summary>Makes durable what was appended and given up.</summary>
    /// <param name="numbers">The events up to where the log begins and ends with it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="IOException">The device failed; the log must be opened again.</exception>
    public async Task CommitAsync(SpillNumbers numbers, CancellationToken cancellationToken)
    {
        var tail = _log.TailAddress;
        try
        {
            await _log.CommitStronglyAsync(numbers.Write(), token: cancellationToken)
                .AsTask().WaitAsync(CommitTimeout, _timeProvider, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw new IOException($"The log cannot be written: {exception.Message}", exception);
        }
        finally
        {
            // Off the log's own thread, which brings the answer: whoever goes on may end the log, and would wait on that thread for itself.
            await Task.Yield();
        }
        if (_commits.Failure is { } failure)
            throw new IOException($"The commit cannot be written: {failure.Message}", failure);
        if (Committed < tail)
            throw new IOException($"The log was asked to keep {tail} bytes and kept {Committed}.");
    }

    /// <summary>Reads the entry at an address, or the first one after it.</summary>
    /// <param name="address">The beginning of an entry, or the end of the one before.</param>
    /// <param name="entry">Its bytes, good until the next call.</param>
    /// <param name="start">Where it begins.</param>
    /// <param name="next">Where the next one begins.</param>
    /// <returns>False when there is none that is committed.</returns>
    /// <exception cref="FasterException">A part of the log is damaged; a further call goes on behind it.</exception>
    public bool TryRead(long address, out ReadOnlySpan<byte> entry, out long start, out long next)
    {
        entry = default;
        (start, next) = (address, address);
        if (address >= Committed)
            return false;
        if (_reader is null || _readerAt != address)
        {
            _reader?.Dispose();
            _reader = _log.Scan(address, long.MaxValue, recover: false);
        }
        _readerAt = address;
        if (!GetNext(_reader, out var bytes, out var length, out start, out next))
            return false;
        entry = bytes.AsSpan(0, length);
        _readerAt = next;
        return true;
    }

    private bool GetNext(FasterLogScanIterator reader, out byte[] bytes, out int length, out long start, out long next)
    {
        try
        {
            return reader.GetNext(out bytes, out length, out start, out next);
        }
        catch (Exception exception)
        {
            // An entry whose damage makes it look like a commit record leaves this thread inside of FasterLog's epoch (2.6.5), where it holds
            // every later commit back for ever. To enter and to leave once more, here by asking behind the end, takes it out.
            _ = _log.ReadRecordLengthAsync(long.MaxValue).AsTask();
            throw exception as FasterException ?? new FasterException($"An entry cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>After a <see cref="FasterException"/> of <see cref="TryRead"/>: where the next page begins.</summary>
    public static long NextPage(long address) => (address / PageBytes + 1) * PageBytes;

    public void Dispose()
    {
        _reader?.Dispose();
        _log.Dispose();
        _device.Dispose();
        _commits.Dispose();
    }

    private static FasterLogSettings Settings(SpillCommits commits, IDevice device, long segmentBytes) => new()
    {
        LogDevice = device,
        LogCommitManager = commits,
        LogChecksum = LogChecksumType.PerEntry,
        PageSize = PageBytes,
        MemorySize = MemoryBytes,
        SegmentSize = segmentBytes,
        // By hand: what fails while it is created would be taken for an empty log, and written over.
        TryRecoverLatest = false,
    };

    private void Recover(SpillCommit newest, string directory)
    {
        try
        {
            _log.Recover();
            Numbers = SpillNumbers.Read(_log.RecoveredCookie);
        }
        catch (Exception exception)
        {
            throw new InvalidDataException($"The log in '{directory}' cannot be read: {exception.Message}", exception);
        }
        if (Committed != newest.UntilAddress)
            throw new InvalidDataException($"The log in '{directory}' ends at {Committed} and should end at {newest.UntilAddress}.");
    }
}
