using System.Buffers;
using System.Buffers.Binary;

using MarketData.Exchanges;

namespace MarketData.Recording;

/// <summary>
/// One record within a segment, numbers little-endian:
/// <code>
///  0  4  payload, bytes
///  4  1  kind
///  5  4  connection
///  9  8  receive time, ns since the Unix epoch
/// 17  .  payload
/// </code>
/// </summary>
internal static class RecordCodec
{
    public const int HeadBytes = 17;

    public static void Write(ArrayBufferWriter<byte> output, in FrameRecord record)
    {
        var bytes = output.GetSpan(HeadBytes + record.Payload.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, record.Payload.Length);
        bytes[4] = record.Kind;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[5..], record.Connection);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[9..], record.ReceivedAtUnixNs);
        record.Payload.Span.CopyTo(bytes[HeadBytes..]);
        output.Advance(HeadBytes + record.Payload.Length);
    }

    /// <summary>Takes the first record off; null when what is there is no whole record.</summary>
    public static FrameRecord? TryTake(ref ReadOnlyMemory<byte> segment)
    {
        if (segment.Length < HeadBytes)
            return null;
        var head = segment.Span;
        var length = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (length < 0 || length > segment.Length - HeadBytes)
            return null;
        var record = new FrameRecord(
            head[4], BinaryPrimitives.ReadUInt32LittleEndian(head[5..]), BinaryPrimitives.ReadInt64LittleEndian(head[9..]),
            segment.Slice(HeadBytes, length));
        segment = segment[(HeadBytes + length)..];
        return record;
    }
}
