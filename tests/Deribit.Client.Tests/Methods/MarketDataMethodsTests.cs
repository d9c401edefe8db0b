namespace Deribit.Client.Tests.Methods;

public sealed class MarketDataMethodsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetInstruments_writes_its_params_and_reads_the_list()
    {
        FakeCaller caller = new("""[{"instrument_name":"BTC-PERPETUAL","kind":"future","tick_size":0.5,"future_type":"reversed"},{"instrument_name":"X"}]""");
        IReadOnlyList<DeribitInstrument> instruments = await caller.GetInstrumentsAsync("BTC", "future", expired: false, Token);

        Assert.Equal("public/get_instruments", caller.Method);
        Assert.Equal("""{"currency":"BTC","kind":"future","expired":false}""", caller.Params);
        Assert.Equal(["BTC-PERPETUAL", "X"], instruments.Select(i => i.Name));
        Assert.Equal(("reversed", 0.5m), (instruments[0].InstrumentType, instruments[0].TickSize));
    }

    [Fact]
    public async Task GetInstruments_without_filters_asks_for_any()
    {
        FakeCaller caller = new("[]");

        Assert.Empty(await caller.GetInstrumentsAsync(cancellationToken: Token));
        Assert.Equal("""{"currency":"any"}""", caller.Params);
    }

    [Fact]
    public async Task GetOrderBook_reads_id_levels_and_ticker()
    {
        FakeCaller caller = new("""{"timestamp":1789939036574,"state":"open","stats":{"high":null},"change_id":174959286421,"instrument_name":"BTC-PERPETUAL","bids":[[80836.5,65010.0]],"asks":[],"best_ask_price":0,"last_price":80832.5}""");
        DeribitOrderBookSnapshot book = await caller.GetOrderBookAsync("BTC-PERPETUAL", 10, Token);

        Assert.Equal("""{"instrument_name":"BTC-PERPETUAL","depth":10}""", caller.Params);
        Assert.Equal(("BTC-PERPETUAL", 174959286421L, 1789939036574L), (book.InstrumentName, book.ChangeId, book.ExchangeTimeUnixMs));
        Assert.Equal([new DeribitBookLevel(80836.5m, 65010m)], book.Bids.ToArray());
        Assert.True(book.Asks.IsEmpty);
        Assert.Equal((80832.5m, 0m, "open"), (book.Ticker.LastPrice, book.Ticker.BestAskPrice, book.Ticker.State));
    }

    [Fact]
    public async Task GetLastTrades_pages_by_sequence()
    {
        FakeCaller caller = new("""{"trades":[{"trade_seq":5,"trade_id":"9","timestamp":1,"price":1.5,"amount":2,"direction":"buy","instrument_name":"X"}],"has_more":true}""");
        DeribitTradesPage page = await caller.GetLastTradesByInstrumentAsync("X", 5, 9, 1000, "asc", Token);

        Assert.Equal("public/get_last_trades_by_instrument", caller.Method);
        Assert.Equal("""{"instrument_name":"X","start_seq":5,"end_seq":9,"count":1000,"sorting":"asc"}""", caller.Params);
        Assert.True(page.HasMore);
        Assert.Equal(5, Assert.Single(page.Trades).TradeSequence);
    }

    [Fact]
    public async Task GetLastTrades_finds_a_place_by_its_time()
    {
        FakeCaller caller = new("""{"trades":[],"has_more":false}""");
        Assert.Empty((await caller.GetLastTradesByInstrumentAndTimeAsync("X", null, 5, 1, "desc", Token)).Trades);
        Assert.Equal("public/get_last_trades_by_instrument_and_time", caller.Method);
        Assert.Equal("""{"instrument_name":"X","end_timestamp":5,"count":1,"sorting":"desc"}""", caller.Params);
        await caller.GetLastTradesByInstrumentAndTimeAsync("X", 4, 5, 1000, "asc", Token);
        Assert.Equal("""{"instrument_name":"X","start_timestamp":4,"end_timestamp":5,"count":1000,"sorting":"asc"}""", caller.Params);
    }

    [Fact]
    public async Task GetInstrument_reads_one()
    {
        FakeCaller caller = new("""{"instrument_name":"X","kind":"future_combo"}""");
        DeribitInstrument instrument = await caller.GetInstrumentAsync("X", Token);
        Assert.Equal(("public/get_instrument", """{"instrument_name":"X"}""", "X", "future_combo"), (caller.Method, caller.Params, instrument.Name, instrument.Kind));
        await Assert.ThrowsAsync<DeribitProtocolException>(() => new FakeCaller("""[{"instrument_name":"X"}]""").GetInstrumentAsync("X", Token));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task GetLastTrades_with_a_count_out_of_range_is_the_callers_mistake(int count) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => new FakeCaller("{}").GetLastTradesByInstrumentAsync("X", count: count, cancellationToken: Token));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"trades":[]}""")]
    [InlineData("""{"has_more":true}""")]
    [InlineData("""{"trades":[{}],"has_more":true}""")]
    [InlineData("""{"trades":[],"trades":[],"has_more":true}""")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("""{"trades":[],"has_more":false}x""")]
    public async Task Reply_that_cannot_be_used_is_a_protocol_fault(string result) =>
        await Assert.ThrowsAsync<DeribitProtocolException>(() => new FakeCaller(result).GetLastTradesByInstrumentAsync("X", cancellationToken: Token));

    [Fact]
    public async Task Book_and_instrument_replies_without_required_members_are_protocol_faults()
    {
        await Assert.ThrowsAsync<DeribitProtocolException>(() => new FakeCaller("""{"timestamp":1,"instrument_name":"X","bids":[],"asks":[]}""").GetOrderBookAsync("X", 1, Token));
        await Assert.ThrowsAsync<DeribitProtocolException>(() => new FakeCaller("""[{"kind":"future"}]""").GetInstrumentsAsync(cancellationToken: Token));
    }
}
