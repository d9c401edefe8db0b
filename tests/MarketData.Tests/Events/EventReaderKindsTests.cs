using System.Buffers;
using System.Globalization;
using System.Text;
using CsCheck;
using MarketData.Events;

namespace MarketData.Tests.Events;

public sealed class EventReaderKindsTests
{
    private const string Trade =
        """
        {"data_type":"trade","exchange":"x","instrument_name":"A-B","timestamp":1,"received_at":2,"trade_id":"t","trade_seq":3,"price":4.5,
         "amount":6,"direction":"buy","source":"live"}
        """;

    private const string Book =
        """
        {"data_type":"orderbook","exchange":"x","instrument_name":"A-B","timestamp":1,"received_at":2,"action":"update",
         "bids":[{"price":1,"amount":0}],"asks":[],"change_id":7,"prev_change_id":6,"best_bid_price":1,"best_bid_amount":2}
        """;

    // Every decimal of up to 28 digits, with up to 28 decimals.
    private static readonly Gen<decimal> s_exact = Gen.Select(Gen.Long, Gen.Int[0, 28], Gen.Bool)
        .Select((digits, scale, isWide) => new decimal((int)digits, (int)(digits >> 32), isWide ? 0x204FCE5D : 0, digits < 0, (byte)scale));

    private static readonly Gen<double?> s_figure = Gen.Double.Where(double.IsFinite).Nullable();
    private static readonly Gen<string> s_text = Gen.String[Gen.Char[' ', '\ud7ff'], 1, 12];
    private static readonly Gen<BookLevel[]> s_levels = Gen.Select(s_exact, s_exact).Select((price, amount) => new BookLevel(price, amount)).Array[0, 5];

    private static readonly Gen<MarketDataEvent> s_events = Gen.OneOf(
        Gen.Select(
            Gen.Select(s_text, Gen.Long, s_exact, s_exact),
            Gen.Select(Gen.Enum<TradeDirection>(), Gen.Int.Nullable(), s_exact.Nullable(), s_figure),
            Gen.Select(s_text.Null(), Gen.Enum<TradeSource>(), Gen.Enum<ComboRole>()),
            Gen.Select(s_text, s_text, Gen.Long.Nullable()).Select((name, id, number) => new TradeLeg(name, id, number)).Array[0, 3])
            .Select((one, two, three, legs) => (MarketDataEvent)new TradeEvent
            {
                Exchange = "x",
                InstrumentName = one.Item1,
                Key = "x." + one.Item1,
                ExchangeTimeUnixMs = one.Item2,
                ReceivedAtUnixNs = -one.Item2,
                Epoch = 5,
                TradeId = one.Item1,
                TradeSequence = one.Item2,
                Price = one.Item3,
                Amount = one.Item4,
                Direction = two.Item1,
                UnknownDirection = two.Item1 == TradeDirection.Unknown ? "sideways" : null,
                TickDirection = two.Item2,
                IndexPrice = two.Item3,
                MarkPrice = two.Item3,
                ImpliedVolatility = two.Item4,
                Liquidation = three.Item1,
                Contracts = two.Item3,
                ComboId = three.Item1,
                ComboTradeId = three.Item1,
                BlockTradeId = three.Item1,
                Source = three.Item2,
                ComboRole = three.Item3,
                Legs = legs.Length == 0 ? null : legs,
            }),
        Gen.Select(Gen.Enum<BookAction>(), s_levels, s_levels, Gen.Select(Gen.Long, Gen.Long.Nullable(), Gen.Bool))
            .Select((action, bids, asks, ids) => (MarketDataEvent)new OrderBookEvent
            {
                Exchange = "x",
                InstrumentName = "A",
                Key = "x.A",
                ExchangeTimeUnixMs = ids.Item1,
                ReceivedAtUnixNs = ids.Item1,
                Epoch = 5,
                Action = action,
                Bids = bids,
                Asks = asks,
                ChangeId = ids.Item1,
                PreviousChangeId = ids.Item2,
                VerifiedAtUnixNs = ids.Item2,
                BestBid = bids.Length > 0 ? bids[0] : null,
                BestAsk = asks.Length > 0 ? asks[0] : null,
            }),
        Gen.Select(s_exact.Nullable(), s_figure, s_text.Null(), Gen.Bool).Select((exact, figure, text, isOption) => (MarketDataEvent)new TickerEvent
        {
            Exchange = "x",
            InstrumentName = "A",
            Key = "x.A",
            ExchangeTimeUnixMs = 1,
            ReceivedAtUnixNs = 2,
            Epoch = 5,
            State = text,
            LastPrice = exact,
            BestAskAmount = exact,
            EstimatedDeliveryPrice = exact,
            OpenInterest = figure,
            Funding8Hours = figure,
            InterestRate = figure,
            UnderlyingIndex = text,
            Greeks = isOption ? new Greeks(figure, null, figure, null, figure) : null,
            Stats = isOption ? null : new TickerStats(figure, figure, null, null, figure),
        }));

    [Fact]
    public void Event_of_every_kind_reads_back_as_it_was_written() => s_events.Sample(written =>
    {
        var json = Write(written);
        Assert.Equal(EventRead.Ok, EventReader.Read(json, 5, out var read, out var fault));
        Assert.Equal("", fault);
        Assert.Equal((written.GetType(), written.Key, 5L), (read!.GetType(), read.Key, read.Epoch));
        Assert.Equal(Encoding.UTF8.GetString(json), Encoding.UTF8.GetString(Write(read)));
    });

    [Theory]
    [InlineData("92011.5", "92011.5")]
    [InlineData("2.2e3", "2200")]
    [InlineData("1e-18", "0.000000000000000001")]
    [InlineData("-0.0000000000000000000000000001", "-0.0000000000000000000000000001")]
    [InlineData("1234567890123456789012345678", "1234567890123456789012345678")]
    [InlineData("12345678901234567890123456789", null)]
    [InlineData("0.12345678901234567890123456789", null)]
    [InlineData("1e-29", null)]
    [InlineData("1e29", null)]
    [InlineData("1e99999", null)]
    public void Price_is_read_exactly_or_not_at_all(string written, string? expected)
    {
        var answer = EventReader.Read(Bytes(Trade.Replace("4.5", written, StringComparison.Ordinal)), 0, out var read, out var fault);
        Assert.Equal(expected is null ? EventRead.Malformed : EventRead.Ok, answer);
        if (expected is null) Assert.Contains("'price'", fault, StringComparison.Ordinal);
        else Assert.Equal(expected, ((TradeEvent)read!).Price.ToString(CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData(Trade, "\"price\":4.5,", "", EventRead.Malformed, "'price' is missing")]
    [InlineData(Trade, "\"trade_seq\":3", "\"trade_seq\":3.5", EventRead.Malformed, "'trade_seq'")]
    [InlineData(Trade, "\"live\"", "\"guess\"", EventRead.Malformed, "'source'")]
    [InlineData(Trade, "\"live\"", "\"live\",\"combo_role\":\"third\"", EventRead.Malformed, "'combo_role'")]
    [InlineData(Trade, "\"live\"", "\"live\",\"tick_direction\":9999999999", EventRead.Malformed, "'tick_direction'")]
    [InlineData(Trade, "\"live\"", "\"live\",\"legs\":[{\"trade_id\":\"a\"}]", EventRead.Malformed, "'instrument_name' is missing")]
    [InlineData(Trade, "\"live\"", "\"live\",\"iv\":1e999", EventRead.Malformed, "'iv'")]
    [InlineData(Trade, "\"buy\"", "\"sideways\"", EventRead.Ok, "")]
    [InlineData(Trade, "\"trade\"", "\"candle\"", EventRead.Unknown, "'candle'")]
    [InlineData(Trade, Trade, "null", EventRead.Malformed, "no JSON object")]
    [InlineData(Book, "\"update\"", "\"replace\"", EventRead.Malformed, "'action'")]
    [InlineData(Book, "\"asks\":[]", "\"asks\":[7]", EventRead.Malformed, "'asks'")]
    [InlineData(Book, "\"asks\":[],", "", EventRead.Malformed, "'asks' is missing")]
    [InlineData(Book, "\"best_bid_amount\":2", "\"best_bid_amount\":null", EventRead.Malformed, "'best_bid_amount' is missing")]
    public void What_the_schema_does_not_allow_is_refused_by_name(string json, string part, string replacement, EventRead expected, string fault)
    {
        Assert.Equal(expected, EventReader.Read(Bytes(json.Replace(part, replacement, StringComparison.Ordinal)), 0, out var read, out var said));
        Assert.Equal(expected == EventRead.Ok, read is not null);
        Assert.Contains(fault, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(@"\ud800\ud800")]
    [InlineData(@"\udc00")]
    [InlineData(@"data_typ\ud800")]
    [InlineData(@"\ud800data_type\ud800\ud800\ud800\ud800")]
    public void Name_that_is_no_text_is_refused_wherever_it_stands(string name)
    {
        foreach (var sample in new[] { Trade, Book })
        {
            for (var at = 0; at < sample.Length; at++)
            {
                if (sample[at] != '{' && (sample[at] != ',' || sample[at + 1] != '"')) continue;
                var json = Bytes(sample[..at] + (sample[at] == '{' ? $"{{\"{name}\":1," : $",\"{name}\":1,") + sample[(at + 1)..]);
                Assert.True(EventReader.Read(json, 0, out var read, out _) is EventRead.Ok == read is not null);
                EventReader.ReadHead(json, out _);
                EventReader.ReadIntegrity(json, 0, out _);
            }
            var first = Bytes($"{{\"{name}\":1}}");
            Assert.Equal(EventRead.Malformed, EventReader.Read(first, 0, out _, out _));
            Assert.Equal(EventRead.Malformed, EventReader.ReadHead(first, out _));
        }
    }

    private static byte[] Write(MarketDataEvent marketEvent)
    {
        var buffer = new ArrayBufferWriter<byte>();
        EventJson.Write(buffer, marketEvent);
        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] Bytes(string json) => Encoding.UTF8.GetBytes(json);
}
