using System.Buffers.Text;
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Unicode;

namespace Deribit.Client.Json;

/// <content>Names and strings. Grammar: <c>'"' (any byte from 0x20 but '"' and '\', or an escape)* '"'</c>.</content>
internal ref partial struct Utf8Scanner
{
    /// <summary>
    /// Takes a member's name and its colon. Escapes are resolved; a name with escapes that is longer than <see cref="MaxKeptBytes"/> comes
    /// back empty, since no name that we know is that long. Valid until the next name or string is read.
    /// </summary>
    public ReadOnlySpan<byte> ReadName()
    {
        Expect((byte)'"');
        ReadOnlySpan<byte> name = ReadStringBody(out bool fits);
        Expect((byte)':');
        return fits ? name : default;
    }

    /// <summary>Takes a string that is compared or kept; escapes are resolved. UTF-8 is not checked. Valid until the next read.</summary>
    /// <exception cref="DeribitProtocolException">It is no string, is malformed, or is longer than <see cref="MaxKeptBytes"/>.</exception>
    public ReadOnlySpan<byte> ReadWord()
    {
        Expect((byte)'"');
        ReadOnlySpan<byte> word = ReadStringBody(out bool fits);
        if (!fits || word.Length > MaxKeptBytes) Throw($"A string is longer than the {MaxKeptBytes} bytes that are accepted");
        return word;
    }

    /// <summary>Takes a string as text of its own.</summary>
    /// <exception cref="DeribitProtocolException">It is no string, is malformed, too long, or not UTF-8.</exception>
    public string ReadText() => ToText(ReadWord());

    /// <summary>Decodes bytes that are kept.</summary>
    /// <exception cref="DeribitProtocolException">They are not UTF-8.</exception>
    public readonly string ToText(ReadOnlySpan<byte> word)
    {
        if (!Utf8.IsValid(word)) Throw($"A string is not valid UTF-8: '{Describe(word)}'");
        return Encoding.UTF8.GetString(word);
    }

    // Position is behind the opening quote; afterwards behind the closing one.
    private ReadOnlySpan<byte> ReadStringBody(out bool fits)
    {
        int start = Position;
        int stop = FindStop(start);
        if (_bytes[stop] == '"')
        {
            Position = stop + 1;
            fits = true;
            return _bytes[start..stop];
        }

        return ReadEscaped(start, out fits);
    }

    // The next quote, backslash or control byte. The zero behind the text is a control byte, so there always is one.
    private readonly int FindStop(int position)
    {
        Vector128<byte> quote = Vector128.Create((byte)'"'), backslash = Vector128.Create((byte)'\\'), space = Vector128.Create((byte)' ');
        while (position <= Length)
        {
            Vector128<byte> chunk = Vector128.LoadUnsafe(ref Origin, (nuint)position);
            Vector128<byte> stops = Vector128.Equals(chunk, quote) | Vector128.Equals(chunk, backslash) | Vector128.LessThan(chunk, space);
            if (stops != Vector128<byte>.Zero) return position + BitOperations.TrailingZeroCount(stops.ExtractMostSignificantBits());
            position += Vector128<byte>.Count;
        }

        return Length;
    }

    private ReadOnlySpan<byte> ReadEscaped(int start, out bool fits)
    {
        int written = 0, from = start;
        Span<byte> utf8 = stackalloc byte[4];
        fits = true;
        while (true)
        {
            int stop = FindStop(from);
            Append(_bytes[from..stop], ref written, ref fits);
            Position = stop;
            if (_bytes[stop] == '"')
            {
                Position = stop + 1;
                return _scratch[..written];
            }

            if (_bytes[stop] != '\\') Throw(stop >= Length ? "A string is not closed" : "A string holds a control character");
            int length = ReadEscape(utf8);
            Append(utf8[..length], ref written, ref fits);
            from = Position;
        }
    }

    private readonly void Append(scoped ReadOnlySpan<byte> part, ref int written, ref bool fits)
    {
        fits &= part.Length <= _scratch.Length - written;
        if (!fits) return;
        part.CopyTo(_scratch[written..]);
        written += part.Length;
    }

    // One escape at Position: \" \\ \/ \b \f \n \r \t or \uXXXX. A lone surrogate cannot be UTF-8 and is refused.
    private int ReadEscape(scoped Span<byte> utf8)
    {
        byte kind = _bytes[Position + 1];
        if (kind == 'u')
        {
            int unit = ReadHex(Position + 2);
            Position += 6;
            if (!char.IsSurrogate((char)unit)) return new Rune(unit).EncodeToUtf8(utf8);
            int low = _bytes[Position] == '\\' && _bytes[Position + 1] == 'u' ? ReadHex(Position + 2) : 0;
            if (!Rune.TryCreate((char)unit, (char)low, out Rune rune)) Throw("A string holds half a surrogate pair");
            Position += 6;
            return rune.EncodeToUtf8(utf8);
        }

        int plain = kind switch
        {
            (byte)'"' or (byte)'\\' or (byte)'/' => kind,
            (byte)'b' => '\b',
            (byte)'f' => '\f',
            (byte)'n' => '\n',
            (byte)'r' => '\r',
            (byte)'t' => '\t',
            _ => -1,
        };
        if (plain < 0) Throw("A string holds an escape that JSON does not know");
        Position += 2;
        utf8[0] = (byte)plain;
        return 1;
    }

    private readonly int ReadHex(int position)
    {
        if (!Utf8Parser.TryParse(_bytes.Slice(position, 4), out ushort unit, out int used, 'X') || used != 4)
            Throw("A string holds a \\u escape without four hexadecimal digits");
        return unit;
    }
}
