using System.Globalization;
using System.Text;
using Deribit.Simulator.Wire;

namespace Deribit.Simulator.Tests;

public sealed class NumberTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 1)]
    [InlineData(-755, 1)]
    [InlineData(64000, 0)]
    [InlineData(920005, 1)]
    [InlineData(1423, 7)]
    [InlineData(-1, 8)]
    [InlineData(225046781992378368, 0)]
    [InlineData(225046781992378368, 12)]
    public void Every_spelling_is_the_same_exact_number(long mantissa, int scale)
    {
        var expected = mantissa;
        var spelled = new HashSet<string>();
        for (var seed = 0UL; seed < 60; seed++)
        {
            var json = new ByteWriter();
            var forms = new NumberForms(seed, 0.4);
            json.Number(mantissa, scale, ref forms);
            var text = Encoding.UTF8.GetString(json.Written);
            spelled.Add(text);
            var value = decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
            Assert.Equal(expected, value * (decimal)Math.Pow(10, scale));
        }

        Assert.True(mantissa == 0 || spelled.Count >= 2);
    }

    [Theory]
    [InlineData(64000, 0, "6.4e4")]
    [InlineData(3000000, 0, "3.0e6")]
    [InlineData(1423, 7, "1.423e-4")]
    [InlineData(-755, 1, "-7.55e1")]
    [InlineData(92005, 1, "9.2005e3")]
    public void Exponent_form_looks_as_on_the_wire(long mantissa, int scale, string expected)
    {
        var json = new ByteWriter();
        var forms = new NumberForms(1, 1);
        for (var i = 0; i < 64 && Encoding.UTF8.GetString(json.Written) != expected; i++)
        {
            json.Clear();
            json.Number(mantissa, scale, ref forms);
        }

        Assert.Equal(expected, Encoding.UTF8.GetString(json.Written));
    }
}
