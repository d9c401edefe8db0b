using System.Runtime.CompilerServices;

namespace Deribit.Client.Json;

/// <content>Literals, optional values, and values that nobody asked for.</content>
internal ref partial struct Utf8Scanner
{
    /// <summary>Whether the next value is a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsAtNumber() => PeekToken() is (>= (byte)'0' and <= (byte)'9') or (byte)'-';

    /// <summary>Whether the next value is a string.</summary>
    public bool IsAtString() => PeekToken() == '"';

    /// <summary>Takes a <c>null</c> if it is next.</summary>
    public bool TryReadNull()
    {
        if (PeekToken() != 'n') return false;
        SkipLiteral("null"u8);
        return true;
    }

    /// <summary>Takes a boolean, written as a literal or as a string (the exchange does both); any other value is skipped.</summary>
    public bool? ReadOptionalBoolean()
    {
        switch (PeekToken())
        {
            case (byte)'t':
                SkipLiteral("true"u8);
                return true;
            case (byte)'f':
                SkipLiteral("false"u8);
                return false;
            case (byte)'"':
                ReadOnlySpan<byte> word = ReadWord();
                return word.SequenceEqual("true"u8) ? true : word.SequenceEqual("false"u8) ? false : null;
            default:
                SkipValue();
                return null;
        }
    }

    /// <summary>Takes one value of any kind and checks its form; nesting deeper than <see cref="MaxDepth"/> is refused.</summary>
    public void SkipValue()
    {
        ulong objects = 0; // bit n: the open value at depth n+1 is an object
        int depth = 0;
        while (true)
        {
            byte next = PeekToken();
            if (next is (byte)'{' or (byte)'[')
            {
                if (depth == MaxDepth) Throw($"A value is nested deeper than {MaxDepth} levels");
                bool isObject = next == '{';
                objects = isObject ? objects | (1UL << depth) : objects & ~(1UL << depth);
                depth++;
                Position++;
                if (isObject ? HasMember() : HasElement())
                {
                    if (isObject) SkipName();
                    continue;
                }

                depth--;
            }
            else
            {
                SkipScalar(next);
            }

            while (depth > 0)
            {
                bool isObject = (objects & (1UL << (depth - 1))) != 0;
                if (isObject ? HasNextMember() : HasNextElement())
                {
                    if (isObject) SkipName();
                    break;
                }

                depth--;
            }

            if (depth == 0) return;
        }
    }

    private void SkipName()
    {
        Expect((byte)'"');
        SkipStringBody();
        Expect((byte)':');
    }

    private void SkipScalar(byte first)
    {
        switch (first)
        {
            case (byte)'"':
                Position++;
                SkipStringBody();
                break;
            case (byte)'t':
                SkipLiteral("true"u8);
                break;
            case (byte)'f':
                SkipLiteral("false"u8);
                break;
            case (byte)'n':
                SkipLiteral("null"u8);
                break;
            default:
                ReadNumber();
                break;
        }
    }

    private void SkipStringBody() => ReadStringBody(out _);

    private void SkipLiteral(ReadOnlySpan<byte> literal)
    {
        if (!IsAt(literal)) Throw("The JSON text is malformed: a value was expected");
        Position += literal.Length;
    }
}
