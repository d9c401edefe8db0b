using System.Buffers.Binary;

namespace Deribit.Simulator.Wire;

/// <summary>
/// In: the bytes of one client connection. Out: whole messages and control frames, unmasked.
/// Owns its buffers; runs on the session's reading loop only.
/// </summary>
internal sealed class WebSocketReader(
    Stream stream, int maxMessageBytes, Func<CancellationToken, ValueTask> beforeUse, bool mayBeCompressed)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly byte[] _message = new byte[maxMessageBytes];
    private int _start;
    private int _end;
    private int _messageLength;
    private byte[] _inflated = [];
    private bool _tooLarge;
    private bool _compressed;

    /// <summary>The next message, or null when the peer ended the connection. The payload is valid until the next call.</summary>
    public async ValueTask<WebSocketMessage?> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (!await FillAsync(2, cancellation))
            {
                return null;
            }

            var first = _buffer[_start];
            var second = _buffer[_start + 1];
            var opcode = (WebSocketOpcode)(first & 0x0F);
            var masked = (second & 0x80) != 0;
            var extended = (second & 0x7F) switch { 126 => 2, 127 => 8, _ => 0 };
            var headerLength = 2 + extended + (masked ? 4 : 0);
            if (!await FillAsync(headerLength, cancellation))
            {
                return null;
            }

            var header = _buffer.AsSpan(_start, headerLength);
            var length = extended switch
            {
                2 => BinaryPrimitives.ReadUInt16BigEndian(header[2..]),
                8 => BinaryPrimitives.ReadInt64BigEndian(header[2..]),
                _ => second & 0x7F,
            };
            var mask = masked ? BinaryPrimitives.ReadUInt32LittleEndian(header[^4..]) : 0;
            _start += headerLength;

            if (opcode >= WebSocketOpcode.Close)
            {
                if (length > 125 || !await FillAsync((int)length, cancellation))
                {
                    return null;
                }

                var control = _buffer.AsSpan(_start, (int)length).ToArray();
                Unmask(control, mask, 0);
                _start += (int)length;
                return new WebSocketMessage(opcode, control, TooLarge: false);
            }

            if (opcode != WebSocketOpcode.Continuation)
            {
                _messageLength = 0;
                _tooLarge = false;
                _compressed = (first & 0x40) != 0;
                if (_compressed && !mayBeCompressed)
                {
                    return null;
                }
            }

            if (!await TakePayloadAsync(length, mask, cancellation))
            {
                return null;
            }

            if ((first & 0x80) != 0)
            {
                return _compressed && !_tooLarge
                    ? Inflated()
                    : new WebSocketMessage(WebSocketOpcode.Text, _message.AsMemory(0, _messageLength), _tooLarge);
            }
        }
    }

    // Null ends the connection, as a compressed message that cannot be read must.
    private WebSocketMessage? Inflated()
    {
        if (_inflated.Length == 0)
        {
            _inflated = new byte[maxMessageBytes];
        }

        return MessageInflater.Inflate(_message.AsSpan(0, _messageLength), _inflated, out var tooLarge) is { } length
            ? new WebSocketMessage(WebSocketOpcode.Text, _inflated.AsMemory(0, length), tooLarge)
            : null;
    }

    private async ValueTask<bool> TakePayloadAsync(long length, uint mask, CancellationToken cancellation)
    {
        for (long taken = 0; taken < length;)
        {
            if (!await FillAsync(1, cancellation))
            {
                return false;
            }

            var part = _buffer.AsSpan(_start, (int)Math.Min(_end - _start, length - taken));
            if (_tooLarge || part.Length > _message.Length - _messageLength)
            {
                // Too large: the rest is read and thrown away, the reply says so, the connection lives on.
                _tooLarge = true;
            }
            else
            {
                part.CopyTo(_message.AsSpan(_messageLength));
                Unmask(_message.AsSpan(_messageLength, part.Length), mask, taken);
                _messageLength += part.Length;
            }

            taken += part.Length;
            _start += part.Length;
        }

        return true;
    }

    private async ValueTask<bool> FillAsync(int count, CancellationToken cancellation)
    {
        while (_end - _start < count)
        {
            if (_start > 0)
            {
                Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
                _end -= _start;
                _start = 0;
            }

            await beforeUse(cancellation);
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }

    private static void Unmask(Span<byte> data, uint mask, long offset)
    {
        for (var i = 0; i < data.Length; i++)
        {
            data[i] ^= (byte)(mask >> (int)(((offset + i) & 3) * 8));
        }
    }
}
