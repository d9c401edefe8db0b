using System.Buffers;
using System.Text.Json;
using CsCheck;
using MarketData.Events;

namespace MarketData.Tests.Events;

public sealed class EventJsonPropertyTests
{
    private static readonly Gen<decimal> s_decimal = Gen.Select(
        Gen.Int, Gen.Int, Gen.Int, Gen.Bool, Gen.Int[0, 28], Gen.Int[0, 3],
        (low, middle, high, negative, scale, size) =>
            new decimal(size == 0 ? low % 1000 : low, size > 1 ? middle : 0, size > 2 ? high : 0, negative, (byte)scale));

    [Fact]
    public void Decimals_round_trip_exactly_in_their_shortest_form() =>
        s_decimal.Sample(
            value =>
            {
                var raw = Write(value, null).GetProperty("price").GetRawText();
                using var json = JsonDocument.Parse(raw);
                Assert.Equal(value, json.RootElement.GetDecimal());
                Assert.DoesNotContain("E", raw, StringComparison.OrdinalIgnoreCase);
                if (raw.Contains('.')) Assert.False(raw.EndsWith('0') || raw.EndsWith('.'), raw);
                Assert.NotEqual("-0", raw);
            },
            iter: 20000);

    [Fact]
    public void Doubles_round_trip_exactly_or_are_null() =>
        Gen.Double.Sample(
            value =>
            {
                var element = Write(1, value).GetProperty("iv");
                if (double.IsFinite(value)) Assert.Equal(value, element.GetDouble());
                else Assert.Equal(JsonValueKind.Null, element.ValueKind);
            },
            iter: 5000);

    [Fact]
    public void Any_string_becomes_valid_json_that_reads_back() =>
        Gen.Char.Array[0, 40].Select(characters => new string(characters)).Sample(
            text =>
            {
                // What cannot be said in UTF-8 is replaced as the framework does it.
                var expected = System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
                Assert.Equal(expected, Write(1, null, text).GetProperty("trade_id").GetString());
            },
            iter: 5000);

    private static JsonElement Write(decimal price, double? volatility, string id = "1")
    {
        var writer = new ArrayBufferWriter<byte>();
        EventJson.Write(writer, new TradeEvent
        {
            Exchange = "venue",
            InstrumentName = "A",
            Key = "venue.A",
            ExchangeTimeUnixMs = 0,
            ReceivedAtUnixNs = 0,
            TradeId = id,
            TradeSequence = 1,
            Price = price,
            Amount = 1,
            Direction = TradeDirection.Buy,
            ImpliedVolatility = volatility,
        });
        using var json = JsonDocument.Parse(writer.WrittenMemory);
        return json.RootElement.Clone();
    }
}
