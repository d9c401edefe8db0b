using System.Globalization;
using System.Numerics;
using System.Text;
using CsCheck;
using Deribit.Client.Json;

namespace Deribit.Client.Tests.Json;

public sealed class NumberTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("-0.00", "0")]
    [InlineData("0e99", "0")]
    [InlineData("0.0e-99", "0")]
    [InlineData("13.70", "13.7")]
    [InlineData("86776.0", "86776")]
    [InlineData("1.0002e6", "1000200")]
    [InlineData("2.2E+3", "2200")]
    [InlineData("3.0e6", "3000000")]
    [InlineData("20e-1", "2")]
    [InlineData("1.423e-4", "0.0001423")]
    [InlineData("2e-08", "0.00000002")]
    [InlineData("-12.5", "-12.5")]
    [InlineData("1234567", "1234567")]
    [InlineData("12345678", "12345678")]
    [InlineData("123456789", "123456789")]
    [InlineData("0.1234567", "0.1234567")]
    [InlineData("0.12345678", "0.12345678")]
    [InlineData("9999999.9999999", "9999999.9999999")]
    [InlineData("9999999.9999999e12", "9999999999999900000")]
    [InlineData("100000000000000000000", "100000000000000000000")]
    [InlineData("1234567890123456789012345678", "1234567890123456789012345678")]
    [InlineData("0.1234567890123456789012345678", "0.1234567890123456789012345678")]
    [InlineData("1e27", "1000000000000000000000000000")]
    [InlineData("1e-28", "0.0000000000000000000000000001")]
    [InlineData("0.10000000000000000000000000000000000000000", "0.1")]
    [InlineData("10000000000000000000000000000e-28", "1")]
    public void ReadDecimal_of_any_form_is_exact_and_normalised(string text, string expected)
    {
        decimal value = Read(text, static (ref Utf8Scanner s) => s.ReadDecimal("price"));

        Assert.Equal(expected, value.ToString(CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("12345678901234567890123456789")]
    [InlineData("0.12345678901234567890123456789")]
    [InlineData("1e28")]
    [InlineData("1e-29")]
    [InlineData("1.5e-28")]
    [InlineData("1e999999999999999999999")]
    [InlineData("1e-999999999999999999999")]
    public void ReadDecimal_of_too_many_digits_names_member_and_value(string text)
    {
        DeribitProtocolException fault =
            Assert.Throws<DeribitProtocolException>(() => Read(text, static (ref Utf8Scanner s) => s.ReadDecimal("price")));

        Assert.Contains("'price'", fault.Message, StringComparison.Ordinal);
        Assert.Contains(text, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("01")]
    [InlineData("00.5")]
    [InlineData("-01")]
    [InlineData("012345678")]
    [InlineData("1.")]
    [InlineData("1.e3")]
    [InlineData(".5")]
    [InlineData("+1")]
    [InlineData("-")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1.5e-")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("0x10")]
    [InlineData("1_000")]
    [InlineData("1,5")]
    [InlineData("\"1\"")]
    [InlineData("")]
    [InlineData("1 2")]
    [InlineData("12345678x")]
    public void Malformed_number_is_refused_by_every_reader(string text)
    {
        Assert.Throws<DeribitProtocolException>(() => Read(text, static (ref Utf8Scanner s) => s.ReadDecimal("price")));
        Assert.Throws<DeribitProtocolException>(() => Read(text, static (ref Utf8Scanner s) => s.ReadInt64("id")));
        if (text == "\"1\"") return;
        Assert.Throws<DeribitProtocolException>(() => Read(text, static (ref Utf8Scanner s) => s.ReadOptionalDouble("iv")));
        Assert.Throws<DeribitProtocolException>(() => Read(text, Skip));
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("-7", -7)]
    [InlineData("1790133840448", 1790133840448)]
    [InlineData("193809616666", 193809616666)]
    [InlineData("225046781992378368", 225046781992378368)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("1054.0", 1054)]
    [InlineData("1.0002e6", 1000200)]
    [InlineData("12345678.0", 12345678)]
    [InlineData("1789344933994718924.000", 1789344933994718924)]
    [InlineData("1.789344933994718924E18", 1789344933994718924)]
    public void ReadInt64_of_any_integral_form_keeps_all_64_bits(string text, long expected) =>
        Assert.Equal(expected, Read(text, static (ref Utf8Scanner s) => s.ReadInt64("change_id")));

    [Theory]
    [InlineData("1.5")]
    [InlineData("1e-1")]
    [InlineData("9223372036854775808")]
    [InlineData("99999999999999999999999999999999")]
    [InlineData("1e19")]
    [InlineData("null")]
    public void ReadInt64_of_another_number_is_refused(string text) =>
        Assert.Throws<DeribitProtocolException>(() => Read(text, static (ref Utf8Scanner s) => s.ReadInt64("change_id")));

    [Fact]
    public void ReadDecimal_of_random_forms_equals_big_integer_arithmetic() =>
        Gen.Select(Gen.Bool, Gen.String[Gen.Char['0', '9'], 1, 16], Gen.String[Gen.Char['0', '9'], 0, 14], Gen.Int[-12, 12], Gen.Int[0, 2])
            .Sample((negative, whole, fraction, exponent, form) =>
            {
                whole = whole.TrimStart('0') is { Length: > 0 } trimmed ? trimmed : "0";
                if (form == 0) exponent = 0;
                string text = (negative ? "-" : "") + whole + (fraction.Length > 0 ? "." + fraction : "") + (form == 0 ? "" : (form == 1 ? "e" : "E+0").Replace("+0", exponent < 0 ? "" : "+", StringComparison.Ordinal) + exponent);
                BigInteger digits = BigInteger.Parse(whole + fraction, CultureInfo.InvariantCulture) * (negative ? -1 : 1);
                int power = exponent - fraction.Length;
                while (!digits.IsZero && digits % 10 == 0 && power < 0)
                {
                    digits /= 10;
                    power++;
                }

                bool fits = digits.IsZero || (BigInteger.Abs(digits).ToString(CultureInfo.InvariantCulture).TrimEnd('0').Length <= 28 && power >= -28
                    && BigInteger.Abs(digits).ToString(CultureInfo.InvariantCulture).Length + Math.Max(power, 0) <= 28);
                if (!fits)
                {
                    Assert.Throws<DeribitProtocolException>(() => Read(text, static (ref Utf8Scanner s) => s.ReadDecimal("price")));
                    return;
                }

                decimal expected = digits.IsZero ? 0 : power >= 0
                    ? (decimal)(digits * BigInteger.Pow(10, power))
                    : Scaled(digits, -power);
                decimal actual = Read(text, static (ref Utf8Scanner s) => s.ReadDecimal("price"));
                Assert.Equal(decimal.GetBits(expected), decimal.GetBits(actual));
            }, iter: 20_000);

    [Fact]
    public void ReadDouble_of_random_values_equals_the_framework_parser() =>
        Gen.OneOf(
                Gen.Double.Where(double.IsFinite).Select(d => d.ToString("R", CultureInfo.InvariantCulture)),
                Gen.Select(Gen.Int[0, 9_999_999], Gen.Int[0, 9_999_999]).Select((a, b) => $"{a}.{b}"),
                Gen.Select(Gen.Int[0, 9_999], Gen.Int[-30, 30]).Select((a, b) => $"{a}e{b}"))
            .Sample(text =>
            {
                double expected = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
                double? actual = Read(text, static (ref Utf8Scanner s) => s.ReadOptionalDouble("iv"));
                Assert.Equal(expected, actual);
            }, iter: 20_000);

    [Fact]
    public void ReadDouble_beyond_range_is_refused() =>
        Assert.Throws<DeribitProtocolException>(() => Read("1e400", static (ref Utf8Scanner s) => s.ReadOptionalDouble("iv")));

    private static decimal Scaled(BigInteger digits, int scale)
    {
        BigInteger magnitude = BigInteger.Abs(digits);
        return new decimal(
            (int)(uint)(magnitude & uint.MaxValue), (int)(uint)((magnitude >> 32) & uint.MaxValue), (int)(uint)(magnitude >> 64),
            digits.Sign < 0, (byte)scale);
    }

    private delegate T Reader<T>(ref Utf8Scanner scanner);

    private static bool Skip(ref Utf8Scanner scanner)
    {
        scanner.SkipValue();
        return true;
    }

    private static T Read<T>(string text, Reader<T> read)
    {
        PaddedBuffer buffer = new();
        buffer.Set(Encoding.UTF8.GetBytes(text));
        Utf8Scanner scanner = new(buffer);
        T value = read(ref scanner);
        scanner.ExpectEnd();
        return value;
    }
}
