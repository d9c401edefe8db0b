using System.Buffers.Binary;
using System.Security.Cryptography;
using FASTER.core;

namespace MarketData.Kafka;

/// <summary>
/// Keeps the spill log's newest commit: FasterLog's own metadata, in two places of one small file that are written in turn, so that a torn
/// write leaves the one before it, and a full disk cannot hinder it: the file has its size from the start. (FasterLog's own manager writes a
/// new file for every commit; on a full disk that file is empty and nobody is told.) Called by FasterLog on its threads, one at a time.
/// <code>slot: number(8) until(8) length(4) sha256(32) metadata</code>
/// </summary>
internal sealed class SpillCommits : ILogCommitManager, IDisposable
{
    private const int SlotSize = 4096;
    private const int HeaderSize = sizeof(long) + sizeof(long) + sizeof(int) + SHA256.HashSizeInBytes;
    private readonly FileStream _file;
    private readonly byte[] _slot = new byte[SlotSize];
    private int _next;

    /// <summary>Opens or creates the file.</summary>
    /// <exception cref="IOException">It cannot be.</exception>
    public SpillCommits(string path)
    {
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        try
        {
            var isNew = _file.Length < 2 * SlotSize;
            if (isNew)
            {
                RandomAccess.Write(_file.SafeFileHandle, new byte[2 * SlotSize], 0);
                _file.Flush(flushToDisk: true);
            }
            var slots = new[] { Read(0), Read(1) };
            Newest = slots.MaxBy(slot => slot?.Number ?? long.MinValue);
            _next = Newest is null || ReferenceEquals(slots[1], Newest) ? 0 : 1;
            IsDamaged = Newest is null && !isNew && !IsBlank();
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>The commit that counts; null when there was none yet.</summary>
    public SpillCommit? Newest { get; private set; }

    /// <summary>Whether something is written in the file but neither place is sound.</summary>
    public bool IsDamaged { get; }

    /// <summary>Why the newest commit could not be written; null when it was.</summary>
    public Exception? Failure { get; private set; }

    public void Commit(long beginAddress, long untilAddress, byte[] commitMetadata, long commitNum, bool forceWriteMetadata)
    {
        try
        {
            var commit = new SpillCommit(commitNum, untilAddress, commitMetadata);
            Write(commit);
            Newest = commit;
        }
        catch (Exception exception)
        {
            // FasterLog has nobody to tell on this thread; the one who asked for the commit looks here.
            Failure = exception;
        }
    }

    public byte[] GetCommitMetadata(long commitNum) => Newest is { } newest && newest.Number == commitNum
        ? newest.Metadata
        : throw new InvalidOperationException($"There is no commit {commitNum}.");

    public IEnumerable<long> ListCommits() => Newest is { } newest ? [newest.Number] : [];

    public void RemoveCommit(long commitNum)
    {
        // Each commit takes the place of the one before the last.
    }

    public void RemoveAllCommits()
    {
        // Never asked for: a log that is given up is deleted with its directory.
    }

    public void OnRecovery(long commitNum)
    {
        // The older place stays until the next commit takes it.
    }

    public void Dispose() => _file.Dispose();

    private void Write(SpillCommit commit)
    {
        if (commit.Metadata.Length > SlotSize - HeaderSize)
            throw new InvalidDataException($"The commit takes {commit.Metadata.Length} bytes, more than there is room for.");
        Array.Clear(_slot);
        BinaryPrimitives.WriteInt64LittleEndian(_slot, commit.Number);
        BinaryPrimitives.WriteInt64LittleEndian(_slot.AsSpan(8), commit.UntilAddress);
        BinaryPrimitives.WriteInt32LittleEndian(_slot.AsSpan(16), commit.Metadata.Length);
        commit.Metadata.CopyTo(_slot.AsSpan(HeaderSize));
        Hash(_slot).CopyTo(_slot.AsSpan(20));
        RandomAccess.Write(_file.SafeFileHandle, _slot, _next * SlotSize);
        _file.Flush(flushToDisk: true);
        _next = 1 - _next;
    }

    private SpillCommit? Read(int place)
    {
        var slot = new byte[SlotSize];
        if (RandomAccess.Read(_file.SafeFileHandle, slot, place * SlotSize) < SlotSize)
            return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(slot.AsSpan(16));
        if (length is <= 0 or > SlotSize - HeaderSize || !slot.AsSpan(20, SHA256.HashSizeInBytes).SequenceEqual(Hash(slot)))
            return null;
        return new SpillCommit(
            BinaryPrimitives.ReadInt64LittleEndian(slot), BinaryPrimitives.ReadInt64LittleEndian(slot.AsSpan(8)),
            slot.AsSpan(HeaderSize, length).ToArray());
    }

    /// <summary>Of everything but the hash's own place.</summary>
    private static byte[] Hash(byte[] slot)
    {
        var whole = slot.AsSpan().ToArray();
        whole.AsSpan(20, SHA256.HashSizeInBytes).Clear();
        return SHA256.HashData(whole);
    }

    private bool IsBlank()
    {
        var whole = new byte[2 * SlotSize];
        _ = RandomAccess.Read(_file.SafeFileHandle, whole, 0);
        return !whole.AsSpan().ContainsAnyExcept((byte)0);
    }
}

/// <summary>One commit: its number, the address up to which the log is durable, and FasterLog's own words.</summary>
internal sealed record SpillCommit(long Number, long UntilAddress, byte[] Metadata);
