using System.Numerics;
using System.Runtime.CompilerServices;

namespace Deribit.Client.Json;

/// <summary>
/// The hot half of number reading: up to seven digits, optionally a point and up to seven more, optionally an exponent of one or two
/// digits, eight bytes at a time. Whatever it declines (a sign, more digits, a malformed number) is read by the general reader.
/// </summary>
internal static class CompactNumber
{
    private const ulong Zeros = 0x3030303030303030;

    /// <summary>The powers of ten that fit 64 bits. An array: a span over wide constants allocates in code that is not optimised.</summary>
    public static readonly ulong[] PowersOfTen =
    [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000, 100_000_000_000,
        1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000, 10_000_000_000_000_000,
        100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
    ];

    /// <summary>
    /// Reads the number at <paramref name="at"/>, of which 40 bytes must be readable. The value is <paramref name="digits"/> divided by ten
    /// to the <paramref name="scale"/>, without trailing zeros behind the point. Returns its length in bytes, or 0 when it declines.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Read(ref byte at, out ulong digits, out int scale)
    {
        scale = 0;
        ulong head = Load(ref at);
        int whole = CountDigits(head);
        digits = 0;
        if (whole is 0 or 8 || (whole > 1 && (byte)head == '0')) return 0;

        digits = Convert(head, whole);
        byte next = Unsafe.Add(ref at, whole);
        int length = whole;
        if (next == '.')
        {
            ulong tail = Load(ref Unsafe.Add(ref at, whole + 1));
            int behind = CountDigits(tail);
            if (behind is 0 or 8) return 0;
            ulong fraction = Convert(tail, behind);
            length = whole + 1 + behind;
            next = Unsafe.Add(ref at, length);
            if (fraction != 0)
            {
                digits = (digits * PowersOfTen[behind]) + fraction;
                scale = behind;
                if (Unsafe.Add(ref at, length - 1) == '0') DropZeros(ref digits, ref scale);
            }
        }

        return (next | 0x20) == 'e' ? ReadExponent(ref at, length, ref digits, ref scale) : length;
    }

    /// <summary>Reads up to 15 digits without sign, point or exponent; 24 bytes must be readable. 0 when it declines.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ReadInteger(ref byte at, out long value)
    {
        ulong head = Load(ref at);
        int length = CountDigits(head);
        value = 0;
        if (length == 0 || (length > 1 && (byte)head == '0')) return 0;
        ulong digits = Convert(head, length);
        if (length == 8)
        {
            ulong tail = Load(ref Unsafe.Add(ref at, 8));
            int more = CountDigits(tail);
            if (more == 8) return 0;
            if (more > 0) digits = (digits * PowersOfTen[more]) + Convert(tail, more);
            length += more;
        }

        if (Unsafe.Add(ref at, length) is (byte)'.' or (byte)'e' or (byte)'E') return 0;
        value = (long)digits;
        return length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Load(ref byte at)
    {
        ulong word = Unsafe.ReadUnaligned<ulong>(ref at);
        return BitConverter.IsLittleEndian ? word : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word);
    }

    // How many of the eight bytes, from the first on, are digits. A carry can only spoil bytes behind the first that is none.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CountDigits(ulong word)
    {
        ulong offsets = word ^ Zeros;
        ulong others = ((offsets + 0x7676767676767676) | offsets) & 0x8080808080808080;
        return BitOperations.TrailingZeroCount(others) >> 3;
    }

    // The first count (1..8) digits as a number: pairs, then fours, then all eight at once.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Convert(ulong word, int count)
    {
        ulong v = (word ^ Zeros) << (64 - (count << 3));
        v = (v * 10) + (v >> 8);
        return (((v & 0x000000FF000000FF) * 0x000F424000000064) + (((v >> 16) & 0x000000FF000000FF) * 0x0000271000000001)) >> 32;
    }

    // At most 14 digits and a power of 5 stay below 10^19, which fits.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ReadExponent(ref byte at, int length, ref ulong digits, ref int scale)
    {
        int position = length + 1;
        byte sign = Unsafe.Add(ref at, position);
        if (sign is (byte)'+' or (byte)'-') position++;
        int exponent = Unsafe.Add(ref at, position++) - '0';
        if ((uint)exponent > 9) return 0;
        int second = Unsafe.Add(ref at, position) - '0';
        if ((uint)second <= 9)
        {
            exponent = (exponent * 10) + second;
            position++;
            if ((uint)(Unsafe.Add(ref at, position) - '0') <= 9) return 0;
        }

        int power = (sign == '-' ? -exponent : exponent) - scale;
        if (digits == 0) power = 0;
        if (power is > 5 or < -28) return 0;
        if (power >= 0)
        {
            digits *= PowersOfTen[power];
            scale = 0;
            return position;
        }

        scale = -power;
        DropZeros(ref digits, ref scale);
        return position;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void DropZeros(ref ulong digits, ref int scale)
    {
        while (scale > 0 && digits % 10 == 0)
        {
            digits /= 10;
            scale--;
        }
    }
}
