using System.Text.Json;

using Deribit.Simulator;

using MarketData.Integration.Tests.Rigs;

using StackExchange.Redis;

namespace MarketData.Integration.Tests.Kills;

/// <summary>Holds what Kafka and Redis show against what the simulator knows.</summary>
internal static class Truth
{
    private const int Depth = 20;

    /// <summary>Waits until the independent consumer has read every event that the collectors say Kafka acknowledged.</summary>
    public static Task UntilAllReadAsync(Rig rig)
    {
        var acknowledged = rig.Collectors.All
            .Sum(collector => collector.Pipeline.Lanes.Single(lane => lane.Name == "kafka").Counters.Acknowledged);
        return Until.TrueAsync(
            () => rig.Topics.EventCount >= acknowledged,
            () => $"{rig.Topics.EventCount} of {acknowledged} acknowledged events were read from Kafka");
    }

    /// <summary>Every book event on Kafka, replayed in order, is the simulator's own book at that change id.</summary>
    /// <returns>The books, as they ended.</returns>
    public static IReadOnlyDictionary<string, BookReplay> AssertBooks(Rig rig)
    {
        var books = new Dictionary<string, BookReplay>();
        foreach (var record in rig.Topics.OrderBooks)
        {
            var book = books.TryGetValue(record.Key, out var known) ? known : books[record.Key] = new BookReplay();
            if (IsAgain(record) && record.Number("change_id") <= book.ChangeId)
                continue;
            book.Apply(record);
            var truth = rig.Simulator.Market.GetBook(record.Text("instrument_name"), book.ChangeId!.Value);
            if (truth is null || !IsSame(truth.Bids, book.Bids) || !IsSame(truth.Asks, book.Asks))
                Assert.Fail($"{record.Key} at change {book.ChangeId} is not the simulator's book: {record.Json}");
        }

        return books;
    }

    /// <summary>
    /// Every trade on Kafka is there once, or says of itself that it may be there twice, and is the simulator's trade; between the first and the last of an instrument exactly those are
    /// missing that the ledger names as a trade gap; and what may be missing after the last lies in an open interval of the ledger.
    /// </summary>
    /// <returns>How many trades are missing.</returns>
    public static int AssertTrades(Rig rig)
    {
        var published = rig.Topics.Trades.ToLookup(record => record.Key);
        var ledger = rig.Topics.Integrity.Where(record => record.Text("channel") == "trade").ToLookup(record => record.Key);
        var missing = 0;
        foreach (var name in rig.Simulator.Market.InstrumentNames)
        {
            var key = "deribit." + name;
            var truth = rig.Simulator.Market.GetTrades(name).ToDictionary(trade => trade.TradeSeq);
            var seen = new SortedSet<long>();
            foreach (var record in published[key])
            {
                Assert.True(seen.Add(record.Number("trade_seq")) || IsAgain(record), $"{key}: trade {record.Number("trade_seq")} is on Kafka twice.");
                AssertSame(truth[record.Number("trade_seq")], record);
            }

            var gaps = Range(ledger[key], "trade_gap");
            var backfilled = published[key].Where(record => record.Text("source") == "backfill");
            gaps.ExceptWith(backfilled.Select(record => record.Number("trade_seq")));
            var holes = truth.Keys.Where(sequence => sequence > seen.Min && sequence < seen.Max && !seen.Contains(sequence));
            Assert.Equal(holes.Order(), gaps);
            missing += gaps.Count;
            if (seen.Count > 0 && truth.Keys.Max() > seen.Max)
                Assert.Equal("disconnected", ledger[key].Last(record => record.Text("kind") is "disconnected" or "resynced").Text("kind"));
        }

        return missing;
    }

    /// <summary>
    /// Stands the market still, and waits until every book key in Redis holds the simulator's own final book.
    /// </summary>
    public static async Task AssertRedisBooksAsync(Rig rig, IDatabase redis)
    {
        // Not a maintenance break: it refuses the answer to the next heartbeat, the client leaves, and its books are gone until the break ends.
        rig.Simulator.Market.StandStill(true);
        foreach (var name in rig.Simulator.Market.InstrumentNames)
        {
            var truth = rig.Simulator.Market.GetBook(name);
            JsonElement? value = null;
            await Until.TrueAsync(
                () => (value = Read(redis, $"deribit.{name}:orderbook")) is { } json
                    && json.GetProperty("change_id").GetInt64() == truth.ChangeId,
                () => $"{name} is at change {truth.ChangeId}, but Redis holds {value?.GetRawText() ?? "nothing"}");
            Assert.Equal(truth.Bids.Take(Depth).Select(level => (level.Price, level.Amount)), Levels(value!.Value, "bids"));
            Assert.Equal(truth.Asks.Take(Depth).Select(level => (level.Price, level.Amount)), Levels(value.Value, "asks"));
        }
    }

    /// <summary>The JSON at a key; null when there is none.</summary>
    public static JsonElement? Read(IDatabase redis, string key) =>
        (byte[]?)redis.StringGet(key) is { } bytes ? JsonDocument.Parse(bytes).RootElement : null;

    private static IEnumerable<(decimal, decimal)> Levels(JsonElement book, string side) =>
        book.GetProperty(side).EnumerateArray()
            .Select(level => (level.GetProperty("price").GetDecimal(), level.GetProperty("amount").GetDecimal()));

    private static bool IsSame(IReadOnlyList<SimulatedLevel> truth, IReadOnlyList<(decimal Price, decimal Amount)> book) =>
        truth.Select(level => (level.Price, level.Amount)).SequenceEqual(book);

    // What was on its way when the membership was lost is sent again.
    private static bool IsAgain(TopicRecord record) => record.Headers.ContainsKey("resent");

    private static void AssertSame(SimulatedTrade truth, TopicRecord record)
    {
        Assert.Equal(truth.TradeId, record.Text("trade_id"));
        Assert.Equal(truth.TimestampUnixMs, record.Number("timestamp"));
        Assert.Equal(truth.Price, record.Json.GetProperty("price").GetDecimal());
        Assert.Equal(truth.Amount, record.Json.GetProperty("amount").GetDecimal());
        Assert.Equal(truth.IsBuy ? "buy" : "sell", record.Text("direction"));
    }

    private static SortedSet<long> Range(IEnumerable<TopicRecord> ledger, string kind)
    {
        var named = new SortedSet<long>();
        foreach (var record in ledger.Where(record => record.Text("kind") == kind))
        {
            for (var sequence = record.Number("from_id"); sequence <= record.Number("to_id"); sequence++)
                named.Add(sequence);
        }

        return named;
    }
}
