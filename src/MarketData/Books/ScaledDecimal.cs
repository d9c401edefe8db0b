using System.Runtime.CompilerServices;

namespace MarketData.Books;

/// <summary>
/// Exact conversion between <see cref="decimal"/> and a 64-bit integer at a given number of decimals. Never rounds: what does not fit is
/// refused. <c>decimal.GetBits</c> into a span of the stack allocates nothing and is fast enough (see the benchmarks), so nothing here is
/// unsafe.
/// </summary>
internal static class ScaledDecimal
{
    /// <summary>
    /// The largest number of decimals that a scaled value may have: 10^18 is the largest power of ten in a 64-bit integer.
    /// </summary>
    public const int MaxScale = 18;

    private static readonly ulong[] s_powers = CreatePowers();

    // The largest mantissa that can be multiplied by the same power.
    private static readonly ulong[] s_limits = Array.ConvertAll(s_powers, power => long.MaxValue / power);

    /// <summary>Ten to the power of <paramref name="exponent"/>, 0 to <see cref="MaxScale"/>.</summary>
    public static ulong Power(int exponent) => s_powers[exponent];

    /// <summary>Converts to an integer with <paramref name="scale"/> decimals; false when that is not exact.</summary>
    public static bool TryScale(decimal value, int scale, out long scaled)
    {
        Split(value, out var mantissa, out var missing, out var negative, out var fits);
        missing = scale - missing;
        for (; missing < 0 && fits; missing++)
        {
            var tenth = mantissa / 10;
            fits = tenth * 10 == mantissa;
            mantissa = tenth;
        }

        if (!fits || mantissa > s_limits[missing])
        {
            scaled = 0;
            return false;
        }

        scaled = (long)(mantissa * s_powers[missing]);
        if (negative) scaled = -scaled;
        return true;
    }

    /// <summary>The smallest number of decimals that holds the value exactly.</summary>
    public static int MinimumScale(decimal value)
    {
        Split(value, out var mantissa, out var scale, out _, out var fits);
        if (mantissa == 0 && fits) return 0;
        while (fits && scale > 0 && mantissa % 10 == 0)
        {
            mantissa /= 10;
            scale--;
        }

        return scale;
    }

    /// <summary>Back to a decimal, without trailing zeros.</summary>
    public static decimal ToDecimal(long scaled, int scale)
    {
        var mantissa = (ulong)Math.Abs(scaled);
        StripZeros(ref mantissa, ref scale);
        return new decimal((int)mantissa, (int)(mantissa >> 32), 0, scaled < 0, (byte)scale);
    }

    /// <summary>Removes trailing zeros after the decimal point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StripZeros(ref ulong mantissa, ref int scale)
    {
        while (scale > 0)
        {
            var tenth = mantissa / 10;
            if (tenth * 10 != mantissa) return;
            mantissa = tenth;
            scale--;
        }
    }

    /// <summary>
    /// The digits, the decimals and the sign of a decimal; <paramref name="fits"/> is false when the digits need more than 64 bits.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Split(decimal value, out ulong mantissa, out int scale, out bool negative, out bool fits)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        mantissa = ((ulong)(uint)bits[1] << 32) | (uint)bits[0];
        scale = (bits[3] >> 16) & 0xFF;
        negative = bits[3] < 0;
        fits = bits[2] == 0 || TryNarrow((uint)bits[2], ref mantissa, ref scale);
    }

    // A wide mantissa may be nothing but trailing zeros: 1.00000000000000000000.
    private static bool TryNarrow(uint high, ref ulong mantissa, ref int scale)
    {
        var wide = new UInt128(high, mantissa);
        while (scale > 0)
        {
            var (tenth, rest) = UInt128.DivRem(wide, 10);
            if (rest != 0) break;
            wide = tenth;
            scale--;
        }

        if (wide > ulong.MaxValue) return false;
        mantissa = (ulong)wide;
        return true;
    }

    private static ulong[] CreatePowers()
    {
        var powers = new ulong[MaxScale + 1];
        powers[0] = 1;
        for (var i = 1; i < powers.Length; i++) powers[i] = powers[i - 1] * 10;
        return powers;
    }
}
