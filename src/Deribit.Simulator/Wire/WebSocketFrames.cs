using System.Buffers.Binary;
using System.Text;

namespace Deribit.Simulator.Wire;

/// <summary>
/// Server frames of RFC 6455. They carry no mask, so one encoded frame is the same bytes for every connection: that is
/// why the simulator frames messages itself instead of going through a WebSocket object per connection.
/// </summary>
internal static class WebSocketFrames
{
    public const int MaxHeaderLength = 10;

    /// <summary>Writes the header of one frame and returns its length (2, 4 or 10).</summary>
    public static int WriteHeader(Span<byte> target, WebSocketOpcode opcode, long payloadLength, bool final = true, bool compressed = false)
    {
        target[0] = (byte)((final ? 0x80 : 0) | (compressed ? 0x40 : 0) | (byte)opcode);
        switch (payloadLength)
        {
            case < 126:
                target[1] = (byte)payloadLength;
                return 2;
            case <= ushort.MaxValue:
                target[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)payloadLength);
                return 4;
            default:
                target[1] = 127;
                BinaryPrimitives.WriteInt64BigEndian(target[2..], payloadLength);
                return 10;
        }
    }

    /// <summary>Takes the first of some frames apart and returns its length.</summary>
    public static int Read(ReadOnlySpan<byte> frames, out WebSocketOpcode opcode, out bool final, out ReadOnlySpan<byte> payload)
    {
        final = (frames[0] & 0x80) != 0;
        opcode = (WebSocketOpcode)(frames[0] & 0x0F);
        var (header, length) = frames[1] switch
        {
            126 => (4, BinaryPrimitives.ReadUInt16BigEndian(frames[2..])),
            127 => (10, (int)BinaryPrimitives.ReadInt64BigEndian(frames[2..])),
            var small => (2, small),
        };
        payload = frames.Slice(header, length);
        return header + length;
    }

    public static byte[] Build(WebSocketOpcode opcode, ReadOnlySpan<byte> payload)
    {
        Span<byte> header = stackalloc byte[MaxHeaderLength];
        var length = WriteHeader(header, opcode, payload.Length);
        return [.. header[..length], .. payload];
    }

    /// <summary>One message as fragments of a single byte each.</summary>
    public static byte[] BuildFragmented(ReadOnlySpan<byte> payload)
    {
        var frames = new byte[payload.Length * 3];
        for (var i = 0; i < payload.Length; i++)
        {
            var opcode = i == 0 ? WebSocketOpcode.Text : WebSocketOpcode.Continuation;
            WriteHeader(frames.AsSpan(i * 3), opcode, 1, final: i == payload.Length - 1);
            frames[(i * 3) + 2] = payload[i];
        }

        return frames;
    }

    public static byte[] BuildClose(int code, string reason)
    {
        var text = Encoding.UTF8.GetBytes(reason);
        var payload = new byte[2 + Math.Min(text.Length, 123)];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        text.AsSpan(0, payload.Length - 2).CopyTo(payload.AsSpan(2));
        return Build(WebSocketOpcode.Close, payload);
    }
}
