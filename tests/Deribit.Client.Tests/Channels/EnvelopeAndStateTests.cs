using System.Text;
using Deribit.Client.Channels;

namespace Deribit.Client.Tests.Channels;

public sealed class EnvelopeAndStateTests
{
    private const string Params = $$"""{"channel":"book.NVDA_USDC-PERPETUAL.100ms","data":{{Frames.BookSnapshot}}}""";
    private const string SwappedParams = $$"""{"data":{{Frames.BookSnapshot}},"label":"x","channel":"book.NVDA_USDC-PERPETUAL.100ms"}""";

    [Theory]
    [InlineData($$"""{"method":"subscription","params":{{Params}},"jsonrpc":"2.0"}""")]
    [InlineData($$"""{"params":{{Params}},"method":"subscription","jsonrpc":"2.0"}""")]
    [InlineData($$"""{"jsonrpc":"2.0","method":"subscription","params":{{SwappedParams}}}""")]
    [InlineData($$"""{"params":{{SwappedParams}},"x":[{}],"method":"subscription"}""")]
    [InlineData($$"""  {"jsonrpc" : "2.0" , "method" : "subscription","params": {{Params}} }  """)]
    [InlineData($$"""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.NVDA_USDC-PERPETUAL.100ms","data":{{Frames.BookSnapshot}},"label":"x"},"testnet":true}""")]
    [InlineData($$"""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.NVDA_USDC-PERPETUAL.100ms" ,"data":{{Frames.BookSnapshot}} } }""")]
    [InlineData($$"""{"jsonrpc":"2.0","m\u0065thod":"subscription","params":{"channel":"book.NVDA_USDC-PERPETUAL.\u0031\u00300ms","data":{{Frames.BookSnapshot}} } }""")]
    public void Envelope_in_any_order_and_spacing_is_decoded(string frame)
    {
        DeribitBook book = Frames.Decode<DeribitBook>(frame);

        Assert.Equal("book.NVDA_USDC-PERPETUAL.100ms", book.Channel);
        Assert.Equal(2, book.Bids.Length);
    }

    [Theory]
    [InlineData($$"""{"params":{{Params}}}""", "'method'")]
    [InlineData("""{"method":"subscription"}""", "'params'")]
    [InlineData("""{"method":"subscription","params":{"data":{}}}""", "'channel'")]
    [InlineData("""{"method":"subscription","params":{"channel":"platform_state"}}""", "'data'")]
    [InlineData($$"""{"method":"heartbeat","params":{{Params}}}""", "not 'subscription'")]
    [InlineData($$"""{"jsonrpc":"2.0","method":"subscription","params":{{Params}},"params":{} }""", "occurs twice")]
    [InlineData($$"""{"method":"subscription","method":"subscription","params":{{Params}}}""", "occurs twice")]
    [InlineData($$"""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.NVDA_USDC-PERPETUAL.100ms","data":{{Frames.BookSnapshot}},"data":1} }""", "occurs twice")]
    [InlineData($$"""{"jsonrpc":"2.0","method":"subscription","params":{{Params}}}x""", "goes on")]
    [InlineData($$"""{"jsonrpc":"2.0","method":"subscription","params":{{Params}}} {}""", "goes on")]
    [InlineData($$"""{"jsonrpc":"2.0","method":"subscription","params":{{Params}}""", "malformed")]
    [InlineData("", "malformed")]
    [InlineData("[]", "malformed")]
    public void Envelope_that_breaks_the_protocol_is_unusable(string frame, string reason) =>
        Assert.Contains(reason, Frames.Reason(frame), StringComparison.Ordinal);

    [Fact]
    public void Fault_30_byte_order_mark_is_unusable() =>
        Assert.IsType<DeribitUnusableFrame>(Frames.Decode([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Frames.Book(Frames.BookSnapshot))]));

    [Fact]
    public void Fault_30_nesting_bomb_is_unusable() => Assert.Contains(
        "deeper than 64", Frames.Reason(Frames.Book(Frames.BookSnapshot.Insert(1, $"\"x\":{new string('[', 100_000)},"))), StringComparison.Ordinal);

    [Fact]
    public void Fault_54_channel_name_beyond_the_cap_is_unusable() => Assert.Contains(
        "longer than the 128 bytes", Frames.Reason(Frames.Notification($"book.{new string('A', 200)}.raw", "{}")), StringComparison.Ordinal);

    [Fact]
    public void Fault_54_hostile_bytes_are_escaped_in_the_reason()
    {
        byte[] frame = Encoding.UTF8.GetBytes(Frames.Book(Frames.BookChange.Replace("\"change\",\"change_id\"", "\"\u001b[31m\u00e9\",\"change_id\"", StringComparison.Ordinal)
            .Replace("\"type\":\"change\"", "\"type\":\"\\u001b[31m\\r\\nok\"", StringComparison.Ordinal)));
        string reason = Assert.IsType<DeribitUnusableFrame>(Frames.Decode(frame)).Reason;

        Assert.DoesNotContain(reason, c => c is < ' ' or > '~');
    }

    [Fact]
    public void Fault_29_invalid_utf8_in_a_channel_is_unusable()
    {
        byte[] frame = Encoding.UTF8.GetBytes(Frames.Notification("book.BTC-?.raw", "{}"));
        frame[Array.IndexOf(frame, (byte)'?')] = 0xFF;

        Assert.Contains("UTF-8", Assert.IsType<DeribitUnusableFrame>(Frames.Decode(frame)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Unusable_frame_keeps_at_most_64_KiB_and_stays_bounded()
    {
        byte[] frame = new byte[200_000];
        DeribitUnusableFrame unusable = Assert.IsType<DeribitUnusableFrame>(Frames.Decode(frame));

        Assert.Equal(NotificationDecoder.MaxRawBytes, unusable.Raw.Length);
        Assert.Contains(
            "longer than", Assert.IsType<DeribitUnusableFrame>(Frames.Decode(new byte[NotificationDecoder.MaxFrameBytes + 1])).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Fault_17_unknown_channel_is_counted_and_its_raw_bytes_are_kept()
    {
        NotificationDecoder decoder = new();
        string text = Frames.Notification("quote.BTC-PERPETUAL", """{"best_bid_price":null}""");
        byte[] frame = Encoding.UTF8.GetBytes(text);
        decoder.Decode(frame, 1, 1);
        DeribitUnknownChannel unknown = Assert.IsType<DeribitUnknownChannel>(decoder.Decode(frame, 1, 1));

        Assert.Equal(("quote.BTC-PERPETUAL", 2L), (unknown.Channel, unknown.Count));
        Assert.Equal(text, Encoding.UTF8.GetString(unknown.Raw.Span));
    }

    [Fact]
    public void Instrument_state_passes_unknown_words_through()
    {
        DeribitInstrumentState state = Frames.Decode<DeribitInstrumentState>(Frames.Notification(
            "instrument.state.any.any", """{"timestamp":1553080940000,"state":"frozen","instrument_name":"BTC-22MAR19"}"""));

        Assert.Equal(("BTC-22MAR19", "frozen", 1553080940000L), (state.InstrumentName, state.State, state.ExchangeTimeUnixMs));
    }

    [Theory]
    [InlineData("""{"state":"open","instrument_name":"BTC-22MAR19"}""", "timestamp")]
    [InlineData("""{"timestamp":1,"instrument_name":"BTC-22MAR19"}""", "state")]
    [InlineData("""{"timestamp":1,"state":"open"}""", "instrument_name")]
    public void Instrument_state_without_a_required_member_is_unusable(string data, string name) =>
        Assert.Contains($"'{name}'", Frames.Reason(Frames.Notification("instrument.state.any.any", data)), StringComparison.Ordinal);

    [Fact]
    public void Instrument_creation_gives_the_instrument()
    {
        DeribitInstrument instrument = Frames.Decode<DeribitInstrumentCreated>(Frames.Notification(
            "instrument.creation.any.any",
            """{"instrument_name":"BTC-13JAN23-16000-P","instrument_id":144613,"kind":"option","option_type":"put","strike":16000,"base_currency":"BTC","quote_currency":"BTC","counter_currency":"USD","settlement_currency":"BTC","settlement_period":"week","price_index":"btc_usd","tick_size":0.0005,"tick_size_steps":[{"above_price":120,"tick_size":0.001}],"contract_size":1,"min_trade_amount":0.1,"maker_commission":0.0003,"taker_commission":0.0003,"is_active":true,"state":"open","creation_timestamp":1671696002000,"expiration_timestamp":1673596800000,"timestamp":1671696002000}""")).Instrument;

        Assert.Equal(("BTC-13JAN23-16000-P", 144613L, "option", "put", 16000m), (instrument.Name, instrument.Id, instrument.Kind, instrument.OptionType, instrument.Strike));
        Assert.Equal((0.0005m, 1m, 0.1m, 0.0003m), (instrument.TickSize, instrument.ContractSize, instrument.MinTradeAmount, instrument.TakerCommission));
        Assert.Equal([new DeribitTickSizeStep(120, 0.001m)], instrument.TickSizeSteps);
        Assert.Equal((true, "open", 1673596800000L, 1671696002000L), (instrument.IsActive, instrument.State, instrument.ExpirationTimeUnixMs, instrument.ExchangeTimeUnixMs));
    }

    [Fact]
    public void Fault_35_platform_states_are_read()
    {
        DeribitPlatformState locked = Frames.Decode<DeribitPlatformState>(
            Frames.Notification("platform_state", """{"locked":true,"price_index":"sol_usdc","reasons":[]}"""));
        DeribitPlatformState maintenance = Frames.Decode<DeribitPlatformState>(Frames.Notification("platform_state", """{"maintenance":true}"""));
        DeribitPublicMethodsState methods = Frames.Decode<DeribitPublicMethodsState>(
            Frames.Notification("platform_state.public_methods_state", """{"allow_unauthenticated_public_requests":false}"""));

        Assert.Equal((true, "sol_usdc", null), (locked.Locked, locked.PriceIndex, locked.Maintenance));
        Assert.Equal((null, true), (maintenance.Locked, maintenance.Maintenance));
        Assert.False(methods.AllowUnauthenticatedPublicRequests);
        Frames.Decode<DeribitUnusableFrame>(Frames.Notification("platform_state", "{}"));
        Frames.Decode<DeribitUnusableFrame>(Frames.Notification("platform_state.public_methods_state", "{}"));
    }
}
