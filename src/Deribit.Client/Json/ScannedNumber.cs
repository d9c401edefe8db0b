namespace Deribit.Client.Json;

/// <summary>A number of any length as read: sign, significant digits and the power of ten behind them.</summary>
/// <param name="Negative">Whether a minus stands before it.</param>
/// <param name="Digits">Its significant digits, without zeros at either end; 0 for zero.</param>
/// <param name="Count">How many significant digits were met; above <see cref="MaxDigits"/>, <paramref name="Digits"/> is cut.</param>
/// <param name="Power">The power of ten that multiplies the digits.</param>
/// <param name="Start">Where it starts in the text.</param>
/// <param name="Length">How many bytes it takes.</param>
internal readonly record struct ScannedNumber(bool Negative, UInt128 Digits, int Count, long Power, int Start, int Length)
{
    /// <summary>Significant digits, and digits before or behind the point, that a <see cref="decimal"/> surely holds.</summary>
    public const int MaxDigits = 28;

    /// <summary>The exact value, without trailing zeros and never a negative zero.</summary>
    public bool TryGetDecimal(out decimal value)
    {
        value = 0;
        if (Count == 0) return true;
        if (Count > MaxDigits || Power < -MaxDigits || Count + Power > MaxDigits) return false;
        UInt128 digits = Digits;
        for (long power = Power; power > 0; power--) digits *= 10;
        int scale = Power < 0 ? (int)-Power : 0;
        value = new decimal((int)(uint)digits, (int)(uint)(digits >> 32), (int)(uint)(digits >> 64), Negative, (byte)scale);
        return true;
    }

    /// <summary>The value when it is integral and fits 64 bits, however it was written.</summary>
    public bool TryGetInt64(out long value)
    {
        value = 0;
        if (Count == 0) return true;
        if (Power < 0 || Count + Power > 19) return false;
        UInt128 digits = Digits;
        for (long power = Power; power > 0; power--) digits *= 10;
        if (digits > (UInt128)long.MaxValue) return false;
        value = Negative ? -(long)digits : (long)digits;
        return true;
    }
}
