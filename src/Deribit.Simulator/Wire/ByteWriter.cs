using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Deribit.Simulator.Wire;

/// <summary>A growing buffer of UTF-8 JSON text, reused for frame after frame. Not thread-safe: one owner at a time.</summary>
internal sealed class ByteWriter
{
    private byte[] _buffer = new byte[4096];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public Span<byte> Reserve(int count)
    {
        if (_buffer.Length - Length < count)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + count));
        }

        return _buffer.AsSpan(Length);
    }

    /// <summary>Counts bytes written directly into <see cref="Reserve"/>.</summary>
    public void Advance(int count) => Length += count;

    public void Raw(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(Reserve(utf8.Length));
        Length += utf8.Length;
    }

    public void Byte(byte value)
    {
        Reserve(1)[0] = value;
        Length++;
    }

    /// <summary>Text that is known to need no JSON escaping (names, keywords).</summary>
    public void Text(string text)
    {
        var span = Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
        Length += Encoding.UTF8.GetBytes(text, span);
    }

    public void Quoted(string text)
    {
        Byte((byte)'"');
        Raw(JsonEncodedText.Encode(text).EncodedUtf8Bytes);
        Byte((byte)'"');
    }

    public void Integer(long value)
    {
        Utf8Formatter.TryFormat(value, Reserve(20), out var written);
        Length += written;
    }

    /// <summary>Writes <c>mantissa * 10^-scale</c> in the next form that <paramref name="forms"/> chooses.</summary>
    public void Number(long mantissa, int scale, ref NumberForms forms)
    {
        while (scale > 0 && mantissa % 10 == 0)
        {
            mantissa /= 10;
            scale--;
        }

        switch (forms.Next())
        {
            case NumberForm.Exponent when mantissa != 0:
                Exponent(mantissa, scale);
                break;
            case NumberForm.Shortest:
                Plain(mantissa, scale, pointZero: false);
                break;
            default:
                Plain(mantissa, scale, pointZero: true);
                break;
        }
    }

    private void Plain(long mantissa, int scale, bool pointZero)
    {
        if (scale == 0)
        {
            Integer(mantissa);
            if (pointZero)
            {
                Raw(".0"u8);
            }

            return;
        }

        Span<byte> digits = stackalloc byte[20];
        var count = Digits(mantissa, digits);
        if (count <= scale)
        {
            Raw("0."u8);
            for (var i = count; i < scale; i++)
            {
                Byte((byte)'0');
            }

            Raw(digits[..count]);
            return;
        }

        Raw(digits[..(count - scale)]);
        Byte((byte)'.');
        Raw(digits[(count - scale)..count]);
    }

    // 64000 -> 6.4e4, 3000000 -> 3.0e6, 0.0001423 -> 1.423e-4: the shapes seen on the real wire.
    private void Exponent(long mantissa, int scale)
    {
        Span<byte> digits = stackalloc byte[20];
        var count = Digits(mantissa, digits);
        var exponent = count - 1 - scale;
        var significant = count;
        while (significant > 1 && digits[significant - 1] == '0')
        {
            significant--;
        }

        Byte(digits[0]);
        Byte((byte)'.');
        Raw(significant > 1 ? digits[1..significant] : "0"u8);
        Byte((byte)'e');
        Integer(exponent);
    }

    private int Digits(long mantissa, Span<byte> digits)
    {
        if (mantissa < 0)
        {
            Byte((byte)'-');
        }

        Utf8Formatter.TryFormat((ulong)Math.Abs(mantissa), digits, out var count);
        return count;
    }
}
