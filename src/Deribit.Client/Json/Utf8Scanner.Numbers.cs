using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Deribit.Client.Json;

/// <content>
/// Numbers. Grammar: <c>-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?</c>; samples: <c>86775.8</c>, <c>4040.0</c>,
/// <c>1.0002e6</c>, <c>-4.467407940520975e-5</c>, <c>225046781992378368</c>.
/// </content>
internal ref partial struct Utf8Scanner
{
    // An exponent beyond this cannot matter to any value that we hold; it keeps the sum of exponent and digits from overflowing.
    private const long MaxExponent = 1_000_000_000;

    // Integers up to this and powers of ten up to 10^22 are exact as doubles.
    private const ulong MaxExactInteger = 1UL << 53;

    private static readonly double[] ExactPowers =
    [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    /// <summary>Takes an exact number; trailing zeros are dropped, so equal values have equal bits.</summary>
    /// <param name="member">Its name, for the fault.</param>
    /// <exception cref="DeribitProtocolException">It is no number, is malformed, or needs more than 28 digits.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public decimal ReadDecimal(string member)
    {
        PeekToken();
        int length = CompactNumber.Read(ref Unsafe.Add(ref Origin, Position), out ulong digits, out int scale);
        if (length == 0) return ReadLongDecimal(member);
        Position += length;
        return new decimal((int)digits, (int)(digits >> 32), 0, false, (byte)scale);
    }

    /// <summary>As <see cref="ReadDecimal"/>; any value that is no number is skipped as null.</summary>
    public decimal? ReadOptionalDecimal(string member)
    {
        if (IsAtNumber()) return ReadDecimal(member);
        SkipValue();
        return null;
    }

    /// <summary>Takes an integer of 64 bits, also when it is written with a point or an exponent.</summary>
    /// <exception cref="DeribitProtocolException">It is no number, is malformed, not integral, or too large.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long ReadInt64(string member)
    {
        PeekToken();
        int length = CompactNumber.ReadInteger(ref Unsafe.Add(ref Origin, Position), out long value);
        if (length == 0) return ReadLongInt64(member);
        Position += length;
        return value;
    }

    /// <summary>As <see cref="ReadInt64"/>; any value that is no number is skipped as null.</summary>
    public long? ReadOptionalInt64(string member)
    {
        if (IsAtNumber()) return ReadInt64(member);
        SkipValue();
        return null;
    }

    /// <summary>Takes a figure that the exchange computed; any value that is no number is skipped as null.</summary>
    /// <exception cref="DeribitProtocolException">It is malformed or beyond the range of a double.</exception>
    public double? ReadOptionalDouble(string member)
    {
        if (!IsAtNumber())
        {
            SkipValue();
            return null;
        }

        int sign = _bytes[Position] == '-' ? 1 : 0;
        int length = CompactNumber.Read(ref Unsafe.Add(ref Origin, Position + sign), out ulong digits, out int scale);
        if (length == 0 || digits > MaxExactInteger || scale >= ExactPowers.Length) return ReadLongDouble(member);
        Position += sign + length;
        double value = digits / ExactPowers[scale]; // both sides are exact, so the quotient is rounded once
        return sign == 0 ? value : -value;
    }

    /// <summary>Takes a number of any length and checks its form.</summary>
    public ScannedNumber ReadNumber()
    {
        bool negative = PeekToken() == '-';
        int start = Position;
        if (negative) Position++;
        if (!IsDigit(_bytes[Position])) Throw("The JSON text is malformed: a value was expected");
        int wholeStart = Position;
        NumberDigits digits = default;
        ReadDigits(ref digits);
        if (_bytes[wholeStart] == '0' && Position - wholeStart > 1) Throw("A number starts with a needless zero");
        long power = 0;
        if (_bytes[Position] == '.')
        {
            int pointAt = Position++;
            if (!IsDigit(_bytes[Position])) Throw("A number has no digit behind its point");
            ReadDigits(ref digits);
            power = -(Position - pointAt - 1);
        }

        if ((_bytes[Position] | 0x20) == 'e') power += ReadExponent();
        return new ScannedNumber(negative, digits.Value, digits.Count, power + digits.Pending, start, Position - start);
    }

    private static bool IsDigit(byte b) => (uint)(b - '0') <= 9;

    private void ReadDigits(ref NumberDigits digits)
    {
        byte next;
        while (IsDigit(next = _bytes[Position]))
        {
            digits.Add(next - '0');
            Position++;
        }
    }

    private long ReadExponent()
    {
        byte sign = _bytes[++Position];
        if (sign is (byte)'+' or (byte)'-') Position++;
        if (!IsDigit(_bytes[Position])) Throw("A number has no digit in its exponent");
        long exponent = 0;
        for (byte next; IsDigit(next = _bytes[Position]); Position++) exponent = Math.Min((exponent * 10) + (next - '0'), MaxExponent);
        return sign == '-' ? -exponent : exponent;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private decimal ReadLongDecimal(string member)
    {
        RequireNumber(member);
        ScannedNumber number = ReadNumber();
        if (!number.TryGetDecimal(out decimal value)) ThrowValue(member, number, "cannot be held exactly in 28 digits");
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private long ReadLongInt64(string member)
    {
        RequireNumber(member);
        ScannedNumber number = ReadNumber();
        if (!number.TryGetInt64(out long value)) ThrowValue(member, number, "is no integer of 64 bits");
        return value;
    }

    private void RequireNumber(string member)
    {
        if (!IsAtNumber() && Position < Length) Throw($"The member '{member}' is no number");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private double ReadLongDouble(string member)
    {
        ScannedNumber number = ReadNumber();
        if (number.Digits <= MaxExactInteger && Math.Abs(number.Power) < ExactPowers.Length)
        {
            double digits = (ulong)number.Digits, power = ExactPowers[Math.Abs(number.Power)];
            double exact = number.Power < 0 ? digits / power : digits * power;
            return number.Negative ? -exact : exact;
        }

        double value = double.Parse(_bytes.Slice(number.Start, number.Length), NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!double.IsFinite(value)) ThrowValue(member, number, "is beyond the range of a double");
        return value;
    }

    [DoesNotReturn]
    private readonly void ThrowValue(string member, ScannedNumber number, string why) =>
        Throw($"The value {Describe(_bytes.Slice(number.Start, number.Length))} of '{member}' {why}");

    // Significant digits so far. Zeros wait in Pending until a digit follows, so that none is left at the end.
    private struct NumberDigits
    {
        private UInt128 _all;
        private ulong _first; // up to 18 digits; the wide type is slow
        public int Count;
        public int Pending;

        public readonly UInt128 Value => Count <= MaxFirst ? _first : _all;

        private const int MaxFirst = 18;

        public void Add(int digit)
        {
            if (digit == 0)
            {
                if (Count > 0) Pending++;
                return;
            }

            for (; Pending > 0; Pending--) Push(0);
            Push(digit);
        }

        private void Push(int digit)
        {
            if (Count < MaxFirst)
            {
                _first = (_first * 10) + (uint)digit;
            }
            else if (Count < ScannedNumber.MaxDigits)
            {
                if (Count == MaxFirst) _all = _first;
                _all = (_all * 10) + (uint)digit;
            }

            Count++;
        }
    }
}
