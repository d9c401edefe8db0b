using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using MarketData.Books;

namespace MarketData.Events;

/// <summary>
/// Writes JSON text straight into a buffer writer, without a structure of its own: the caller supplies names and punctuation as literals.
/// Allocates nothing. <see cref="Complete"/> must follow the last write.
/// </summary>
internal ref struct JsonOutput(IBufferWriter<byte> writer)
{
    // Room for any number: a decimal has at most 29 digits, a sign, a point and a zero before it; a double at most 24 characters.
    private const int NumberRoom = 40;

    // Six bytes is the longest form of one UTF-16 code unit: \u001f.
    private const int CharRoom = 6;

    private static readonly SearchValues<char> s_unsafe = SearchValues.Create(CreateUnsafe());

    private Span<byte> _free = [];
    private int _used;

    /// <summary>Hands what was written to the buffer writer.</summary>
    public void Complete()
    {
        writer.Advance(_used);
        _free = [];
        _used = 0;
    }

    /// <summary>Text that is JSON already.</summary>
    public void Raw(scoped ReadOnlySpan<byte> literal)
    {
        Ensure(literal.Length);
        literal.CopyTo(_free[_used..]);
        _used += literal.Length;
    }

    /// <summary>A string with quotes, or <c>null</c>. Lone surrogates become U+FFFD.</summary>
    public void Text(string? value)
    {
        if (value is null)
        {
            Raw("null"u8);
            return;
        }

        Raw("\""u8);
        var rest = value.AsSpan();
        while (!rest.IsEmpty)
        {
            var safe = rest.IndexOfAny(s_unsafe) is var index and >= 0 ? index : rest.Length;
            Plain(rest[..safe]);
            rest = rest[safe..];
            if (!rest.IsEmpty) Escaped(ref rest);
        }

        Raw("\""u8);
    }

    /// <summary>A whole number.</summary>
    public void Number(long value)
    {
        Ensure(NumberRoom);
        Utf8Formatter.TryFormat(value, _free[_used..], out var written);
        _used += written;
    }

    /// <summary>A whole number, or <c>null</c>.</summary>
    public void Number(long? value)
    {
        if (value is { } number) Number(number);
        else Raw("null"u8);
    }

    /// <summary>An exact decimal: no exponent, no trailing zeros, no negative zero.</summary>
    public void Number(decimal value)
    {
        ScaledDecimal.Split(value, out var mantissa, out var scale, out var negative, out var fits);
        if (fits) Digits(mantissa, scale, negative);
        else Wide(value);
    }

    /// <summary>An exact decimal, or <c>null</c>.</summary>
    public void Number(decimal? value)
    {
        if (value is { } number) Number(number);
        else Raw("null"u8);
    }

    /// <summary>The shortest text that reads back as the same double; <c>null</c> for null, infinities and NaN.</summary>
    public void Number(double? value)
    {
        if (value is not { } number || !double.IsFinite(number))
        {
            Raw("null"u8);
            return;
        }

        Ensure(NumberRoom);
        number.TryFormat(_free[_used..], out var written, default, CultureInfo.InvariantCulture);
        _used += written;
    }

    /// <summary>An integer with <paramref name="scale"/> decimals, written like <see cref="Number(decimal)"/>.</summary>
    public void Scaled(long value, int scale) => Digits((ulong)Math.Abs(value), scale, value < 0);

    private void Digits(ulong mantissa, int scale, bool negative)
    {
        Ensure(NumberRoom);
        ScaledDecimal.StripZeros(ref mantissa, ref scale);
        if (negative && mantissa != 0) _free[_used++] = (byte)'-';
        var text = _free[_used..];
        Utf8Formatter.TryFormat(mantissa, text, out var length);
        if (scale > 0)
        {
            // 0.00012 has more decimals than digits: put zeros before them, then open a place for the point.
            var zeros = Math.Max(0, scale + 1 - length);
            text[..length].CopyTo(text[zeros..]);
            text[..zeros].Fill((byte)'0');
            length += zeros;
            text[(length - scale)..length].CopyTo(text[(length - scale + 1)..]);
            text[length - scale] = (byte)'.';
            length++;
        }

        _used += length;
    }

    // More than 64 bits of digits: rare, so the framework's text is trimmed. It never uses an exponent for decimals.
    private void Wide(decimal value)
    {
        Ensure(NumberRoom);
        value.TryFormat(_free[_used..], out var written, default, CultureInfo.InvariantCulture);
        var text = _free.Slice(_used, written);
        if (text.Contains((byte)'.')) text = text.TrimEnd((byte)'0').TrimEnd((byte)'.');
        _used += text.Length;
    }

    private void Plain(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            Ensure(CharRoom);
            var status = Ascii.FromUtf16(text, _free[_used..], out var written);
            _used += written;
            text = text[written..];
            if (status == OperationStatus.Done) return;
        }
    }

    // One character that is not plain: a quote, a backslash, a control character or anything beyond ASCII.
    private void Escaped(ref ReadOnlySpan<char> text)
    {
        Ensure(CharRoom);
        var first = text[0];
        if (first >= 0x80)
        {
            Rune.DecodeFromUtf16(text, out var rune, out var consumed);
            _used += rune.EncodeToUtf8(_free[_used..]);
            text = text[consumed..];
            return;
        }

        text = text[1..];
        if (first is '"' or '\\')
        {
            _free[_used++] = (byte)'\\';
            _free[_used++] = (byte)first;
            return;
        }

        "\\u00"u8.CopyTo(_free[_used..]);
        _used += 4;
        Utf8Formatter.TryFormat((byte)first, _free[_used..], out var written, new StandardFormat('x', 2));
        _used += written;
    }

    private void Ensure(int room)
    {
        if (_free.Length - _used >= room) return;
        if (_used > 0) writer.Advance(_used);
        _free = writer.GetSpan(Math.Max(room, 256));
        _used = 0;
    }

    // Everything but printable ASCII without the quote and the backslash. DEL needs no escape but is not worth an exception.
    private static string CreateUnsafe()
    {
        var characters = new StringBuilder();
        for (var i = 0; i <= char.MaxValue; i++)
        {
            if (i is < 0x20 or '"' or '\\' or >= 0x7F) characters.Append((char)i);
        }

        return characters.ToString();
    }
}
