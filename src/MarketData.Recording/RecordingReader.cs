using System.Text;

using MarketData.Exchanges;

using ZstdSharp;

namespace MarketData.Recording;

/// <summary>
/// Reads a recording. Comes in: a file. Goes out: its records in their order, every segment checked before any of its records is given.
/// What cannot be read is told, and a record of the kind <see cref="FrameRecord.Missing"/> stands in its place when something follows. Owns:
/// the file while it is read. Runs on: the caller's thread.
/// </summary>
public static class RecordingReader
{
    /// <summary>Whether a file is a recording: by its first bytes or, when they are damaged, by a whole segment anywhere in it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public static bool IsRecording(string path)
    {
        using var file = Open(path);
        Span<byte> start = stackalloc byte[SegmentHeader.Magic.Length];
        if (file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length)
            return false;
        // Frames as text are not searched.
        return start.SequenceEqual(SegmentHeader.Magic)
            || (start[0] != (byte)'{' && SegmentScan.FindNext(file, 1, file.Length, out _) is not null);
    }

    /// <summary>Reads a file from its start.</summary>
    /// <param name="path">The file; it may still be written to.</param>
    /// <param name="damaged">Told of each damage when it is met.</param>
    /// <param name="length">How many bytes of it are the recording; null = as many as it has when the reading begins.</param>
    /// <returns>The records; a payload is valid until the next segment is read, so copy what is to be kept.</returns>
    /// <exception cref="IOException">The file cannot be read, or is of another version of the format.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public static IEnumerable<FrameRecord> Read(string path, Action<RecordingDamage>? damaged = null, long? length = null)
    {
        using var file = Open(path);
        using var decompressor = new Decompressor();
        (ulong Id, uint Number)? before = null;
        long? newest = null;
        var end = length ?? file.Length;
        for (long at = 0; at < end;)
        {
            var start = at;
            var segment = SegmentScan.TryRead(file, at, end) ?? SegmentScan.FindNext(file, at + 1, end, out at);
            if (segment is null)
            {
                // No segment of ours in the whole file.
                if (start == 0 && SegmentScan.OtherVersion(file, 0) is { } version)
                    throw new IOException($"{path}: version {version} of recordings is not known here: it may be of a newer marketdata.");
                damaged?.Invoke(new RecordingDamage(path, start, end - start, IsTail: true, newest, null));
                yield break;
            }

            if (at > start || !Follows(segment.Header, before))
            {
                var damage = new RecordingDamage(path, start, at - start, IsTail: false, newest, segment.Header.FirstUnixNs);
                damaged?.Invoke(damage);
                yield return Missing(newest ?? segment.Header.FirstUnixNs, $"The recording is damaged. {damage}");
            }
            else if (before is { } last && last.Id != segment.Header.RecordingId)
            {
                yield return Missing(newest ?? segment.Header.FirstUnixNs, $"One recording ends here and another one begins, in {path}.");
            }

            (before, newest) = ((segment.Header.RecordingId, segment.Header.Number), Math.Max(newest ?? long.MinValue, segment.Header.LastUnixNs));
            at += SegmentHeader.Size + segment.Header.CompressedBytes;
            foreach (var record in Records(path, segment, decompressor))
                yield return record;
        }
    }

    /// <summary>A record that says that nothing is known from its time on.</summary>
    /// <param name="sinceUnixNs">The time, ns since the Unix epoch: that of the last record before.</param>
    /// <param name="sentence">Why.</param>
    public static FrameRecord Missing(long sinceUnixNs, string sentence) => new(FrameRecord.Missing, 0, sinceUnixNs, Encoding.UTF8.GetBytes(sentence));

    // A checksum that is right vouches for what was written: what does not fit then was written wrong.
    private static IEnumerable<FrameRecord> Records(string path, SegmentScan segment, Decompressor decompressor)
    {
        ReadOnlyMemory<byte> rest = Unpack(path, segment, decompressor);
        while (rest.Length > 0)
            yield return RecordCodec.TryTake(ref rest) ?? throw WrittenWrong(path, segment);
    }

    private static byte[] Unpack(string path, SegmentScan segment, Decompressor decompressor)
    {
        var bytes = new byte[segment.Header.RecordBytes];
        try
        {
            return decompressor.Unwrap(segment.Compressed.Span, bytes) == bytes.Length ? bytes : throw WrittenWrong(path, segment);
        }
        catch (ZstdException)
        {
            throw WrittenWrong(path, segment);
        }
    }

    private static IOException WrittenWrong(string path, SegmentScan segment) => new(
        $"{path}, segment {segment.Header.Number}: the records cannot be unpacked, although the checksum is right: it was written wrong. Please report this.");

    // Recordings may stand one behind the other in one file: the next one begins with segment 0.
    private static bool Follows(SegmentHeader header, (ulong Id, uint Number)? before) =>
        header.Number == (before is { } last && last.Id == header.RecordingId ? last.Number + 1 : 0);

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
}
