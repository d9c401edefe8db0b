using System.IO.Compression;

namespace Deribit.Simulator.Wire;

/// <summary>
/// In: encoded frames for one connection. Out: the same messages compressed (RFC 7692, section 7.2.1); control frames as they are.
/// Owns the compression context and its buffers; used in the order of sending, with the hub's gate held.
/// </summary>
internal sealed class FrameDeflater(bool keepsContext) : IDisposable
{
    // What a flush ends with and a message leaves out.
    private const int TailLength = 4;
    private readonly MemoryStream _deflated = new();
    private readonly ByteWriter _output = new();
    private readonly ByteWriter _message = new();
    private DeflateStream? _stream;

    /// <summary>Compresses every message in the frames. Valid until the next call.</summary>
    /// <param name="frames">Whole frames; a fragmented message begins and ends in them.</param>
    /// <param name="corrupt">Makes every message begin with a block of a type that does not exist (RFC 1951, 3.2.3).</param>
    public ReadOnlySpan<byte> Encode(ReadOnlySpan<byte> frames, bool corrupt = false)
    {
        _output.Clear();
        var opcode = WebSocketOpcode.Text;
        var fragmented = false;
        while (!frames.IsEmpty)
        {
            var length = WebSocketFrames.Read(frames, out var kind, out var final, out var payload);
            if (kind >= WebSocketOpcode.Close)
            {
                _output.Raw(frames[..length]);
            }
            else
            {
                if (kind != WebSocketOpcode.Continuation)
                {
                    (opcode, fragmented) = (kind, !final);
                    _message.Clear();
                }

                _message.Raw(payload);
                if (final)
                {
                    Write(opcode, Deflate(_message.Written, corrupt), fragmented ? 1 : int.MaxValue);
                }
            }

            frames = frames[length..];
        }

        return _output.Written;
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _deflated.Dispose();
    }

    private Span<byte> Deflate(ReadOnlySpan<byte> message, bool corrupt)
    {
        if (!keepsContext)
        {
            _stream?.Dispose();
            _stream = null;
        }

        _deflated.SetLength(0);
        _stream ??= new DeflateStream(_deflated, CompressionLevel.Fastest, leaveOpen: true);
        _stream.Write(message);
        _stream.Flush();
        if (message.IsEmpty)
        {
            // Nothing was flushed: an empty message is one empty block (RFC 7692, 7.2.3.6).
            _deflated.SetLength(0);
            _deflated.Write([0, 0, 0, 0xFF, 0xFF]);
        }

        var block = _deflated.GetBuffer().AsSpan(0, (int)_deflated.Length - TailLength);
        if (corrupt)
        {
            block[0] |= 0b110;
        }

        return block;
    }

    private void Write(WebSocketOpcode opcode, ReadOnlySpan<byte> payload, int most)
    {
        for (var first = true; first || !payload.IsEmpty; first = false)
        {
            var part = payload[..Math.Min(payload.Length, most)];
            payload = payload[part.Length..];
            _output.Advance(WebSocketFrames.WriteHeader(
                _output.Reserve(WebSocketFrames.MaxHeaderLength), first ? opcode : WebSocketOpcode.Continuation, part.Length,
                final: payload.IsEmpty, compressed: first));
            _output.Raw(part);
        }
    }
}
