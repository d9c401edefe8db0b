using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Deribit.Client.Json;

/// <summary>
/// A forward-only reader of one JSON text (RFC 8259). In: the bytes of a <see cref="PaddedBuffer"/>. Out: members, words and exact numbers,
/// without allocating. It is as strict as the standard about everything that it passes, skipped values included. It owns nothing and lives
/// on the caller's stack; any bytes end in a value or a <see cref="DeribitProtocolException"/>.
/// </summary>
internal ref partial struct Utf8Scanner
{
    /// <summary>Nesting that is followed inside a value that is skipped.</summary>
    public const int MaxDepth = 64;

    /// <summary>Longest name or word that is kept, in bytes.</summary>
    public const int MaxKeptBytes = 128;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly Span<byte> _scratch;

    public Utf8Scanner(PaddedBuffer buffer)
    {
        _bytes = buffer.Padded;
        _scratch = buffer.Scratch;
        Length = buffer.Length;
        Position = 0;
    }

    /// <summary>Length of the text without its padding.</summary>
    public readonly int Length { get; }

    /// <summary>The next byte to read; never beyond <see cref="Length"/>.</summary>
    public int Position;

    /// <summary>The first byte. Any position up to <see cref="Length"/> may be read <see cref="PaddedBuffer.Padding"/> bytes far.</summary>
    public readonly ref byte Origin => ref MemoryMarshal.GetReference(_bytes);

    /// <summary>The text from a position on, without the padding.</summary>
    public readonly ReadOnlySpan<byte> Slice(int start, int length) => _bytes.Slice(start, length);

    /// <summary>Whether the text goes on with these bytes; they must be at most <see cref="PaddedBuffer.Padding"/> long.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool IsAt(ReadOnlySpan<byte> bytes) => _bytes[Position..].StartsWith(bytes);

    /// <summary>Skips white space and returns the byte after it; zero at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte PeekToken()
    {
        byte next = _bytes[Position];
        return next > ' ' ? next : PeekAfterWhitespace();
    }

    /// <summary>Takes one structural byte, after white space.</summary>
    /// <exception cref="DeribitProtocolException">Another byte stands there.</exception>
    public void Expect(byte token)
    {
        if (PeekToken() != token) ThrowExpected((char)token);
        Position++;
    }

    /// <summary>Takes the opening brace.</summary>
    public void BeginObject() => Expect((byte)'{');

    /// <summary>Takes the opening bracket.</summary>
    public void BeginArray() => Expect((byte)'[');

    /// <summary>After <see cref="BeginObject"/>: whether there is a member; takes the closing brace when there is none.</summary>
    public bool HasMember() => HasFirst((byte)'}');

    /// <summary>After a member: takes the comma and answers true, or the closing brace and answers false.</summary>
    public bool HasNextMember() => HasNext((byte)'}');

    /// <summary>After <see cref="BeginArray"/>: whether there is an element; takes the closing bracket when there is none.</summary>
    public bool HasElement() => HasFirst((byte)']');

    /// <summary>After an element: takes the comma and answers true, or the closing bracket and answers false.</summary>
    public bool HasNextElement() => HasNext((byte)']');

    /// <summary>Checks that nothing but white space is left.</summary>
    /// <exception cref="DeribitProtocolException">Something follows the value.</exception>
    public void ExpectEnd()
    {
        PeekToken();
        if (Position != Length) Throw("The JSON text goes on after its value");
    }

    /// <summary>Printable form of bytes for a message: other than printable ASCII as <c>\xNN</c>, cut at 64 bytes.</summary>
    public static string Describe(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new();
        foreach (byte b in bytes[..Math.Min(bytes.Length, 64)])
        {
            if (b is >= 0x20 and < 0x7F) text.Append((char)b);
            else text.Append("\\x").Append(b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return bytes.Length > 64 ? text.Append("...").ToString() : text.ToString();
    }

    /// <summary>Raises the fault with the position at which it was met.</summary>
    [DoesNotReturn, MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void Throw(string what) => throw new DeribitProtocolException($"{what}, at byte {Position} of {Length}.", Position);

    [DoesNotReturn, MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void ThrowExpected(char token)
    {
        string found = Position >= Length ? "the text ends" : $"'{Describe(_bytes.Slice(Position, 1))}' stands there";
        Throw($"The JSON text is malformed: '{token}' was expected but {found}");
    }

    private bool HasFirst(byte close)
    {
        if (PeekToken() != close) return true;
        Position++;
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool HasNext(byte close)
    {
        byte next = PeekToken();
        if (next == ',')
        {
            Position++;
            return true;
        }

        if (next != close) ThrowExpected((char)close);
        Position++;
        return false;
    }

    private byte PeekAfterWhitespace()
    {
        byte next;
        while ((next = _bytes[Position]) is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') Position++;
        return next;
    }
}
