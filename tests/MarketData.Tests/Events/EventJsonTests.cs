using System.Buffers;
using System.Text;
using System.Text.Json;
using MarketData.Books;
using MarketData.Events;
using MarketData.Tests.Books;

namespace MarketData.Tests.Events;

public sealed class EventJsonTests
{
    private static readonly OrderBookEvent s_book = new()
    {
        Exchange = "venue",
        InstrumentName = "A-PERP",
        Key = "venue.A-PERP",
        ExchangeTimeUnixMs = 1700000000123,
        ReceivedAtUnixNs = 1700000000123456789,
        Action = BookAction.Update,
        Bids = BookTestData.Levels("100.50 5670.0, -0.0 0"),
        Asks = BookTestData.Levels("101 0.00000001"),
        ChangeId = 190000000001,
        PreviousChangeId = 190000000000,
        BestBid = new BookLevel(100.5m, 5670),
        BestAsk = null,
    };

    private static readonly TradeEvent s_trade = new()
    {
        Exchange = "venue",
        InstrumentName = "A-PERP",
        Key = "venue.A-PERP",
        ExchangeTimeUnixMs = 1,
        ReceivedAtUnixNs = 2,
        TradeId = "ETH-7",
        TradeSequence = 7,
        Price = 2.2e3m,
        Amount = 0.10m,
        Direction = TradeDirection.Sell,
    };

    [Fact]
    public void Book_update_is_written_byte_for_byte_in_schema_order() => Assert.Equal(
        """
        {"data_type":"orderbook","exchange":"venue","instrument_name":"A-PERP","timestamp":1700000000123,"received_at":1700000000123456789,
        "action":"update","bids":[{"price":100.5,"amount":5670},{"price":0,"amount":0}],"asks":[{"price":101,"amount":0.00000001}],
        "change_id":190000000001,"prev_change_id":190000000000,"best_bid_price":100.5,"best_bid_amount":5670,"best_ask_price":null,
        "best_ask_amount":null}
        """.ReplaceLineEndings(""),
        Write(s_book));

    [Fact]
    public void Book_snapshot_with_empty_sides_is_written_with_nulls() => Assert.Equal(
        """
        {"data_type":"orderbook","exchange":"venue","instrument_name":"A-PERP","timestamp":1700000000123,"received_at":1700000000123456789,
        "action":"snapshot","bids":[],"asks":[],"change_id":190000000001,"prev_change_id":null,"best_bid_price":null,"best_bid_amount":null,
        "best_ask_price":null,"best_ask_amount":null}
        """.ReplaceLineEndings(""),
        Write(s_book with { Action = BookAction.Snapshot, Bids = default, Asks = default, PreviousChangeId = null, BestBid = null }));

    [Fact]
    public void Trade_with_only_the_required_is_written_with_nulls() => Assert.Equal(
        """
        {"data_type":"trade","exchange":"venue","instrument_name":"A-PERP","timestamp":1,"received_at":2,"trade_id":"ETH-7","trade_seq":7,
        "price":2200,"amount":0.1,"direction":"sell","tick_direction":null,"index_price":null,"mark_price":null,"iv":null,
        "liquidation":null,"contracts":null,"combo_id":null,"combo_trade_id":null,"block_trade_id":null,"source":"live"}
        """.ReplaceLineEndings(""),
        Write(s_trade));

    [Fact]
    public void Trade_with_everything_is_written_with_everything() => Assert.EndsWith(
        """
        "direction":"buy","tick_direction":3,"index_price":3654.33,"mark_price":-1.5,"iv":61.25,"liquidation":"MT","contracts":139,
        "combo_id":"C","combo_trade_id":"CT","block_trade_id":"B","source":"backfill"}
        """.ReplaceLineEndings(""),
        Write(s_trade with
        {
            Direction = TradeDirection.Buy,
            TickDirection = 3,
            IndexPrice = 3654.33m,
            MarkPrice = -1.50m,
            ImpliedVolatility = 61.25,
            Liquidation = "MT",
            Contracts = 139.0m,
            ComboId = "C",
            ComboTradeId = "CT",
            BlockTradeId = "B",
            Source = TradeSource.Backfill,
        }),
        StringComparison.Ordinal);

    [Fact]
    public void Fault_row_40_combo_and_leg_say_what_they_are_and_the_combo_names_its_legs()
    {
        Assert.EndsWith(
            """
            "source":"live","combo_role":"combo","legs":[{"instrument_name":"A","trade_id":"7","trade_seq":3},
            {"instrument_name":"B","trade_id":"8","trade_seq":null}]}
            """.ReplaceLineEndings(""),
            Write(s_trade with { ComboRole = ComboRole.Combo, Legs = [new("A", "7", 3), new("B", "8", null)] }),
            StringComparison.Ordinal);
        var leg = Write(s_trade with { ComboRole = ComboRole.Leg });
        Assert.EndsWith("\"source\":\"live\",\"combo_role\":\"leg\"}", leg, StringComparison.Ordinal);
        Assert.EndsWith("\"source\":\"live\"}", Write(s_trade with { Legs = [] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Trade_with_an_unknown_direction_keeps_the_exchange_word()
    {
        var trade = s_trade with { Direction = TradeDirection.Unknown, UnknownDirection = "cross" };
        Assert.Contains("\"direction\":\"cross\"", Write(trade), StringComparison.Ordinal);
        Assert.Contains("\"direction\":\"unknown\"", Write(trade with { UnknownDirection = null }), StringComparison.Ordinal);
    }

    [Fact]
    public void Ticker_without_figures_names_every_member_as_null()
    {
        using var json = JsonDocument.Parse(Write(Ticker()));
        var names = json.RootElement.EnumerateObject().Select(member => member.Name).ToList();
        Assert.Equal(
            "data_type exchange instrument_name timestamp received_at state last_price mark_price index_price best_bid_price "
            + "best_bid_amount best_ask_price best_ask_amount min_price max_price open_interest current_funding funding_8h "
            + "interest_value settlement_price delivery_price estimated_delivery_price ask_iv bid_iv mark_iv "
            + "underlying_price underlying_index interest_rate greeks stats",
            string.Join(' ', names));
        Assert.All(json.RootElement.EnumerateObject().Skip(5), member => Assert.Equal(JsonValueKind.Null, member.Value.ValueKind));
    }

    [Fact]
    public void Ticker_figures_round_trip()
    {
        using var json = JsonDocument.Parse(Write(Ticker() with
        {
            State = "open",
            LastPrice = 76914.0m,
            EstimatedDeliveryPrice = 0.0000m,
            OpenInterest = 1e21,
            CurrentFunding = 1.0 / 3,
            Funding8Hours = -2.5e-9,
            InterestRate = double.NaN,
            AskImpliedVolatility = double.PositiveInfinity,
            UnderlyingIndex = "SYN.A",
            Greeks = new Greeks(0.5, null, 5e-324, double.MaxValue, -0.0),
            Stats = new TickerStats(1, 2, 3.5, null, -0.1),
        }));
        var root = json.RootElement;
        Assert.Equal("76914", root.GetProperty("last_price").GetRawText());
        Assert.Equal("0", root.GetProperty("estimated_delivery_price").GetRawText());
        Assert.Equal(1e21, root.GetProperty("open_interest").GetDouble());
        Assert.Equal(1.0 / 3, root.GetProperty("current_funding").GetDouble());
        Assert.Equal(-2.5e-9, root.GetProperty("funding_8h").GetDouble());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("interest_rate").ValueKind);
        Assert.Equal(JsonValueKind.Null, root.GetProperty("ask_iv").ValueKind);
        var greeks = root.GetProperty("greeks");
        Assert.Equal(5e-324, greeks.GetProperty("rho").GetDouble());
        Assert.Equal(double.MaxValue, greeks.GetProperty("theta").GetDouble());
        Assert.Equal(["delta", "gamma", "rho", "theta", "vega"], greeks.EnumerateObject().Select(member => member.Name));
        var stats = root.GetProperty("stats");
        Assert.Equal(["high", "low", "volume", "volume_usd", "price_change"], stats.EnumerateObject().Select(member => member.Name));
        Assert.Equal(JsonValueKind.Null, stats.GetProperty("volume_usd").ValueKind);
    }

    [Fact]
    public void Integrity_is_written_without_the_raw_frame()
    {
        var integrity = new IntegrityEvent
        {
            Exchange = "venue",
            InstrumentName = "A-PERP",
            Key = "venue.A-PERP",
            ExchangeTimeUnixMs = 1,
            ReceivedAtUnixNs = 2,
            Channel = "orderbook",
            Kind = IntegrityKind.TradeGap,
            FromId = 3,
            ToTimeUnixMs = 4,
            Detail = "A \"quoted\" word.",
            Raw = "secret"u8.ToArray(),
        };
        Assert.Equal(
            """
            {"data_type":"integrity","exchange":"venue","instrument_name":"A-PERP","timestamp":1,"received_at":2,"channel":"orderbook",
            "kind":"trade_gap","from_id":3,"to_id":null,"from_time":null,"to_time":4,"detail":"A \"quoted\" word."}
            """.ReplaceLineEndings(""),
            Write(integrity));
    }

    [Fact]
    public void Every_kind_of_integrity_event_has_its_word() => Assert.Equal(
        [
            "connected", "disconnected", "gap", "resynced", "stale", "quarantined", "trade_gap", "backfilled", "unrecoverable", "rejected",
            "verified", "closed", "restarted",
        ],
        Enum.GetValues<IntegrityKind>().Select(EventJson.KindName));

    [Theory]
    [InlineData("a\"b\\c\b\n\r\t\u0000\u001f\u007f", "a\"b\\c\b\n\r\t\u0000\u001f\u007f")]
    [InlineData("zażółć 漢字 😀", "zażółć 漢字 😀")]
    [InlineData("</script>&'", "</script>&'")]
    public void Strings_are_escaped_so_that_they_read_back(string text, string expected) => Assert.Equal(expected, RoundTrip(text));

    // Lone surrogates cannot travel through test data, so they are built here.
    [Fact]
    public void Strings_with_lone_surrogates_are_written_with_replacement_characters()
    {
        Assert.Equal("a\uFFFDb", RoundTrip("a" + (char)0xD800 + "b"));
        Assert.Equal("\uFFFD\uFFFDx\uFFFD", RoundTrip(new string([(char)0xDC00, (char)0xD800, 'x', (char)0xDBFF])));
    }

    [Fact]
    public void Strings_longer_than_any_buffer_are_written_whole()
    {
        var text = string.Concat(Enumerable.Repeat("0123456789 \"é😀\u0001", 1000));
        Assert.Equal(text, RoundTrip(text));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(20)]
    public void WriteBookSnapshot_equals_the_event_of_the_same_book(int depth)
    {
        var book = new OrderBook();
        book.Replace(BookTestData.Levels("-1.50 2.0, -2 3, -3.125 4"), BookTestData.Levels("0 1.25, 0.5 7"));
        var direct = new ArrayBufferWriter<byte>();
        EventJson.WriteBookSnapshot(direct, "venue", "A-PERP", 1700000000123, 1700000000123456789, 42, book, depth);
        Assert.Equal(
            Write(s_book with
            {
                Action = BookAction.Snapshot,
                Bids = BookTestData.Bids(book).Take(depth).ToArray(),
                Asks = BookTestData.Asks(book).Take(depth).ToArray(),
                ChangeId = 42,
                PreviousChangeId = null,
                BestBid = book.BestBid,
                BestAsk = book.BestAsk,
            }),
            Encoding.UTF8.GetString(direct.WrittenSpan));
    }

    [Fact]
    public void Write_into_a_reused_buffer_allocates_nothing()
    {
        var book = new OrderBook();
        book.Replace(
            [.. Enumerable.Range(0, 30).Select(i => new BookLevel(1000 - (i * 0.5m), 10.25m + i))],
            [.. Enumerable.Range(0, 30).Select(i => new BookLevel(1001 + (i * 0.5m), 10.25m + i))]);
        var ticker = Ticker() with { LastPrice = 5.5m, CurrentFunding = 1.0 / 3, Greeks = new Greeks(1, 2, 3, 4, 5) };
        var writer = new ArrayBufferWriter<byte>(64 * 1024);
        Round(10);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Round(1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Round(int count)
        {
            for (var i = 0; i < count; i++)
            {
                writer.ResetWrittenCount();
                EventJson.Write(writer, s_book);
                EventJson.Write(writer, s_trade);
                EventJson.Write(writer, ticker);
                EventJson.WriteBookSnapshot(writer, "venue", "A-PERP", 1, 2, 3, book, 20);
            }
        }
    }

    private static TickerEvent Ticker() => new()
    {
        Exchange = "venue",
        InstrumentName = "A-PERP",
        Key = "venue.A-PERP",
        ExchangeTimeUnixMs = 1,
        ReceivedAtUnixNs = 2,
    };

    private static string Write(MarketDataEvent marketEvent)
    {
        var writer = new ArrayBufferWriter<byte>();
        EventJson.Write(writer, marketEvent);
        using var json = JsonDocument.Parse(writer.WrittenMemory);
        Assert.Equal(EventJson.DataType(marketEvent), json.RootElement.GetProperty("data_type").GetString());
        return Encoding.UTF8.GetString(writer.WrittenSpan);
    }

    private static string? RoundTrip(string text)
    {
        using var json = JsonDocument.Parse(Write(s_trade with { TradeId = text }));
        return json.RootElement.GetProperty("trade_id").GetString();
    }
}
