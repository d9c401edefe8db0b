using System.Text;
using System.Text.Json;
using CsCheck;
using Deribit.Client.Json;

namespace Deribit.Client.Tests.Json;

public sealed class StrictnessTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData(" [ 1 , 2.5e3 , { \"a\" : [ null , true , false ] } ] ")]
    [InlineData("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\"")]
    [InlineData("{\"a\":{\"b\":{}},\"c\":[[],[[]]]}")]
    public void Skip_of_well_formed_text_passes(string text) => Skip(Encoding.UTF8.GetBytes(text));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("[1,]")]
    [InlineData("[,1]")]
    [InlineData("[1 2]")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\" 1}")]
    [InlineData("{a:1}")]
    [InlineData("{'a':1}")]
    [InlineData("{\"a\":1]")]
    [InlineData("[1}")]
    [InlineData("[1]]")]
    [InlineData("{}{}")]
    [InlineData("{} x")]
    [InlineData("nul")]
    [InlineData("nulll")]
    [InlineData("tru")]
    [InlineData("\"abc")]
    [InlineData("\"ab\\")]
    [InlineData("\"\\x\"")]
    [InlineData("\"\\u12\"")]
    [InlineData("\"\\u12g4\"")]
    [InlineData("\"\\ud83d\"")]
    [InlineData("\"\\ude00\"")]
    [InlineData("\"\\ud83d\\u0041\"")]
    [InlineData("\"a\nb\"")]
    [InlineData("\"a\0b\"")]
    [InlineData("[1,\0]")]
    [InlineData("\uFEFF{}")]
    [InlineData("// comment\n{}")]
    public void Skip_of_malformed_text_is_refused(string text) =>
        Assert.Throws<DeribitProtocolException>(() => Skip(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Skip_at_the_depth_limit_passes_and_beyond_it_is_refused()
    {
        Skip(Nested(Utf8Scanner.MaxDepth));

        Assert.Throws<DeribitProtocolException>(() => Skip(Nested(Utf8Scanner.MaxDepth + 1)));
        Assert.Throws<DeribitProtocolException>(() => Skip(Encoding.UTF8.GetBytes(new string('[', 1_000_000))));
    }

    [Theory]
    [InlineData("\"abc\"", "abc")]
    [InlineData("\"a\\u0062c\"", "abc")]
    [InlineData("\"\\ud83d\\ude00\"", "\U0001F600")]
    [InlineData("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t")]
    [InlineData("\"é\"", "é")]
    [InlineData("\"0123456789abcdef0123456789abcdef\"", "0123456789abcdef0123456789abcdef")]
    public void ReadText_resolves_escapes(string text, string expected) => Assert.Equal(expected, ReadText(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void ReadText_of_invalid_utf8_or_too_long_is_refused()
    {
        Assert.Throws<DeribitProtocolException>(() => ReadText([(byte)'"', 0xC3, 0x28, (byte)'"']));
        Assert.Throws<DeribitProtocolException>(() => ReadText([(byte)'"', 0xFF, (byte)'"']));
        Assert.Equal(128, ReadText(Encoding.UTF8.GetBytes($"\"{new string('a', 128)}\"")).Length);
        Assert.Throws<DeribitProtocolException>(() => ReadText(Encoding.UTF8.GetBytes($"\"{new string('a', 129)}\"")));
        Assert.Throws<DeribitProtocolException>(() => ReadText(Encoding.UTF8.GetBytes($"\"\\n{new string('a', 128)}\"")));
    }

    [Fact]
    public void Verdict_on_random_near_json_equals_the_framework_reader()
    {
        string[] parts = ["{", "}", "[", "]", ",", ":", "\"a\"", "\"\\u0041\"", "1", "-0.5e3", "01", "1.", "true", "null", " ", "\n", "\"", "tru", "\\"];
        Gen.Int[0, parts.Length - 1].Select(i => parts[i]).Array[1, 9].Select(string.Concat).Sample(text =>
        {
            bool expected = IsJson(text);
            bool actual = true;
            try
            {
                Skip(Encoding.UTF8.GetBytes(text));
            }
            catch (DeribitProtocolException)
            {
                actual = false;
            }

            Assert.True(expected == actual, $"{text}: expected {expected}");
        }, iter: 100_000);
    }

    private static bool IsJson(string text)
    {
        try
        {
            using JsonDocument _ = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static byte[] Nested(int depth) => Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth));

    private static void Skip(byte[] text)
    {
        PaddedBuffer buffer = new();
        buffer.Set(text);
        Utf8Scanner scanner = new(buffer);
        scanner.SkipValue();
        scanner.ExpectEnd();
    }

    private static string ReadText(byte[] text)
    {
        PaddedBuffer buffer = new();
        buffer.Set(text);
        Utf8Scanner scanner = new(buffer);
        string value = scanner.ReadText();
        scanner.ExpectEnd();
        return value;
    }
}
