using System.Text.Json;

using MarketData.Cli.Tests.Rigs;

namespace MarketData.Cli.Tests.Recorded;

/// <summary>Compares what an independent client reads from Kafka with what a correct reader of the recording publishes.</summary>
internal sealed class SessionOnKafka
{
    private static readonly string[] s_tickerDecimals =
    [
        "last_price", "mark_price", "index_price", "min_price", "max_price", "settlement_price", "delivery_price",
        "estimated_delivery_price", "underlying_price",
    ];

    private static readonly string[] s_tickerFigures =
        ["open_interest", "current_funding", "funding_8h", "interest_value", "mark_iv", "interest_rate"];

    private static readonly string[] s_greeks = ["delta", "gamma", "rho", "theta", "vega"];

    private static readonly string[] s_statsDecimals = ["high", "low"];

    private static readonly string[] s_statsFigures = ["volume", "volume_usd", "price_change"];

    private SessionOnKafka()
    {
    }

    public required IReadOnlyList<TopicRecord> OrderBooks { get; init; }

    public required IReadOnlyList<TopicRecord> Trades { get; init; }

    public required IReadOnlyList<TopicRecord> Tickers { get; init; }

    public required IReadOnlyList<TopicRecord> Integrity { get; init; }

    public required IReadOnlyList<TopicRecord> DeadLetters { get; init; }

    public static async Task<SessionOnKafka> ReadAsync(string bootstrapServers) => new()
    {
        OrderBooks = await IndependentReader.ReadAsync(bootstrapServers, "market.orderbook"),
        Trades = await IndependentReader.ReadAsync(bootstrapServers, "market.trades"),
        Tickers = await IndependentReader.ReadAsync(bootstrapServers, "market.ticker"),
        Integrity = await IndependentReader.ReadAsync(bootstrapServers, "market.integrity"),
        DeadLetters = await IndependentReader.ReadAsync(bootstrapServers, "market.dead-letter"),
    };

    /// <summary>Whether at least as much is there as the recording has.</summary>
    public bool HasAsMuchAs(RecordedSession session) =>
        OrderBooks.Count >= session.Books.Values.Sum(book => book.States.Count)
        && Trades.Count >= session.Trades.Values.Sum(trades => trades.Count)
        && Tickers.Count >= session.Tickers.Values.Sum(tickers => tickers.Count)
        && DeadLetters.Count >= session.Unusable.Count;

    /// <summary>Asserts that everything is exactly as recorded.</summary>
    public void AssertIs(RecordedSession session)
    {
        AssertBooks(session);
        AssertTrades(session);
        AssertTickers(session);
        AssertUnusable(session);
    }

    private void AssertBooks(RecordedSession session)
    {
        var byInstrument = OrderBooks.GroupBy(record => record.Key).ToDictionary(group => group.Key, group => group.ToList());
        Assert.Equal(session.Books.Keys.Select(Key).Order(), byInstrument.Keys.Order());
        foreach (var (name, recorded) in session.Books)
        {
            var book = new BookReplay();
            var states = new List<RecordedBookState>();
            foreach (var record in byInstrument[Key(name)])
            {
                // Periodic snapshots, and those after a resubscription, say again what the book is.
                var isRepeated = record.Text("action") == "snapshot" && record.Number("change_id") == book.ChangeId;
                book.Apply(record);
                var state = new RecordedBookState(
                    record.Number("change_id"),
                    record.IsNull("prev_change_id") ? null : record.Number("prev_change_id"),
                    record.Number("timestamp"),
                    book.Bids,
                    book.Asks);
                AssertBest(record, "bid", book.Bids);
                AssertBest(record, "ask", book.Asks);
                if (isRepeated)
                    AssertSame(states[^1] with { PreviousChangeId = null }, state);
                else
                    states.Add(state);
            }

            Assert.Equal(recorded.States.Select(state => state.ChangeId), states.Select(state => state.ChangeId));
            foreach (var (expected, actual) in recorded.States.Zip(states))
                AssertSame(expected, actual);
            var gaps = Integrity.Where(record =>
                (record.Key, record.Text("channel"), record.Text("kind")) == (Key(name), "orderbook", "gap"));
            Assert.Equal(recorded.Breaks, gaps.Where(gap => !gap.IsNull("to_id")).Select(gap => gap.Number("to_id")));
        }
    }

    private static void AssertSame(RecordedBookState expected, RecordedBookState actual)
    {
        Assert.Equal((expected.ChangeId, expected.PreviousChangeId, expected.ExchangeTimeUnixMs),
            (actual.ChangeId, actual.PreviousChangeId, actual.ExchangeTimeUnixMs));
        Assert.Equal(expected.Bids, actual.Bids);
        Assert.Equal(expected.Asks, actual.Asks);
    }

    private static void AssertBest(TopicRecord record, string side, IReadOnlyList<(decimal Price, decimal Amount)> levels)
    {
        var price = Decimal(record.Json, $"best_{side}_price");
        var amount = Decimal(record.Json, $"best_{side}_amount");
        Assert.Equal(levels.Count == 0 ? (null, null) : ((decimal?)levels[0].Price, (decimal?)levels[0].Amount), (price, amount));
    }

    private void AssertTrades(RecordedSession session)
    {
        var byInstrument = Trades.GroupBy(record => record.Key).ToDictionary(group => group.Key, group => group.ToList());
        Assert.Equal(session.Trades.Keys.Select(Key).Order(), byInstrument.Keys.Order());
        foreach (var (name, recorded) in session.Trades)
        {
            var published = byInstrument[Key(name)].OrderBy(record => record.Number("trade_seq")).ToList();
            Assert.Equal(
                recorded.Select(trade => trade.GetProperty("trade_seq").GetInt64()), published.Select(record => record.Number("trade_seq")));
            foreach (var (trade, record) in recorded.Zip(published))
            {
                foreach (var member in new[] { "price", "amount", "index_price", "mark_price", "contracts", "tick_direction", "timestamp" })
                    Assert.Equal((member, Decimal(trade, member)), (member, Decimal(record.Json, member)));
                foreach (var member in new[] { "trade_id", "direction", "instrument_name", "liquidation", "block_trade_id", "combo_id" })
                    Assert.Equal((member, Text(trade, member)), (member, Text(record.Json, member)));
                Assert.Equal(Double(trade, "iv"), Double(record.Json, "iv"));
                Assert.Equal("live", record.Text("source"));
            }
        }
    }

    private void AssertTickers(RecordedSession session)
    {
        var byInstrument = Tickers.GroupBy(record => record.Key).ToDictionary(group => group.Key, group => group.ToList());
        Assert.Equal(session.Tickers.Keys.Select(Key).Order(), byInstrument.Keys.Order());
        foreach (var (name, recorded) in session.Tickers)
        {
            Assert.Equal(recorded.Count, byInstrument[Key(name)].Count);
            foreach (var (ticker, record) in recorded.Zip(byInstrument[Key(name)]))
                AssertTicker(ticker, record.Json);
        }
    }

    private static void AssertTicker(JsonElement recorded, JsonElement published)
    {
        Assert.Equal(recorded.GetProperty("timestamp").GetInt64(), published.GetProperty("timestamp").GetInt64());
        foreach (var member in new[] { "state", "underlying_index", "instrument_name" })
            Assert.Equal((member, Text(recorded, member)), (member, Text(published, member)));
        foreach (var member in s_tickerDecimals)
            Assert.Equal((member, Decimal(recorded, member)), (member, Decimal(published, member)));
        foreach (var member in s_tickerFigures)
            Assert.Equal((member, Double(recorded, member)), (member, Double(published, member)));
        foreach (var side in new[] { "bid", "ask" })
        {
            // The exchange writes an empty side as price 0 and amount 0, or as null.
            var (price, amount) = (Decimal(recorded, $"best_{side}_price"), Decimal(recorded, $"best_{side}_amount"));
            var isEmpty = price is null || (price == 0 && amount is null or 0);
            Assert.Equal(isEmpty ? null : price, Decimal(published, $"best_{side}_price"));
            Assert.Equal(isEmpty ? null : amount, Decimal(published, $"best_{side}_amount"));
            Assert.Equal(isEmpty ? null : Double(recorded, $"{side}_iv"), Double(published, $"{side}_iv"));
        }

        AssertPart(recorded, published, "greeks", [], s_greeks);
        AssertPart(recorded, published, "stats", s_statsDecimals, s_statsFigures);
    }

    private static void AssertPart(JsonElement recorded, JsonElement published, string part, string[] decimals, string[] figures)
    {
        var isThere = recorded.TryGetProperty(part, out var from) && from.ValueKind == JsonValueKind.Object;
        var to = published.GetProperty(part);
        Assert.Equal((part, isThere), (part, to.ValueKind == JsonValueKind.Object));
        if (!isThere)
            return;
        foreach (var member in decimals)
            Assert.Equal((member, Decimal(from, member)), (member, Decimal(to, member)));
        foreach (var member in figures)
            Assert.Equal((member, Double(from, member)), (member, Double(to, member)));
    }

    private void AssertUnusable(RecordedSession session)
    {
        Assert.Equal(session.Unusable.Count, DeadLetters.Count);
        foreach (var (instrument, data, missing) in session.Unusable)
        {
            var letter = Assert.Single(DeadLetters, letter => letter.Key == Key(instrument));
            Assert.Contains(missing, letter.Headers["reason"], StringComparison.Ordinal);
            Assert.Equal(instrument, letter.Headers["instrument"]);
            Assert.Equal(data.GetRawText(), letter.Json.GetProperty("params").GetProperty("data").GetRawText());
            Assert.Contains(Integrity, record => record.Key == Key(instrument) && record.Text("kind") == "rejected");
        }
    }

    private static string Key(string name) => $"deribit.{name}";

    private static decimal? Decimal(JsonElement element, string member) =>
        element.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDecimal() : null;

    private static double? Double(JsonElement element, string member) =>
        element.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static string? Text(JsonElement element, string member) =>
        element.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
