using System.Buffers;

using MarketData.Exchanges;

using ZstdSharp;

namespace MarketData.Recording;

/// <summary>
/// Writes a recording. Comes in: records, from any thread. Goes out: segments on the disk, each whole and checked or not there. Owns: the
/// file, and what waits for it, which is bounded. What there is no room for is counted, and its place in the recording says so. Runs on: a
/// task of its own, which compresses, writes and waits for the disk.
/// </summary>
public sealed class RecordingWriter : IFrameRecorder, IAsyncDisposable
{
    private const int CompressionLevel = 3;
    private const int RoomForMissing = 1024;

    private readonly Lock _lock = new();
    private readonly RecordingWriterOptions _options;
    private readonly TimeProvider _time;
    private readonly Stream _file;
    private readonly Compressor _compressor = new(CompressionLevel);
    private readonly ulong _id = unchecked((ulong)Random.Shared.NextInt64(long.MinValue, long.MaxValue));
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;
    private Batch _filling = new();
    private Batch _spare = new();
    private TaskCompletionSource _full = NewSignal();
    private uint _number;
    private bool _isClosed;
    private bool _isEnded;
    private long _missing;
    private long _missingFrom;
    private long _kept;
    private long _waiting;
    private long _lost;
    private long _payloadBytes;
    private long _fileBytes;
    private string? _fault;

    /// <summary>Begins a recording in a stream.</summary>
    /// <param name="file">Where it goes; written from its start and disposed with the writer.</param>
    /// <param name="time">The clock for ages and pauses.</param>
    /// <param name="options">How it works; null = the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">More may wait than a segment that is read again can hold.</exception>
    public RecordingWriter(Stream file, TimeProvider time, RecordingWriterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(time);
        (_file, _time, _options) = (file, time, options ?? new RecordingWriterOptions());
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_options.MostWaitingBytes, SegmentHeader.MostBytes / 2, nameof(options));
        _run = Task.Run(RunAsync);
    }

    /// <summary>What was done so far; any thread.</summary>
    public RecordingStatus Status
    {
        get
        {
            lock (_lock)
                return new RecordingStatus(_kept, _waiting, _lost, _payloadBytes, _fileBytes, _fault);
        }
    }

    /// <summary>Completes when nothing is written any more: after the end, or by a fault that is none of the disk's and will not pass.</summary>
    public Task Ended => _run;

    /// <summary>Begins a recording in a new file.</summary>
    /// <param name="path">The file, which must not be there yet: a recording is never overwritten.</param>
    /// <param name="time">The clock for ages and pauses.</param>
    /// <param name="options">How it works; null = the defaults.</param>
    /// <exception cref="IOException">The file is there already, or cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public static RecordingWriter Create(string path, TimeProvider time, RecordingWriterOptions? options = null) =>
        new(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0), time, options);

    /// <inheritdoc/>
    public bool TryRecord(in FrameRecord record)
    {
        lock (_lock)
        {
            if (_isClosed || _isEnded || !HasRoom(record.Payload.Length))
            {
                _missingFrom = _missing == 0 ? record.ReceivedAtUnixNs : _missingFrom;
                _missing++;
                _lost++;
                return false;
            }

            SayWhatIsMissing();
            Add(record);
            if (_filling.Bytes.WrittenCount >= _options.SegmentBytes)
                _full.TrySetResult();
            return true;
        }
    }

    /// <inheritdoc/>
    public void LeaveOut()
    {
        lock (_lock)
            _lost++;
    }

    /// <summary>Takes nothing more, writes what waits, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_isClosed)
                return;
            _isClosed = true;
        }

        await _stop.CancelAsync();
        await _run;
        await _file.DisposeAsync();
        _compressor.Dispose();
        _stop.Dispose();
    }

    private bool HasRoom(int payload) =>
        _filling.Bytes.WrittenCount + (_missing > 0 ? RoomForMissing : 0) + RecordCodec.HeadBytes + payload <= _options.MostWaitingBytes;

    // The record that stands for those that there was no room for. It has room of its own, so that it is never lost itself.
    private void SayWhatIsMissing()
    {
        if (_missing == 0)
            return;
        var sentence = $"{_missing} records or more are missing here: more than {_options.MostWaitingBytes} bytes waited for the disk.";
        Add(RecordingReader.Missing(_missingFrom, sentence));
        _missing = 0;
    }

    private void Add(in FrameRecord record)
    {
        _filling.Add(record);
        _waiting++;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync()
    {
        try
        {
            await WriteUntilStoppedAsync();
        }
        catch (Exception exception)
        {
            // The boundary of the writer: without it nothing is kept any more, which whoever records must be told.
            lock (_lock)
            {
                _isEnded = true;
                (_lost, _waiting, _fault) = (_lost + _waiting, 0, $"The writer failed: {exception.Message}");
            }
        }
    }

    private async Task WriteUntilStoppedAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            TaskCompletionSource full;
            lock (_lock)
                full = _full;
            await full.Task.WaitAsync(_options.SegmentAge, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await WriteWaitingAsync();
        }

        await WriteWaitingAsync();
    }

    private async Task WriteWaitingAsync()
    {
        Batch batch;
        lock (_lock)
        {
            SayWhatIsMissing();
            if (_full.Task.IsCompleted)
                _full = NewSignal();
            if (_filling.Records == 0)
                return;
            (batch, _filling) = (_filling, _spare);
        }

        var segment = Encode(batch);
        long? refusedSince = null;
        while (!await TryWriteAsync(segment, batch))
        {
            refusedSince ??= _time.GetTimestamp();
            if (_stop.IsCancellationRequested && _time.GetElapsedTime(refusedSince.Value) >= _options.LastTries)
            {
                lock (_lock)
                    (_waiting, _lost) = (_waiting - batch.Records, _lost + batch.Records);
                // Should the disk take what waits behind it, the number that is missing says that something was before.
                _number++;
                break;
            }

            await Task.Delay(_options.RetryAfter, _time, CancellationToken.None);
        }

        batch.Clear();
        _spare = batch;
    }

    private byte[] Encode(Batch batch)
    {
        var compressed = _compressor.Wrap(batch.Bytes.WrittenSpan);
        var segment = new byte[SegmentHeader.Size + compressed.Length];
        compressed.CopyTo(segment.AsSpan(SegmentHeader.Size));
        new SegmentHeader(_id, _number, compressed.Length, batch.Bytes.WrittenCount, batch.FirstUnixNs, batch.LastUnixNs)
            .Write(segment, compressed);
        return segment;
    }

    private async Task<bool> TryWriteAsync(byte[] segment, Batch batch)
    {
        // Nobody else writes it.
        var end = _fileBytes;
        try
        {
            _file.Position = end;
            await _file.WriteAsync(segment, CancellationToken.None);
            if (_file is FileStream file)
                file.Flush(flushToDisk: true);
            _number++;
            lock (_lock)
            {
                _kept += batch.Records;
                _waiting -= batch.Records;
                _payloadBytes += batch.Bytes.WrittenCount - ((long)batch.Records * RecordCodec.HeadBytes);
                _fileBytes = end + segment.Length;
                _fault = null;
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            lock (_lock)
                _fault = exception.Message;
            CutBack(end);
            return false;
        }
    }

    // A part of a segment must not stay between whole ones.
    private void CutBack(long end)
    {
        try
        {
            _file.SetLength(end);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next try writes over it from the same place.
        }
    }

    private sealed class Batch
    {
        public ArrayBufferWriter<byte> Bytes { get; } = new();

        public int Records { get; private set; }

        public long FirstUnixNs { get; private set; } = long.MaxValue;

        public long LastUnixNs { get; private set; } = long.MinValue;

        public void Add(in FrameRecord record)
        {
            RecordCodec.Write(Bytes, record);
            Records++;
            FirstUnixNs = Math.Min(FirstUnixNs, record.ReceivedAtUnixNs);
            LastUnixNs = Math.Max(LastUnixNs, record.ReceivedAtUnixNs);
        }

        public void Clear()
        {
            Bytes.ResetWrittenCount();
            (Records, FirstUnixNs, LastUnixNs) = (0, long.MaxValue, long.MinValue);
        }
    }
}
