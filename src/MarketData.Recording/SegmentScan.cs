namespace MarketData.Recording;

/// <summary>One segment as it lies in a file, whole and checked, still compressed.</summary>
internal sealed record SegmentScan(SegmentHeader Header, ReadOnlyMemory<byte> Compressed)
{
    private const int ScanBytes = 1024 * 1024;

    /// <summary>Reads the segment at a place, before the end; null when there is no whole one.</summary>
    public static SegmentScan? TryRead(FileStream file, long at, long end)
    {
        Span<byte> head = stackalloc byte[SegmentHeader.Size];
        if (!TryFill(file, at, head) || SegmentHeader.TryRead(head) is not { } header
            || header.CompressedBytes > end - at - SegmentHeader.Size)
        {
            return null;
        }

        var compressed = new byte[header.CompressedBytes];
        return TryFill(file, at + SegmentHeader.Size, compressed) && SegmentHeader.IsWhole(head, compressed)
            ? new SegmentScan(header, compressed)
            : null;
    }

    /// <summary>Looks for the next whole segment.</summary>
    /// <param name="file">The file.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="end">Where the recording ends.</param>
    /// <param name="at">Where it lies; the end when there is none.</param>
    public static SegmentScan? FindNext(FileStream file, long from, long end, out long at)
    {
        var buffer = new byte[ScanBytes];
        for (at = from; at < end;)
        {
            file.Position = at;
            var read = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            var found = buffer.AsSpan(0, read).IndexOf(SegmentHeader.Magic);
            if (found >= 0)
            {
                at += found;
                if (TryRead(file, at, end) is { } segment)
                    return segment;
                at++;
            }
            else if (read < buffer.Length)
            {
                break;
            }
            else
            {
                // One that lies across the end of the buffer is found from there on.
                at += read - SegmentHeader.Magic.Length + 1;
            }
        }

        at = end;
        return null;
    }

    /// <summary>The version of the format that the segment at a place claims when it is not ours; null when it is, or when there is none.</summary>
    public static uint? OtherVersion(FileStream file, long at)
    {
        Span<byte> head = stackalloc byte[SegmentHeader.Size];
        return TryFill(file, at, head) ? SegmentHeader.OtherVersion(head) : null;
    }

    private static bool TryFill(FileStream file, long at, Span<byte> bytes)
    {
        file.Position = at;
        return file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length;
    }
}
