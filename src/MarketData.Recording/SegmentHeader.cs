using System.Buffers.Binary;
using System.Numerics;

namespace MarketData.Recording;

/// <summary>
/// The 52 bytes before the compressed records of a segment, all numbers little-endian:
/// <code>
///  0  8  the bytes "MDFRAMES"
///  8  4  CRC-32C of everything behind it: bytes 12 to 51 of the header, and the compressed records
/// 12  4  version of the format, 1
/// 16  8  id of the recording: the same in all of its segments, another one in every other recording
/// 24  4  number of the segment in its recording, from 0
/// 28  4  compressed records, bytes
/// 32  4  the same uncompressed
/// 36  8  least receive time in it, ns since the Unix epoch
/// 44  8  greatest receive time in it
/// </code>
/// </summary>
internal readonly record struct SegmentHeader(
    ulong RecordingId, uint Number, int CompressedBytes, int RecordBytes, long FirstUnixNs, long LastUnixNs)
{
    public const int Size = 52;
    public const int MostBytes = 256 * 1024 * 1024;
    private const uint Version = 1;
    private const int ChecksumAt = 8;
    private const int CheckedFrom = 12;

    public static ReadOnlySpan<byte> Magic => "MDFRAMES"u8;

    /// <summary>Writes the header of records that are compressed already.</summary>
    public void Write(Span<byte> header, ReadOnlySpan<byte> compressed)
    {
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], Version);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], RecordingId);
        BinaryPrimitives.WriteUInt32LittleEndian(header[24..], Number);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], CompressedBytes);
        BinaryPrimitives.WriteInt32LittleEndian(header[32..], RecordBytes);
        BinaryPrimitives.WriteInt64LittleEndian(header[36..], FirstUnixNs);
        BinaryPrimitives.WriteInt64LittleEndian(header[44..], LastUnixNs);
        BinaryPrimitives.WriteUInt32LittleEndian(header[ChecksumAt..], Checksum(header, compressed));
    }

    /// <summary>Reads a header; null when it is none, or of another version. Its figures are believed only with <see cref="IsWhole"/>.</summary>
    public static SegmentHeader? TryRead(ReadOnlySpan<byte> header)
    {
        if (header.Length < Size || !header.StartsWith(Magic) || BinaryPrimitives.ReadUInt32LittleEndian(header[12..]) != Version)
            return null;
        var read = new SegmentHeader(
            BinaryPrimitives.ReadUInt64LittleEndian(header[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(header[24..]),
            BinaryPrimitives.ReadInt32LittleEndian(header[28..]),
            BinaryPrimitives.ReadInt32LittleEndian(header[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(header[36..]),
            BinaryPrimitives.ReadInt64LittleEndian(header[44..]));
        return read is { CompressedBytes: >= 0 and <= MostBytes, RecordBytes: >= 0 and <= MostBytes } ? read : null;
    }

    /// <summary>The version that a header claims when it is not ours; null when it is, or when it is no header.</summary>
    public static uint? OtherVersion(ReadOnlySpan<byte> header) =>
        header.Length >= CheckedFrom + sizeof(uint) && header.StartsWith(Magic)
        && BinaryPrimitives.ReadUInt32LittleEndian(header[CheckedFrom..]) is var version and not Version ? version : null;

    /// <summary>Whether header and records are what was written.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> header, ReadOnlySpan<byte> compressed) =>
        BinaryPrimitives.ReadUInt32LittleEndian(header[ChecksumAt..]) == Checksum(header, compressed);

    internal static uint Crc32C(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var last in bytes)
            crc = BitOperations.Crc32C(crc, last);
        return crc;
    }

    private static uint Checksum(ReadOnlySpan<byte> header, ReadOnlySpan<byte> compressed) =>
        ~Crc32C(Crc32C(uint.MaxValue, header[CheckedFrom..Size]), compressed);
}
