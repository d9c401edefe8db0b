using System.Buffers.Binary;

namespace MarketData.Kafka;

/// <summary>
/// How many events a spill log was ever given, up to its beginning and up to its end: the difference is what must be in it, whether it can be
/// read or not. Kept with each commit: <code>before(8) until(8)</code>, little-endian.
/// </summary>
/// <param name="Before">Events before the log's beginning.</param>
/// <param name="Until">Events before its end.</param>
internal readonly record struct SpillNumbers(long Before, long Until)
{
    private const int Size = 2 * sizeof(long);

    /// <summary>The bytes.</summary>
    public byte[] Write()
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Before);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(sizeof(long)), Until);
        return bytes;
    }

    /// <summary>Reads the bytes; null when they are none of ours: a program that did not count made the commit.</summary>
    public static SpillNumbers? Read(byte[]? bytes) => bytes is { Length: Size }
        ? new SpillNumbers(BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(sizeof(long))))
        : null;
}
