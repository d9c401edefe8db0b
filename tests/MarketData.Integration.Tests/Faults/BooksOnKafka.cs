using System.Text;
using System.Text.Json;

using Deribit.Simulator;

using MarketData.Integration.Tests.Rigs;

namespace MarketData.Integration.Tests.Faults;

/// <summary>What the independent consumer read of the books, per instrument and in order, and what is expected of it.</summary>
internal sealed class BooksOnKafka
{
    private readonly TopicReader _topics;
    private readonly SimulatorServer _simulator;
    private readonly ILookup<string, TopicRecord> _books;
    private readonly ILookup<string, TopicRecord> _ledger;

    public BooksOnKafka(TopicReader topics, SimulatorServer simulator)
    {
        (_topics, _simulator) = (topics, simulator);
        _books = topics.OrderBooks.ToLookup(record => record.Text("instrument_name"));
        _ledger = topics.Integrity.Where(record => record.Text("channel") == "orderbook" && record.Text("kind") != "verified" && !IsFrame(record))
            .ToLookup(record => record.Text("instrument_name"));
    }

    public IEnumerable<string> Instruments => _books.Select(group => group.Key);

    public IReadOnlyList<TopicRecord> Book(string instrument) => [.. _books[instrument]];

    /// <summary>The incidents of a book, without the beginning and the end of the whole run.</summary>
    public IReadOnlyList<TopicRecord> Ledger(string instrument) => [.. _ledger[instrument]];

    public IReadOnlyList<string> Kinds(string instrument) => [.. _ledger[instrument].Select(record => record.Text("kind"))];

    /// <summary>The snapshots of a book, without those that only repeat, from time to time, what is known.</summary>
    public IReadOnlyList<TopicRecord> Snapshots(string instrument)
    {
        var records = Book(instrument);
        return [.. records.Where((record, i) =>
            IsSnapshot(record) && (i == 0 || record.Number("change_id") != records[i - 1].Number("change_id")))];
    }

    /// <summary>How often the book was subscribed, as the simulator saw it.</summary>
    public int Subscriptions(string instrument) => _simulator.CountSubscriptions(BooksSystem.ChannelOf(instrument));

    /// <summary>The raw frames of an instrument on the dead-letter topic, each with its reason.</summary>
    public IReadOnlyList<(string Frame, string Reason)> DeadLetters(string instrument) =>
        [.. _topics.DeadLetters.Where(record => record.Headers["instrument"] == instrument)
            .Select(record => (Encoding.UTF8.GetString(record.Value), record.Headers["reason"]))];

    /// <summary>
    /// One incident, with one opening and one closing event whose ids are those given; between the two nothing was published, and what
    /// came first after it was the snapshot that the closing event names.
    /// </summary>
    public long AssertOneIncident(string instrument, string kind, long fromId, long? toId, params IEnumerable<string> before)
    {
        Assert.Equal([.. before, kind, "resynced"], Kinds(instrument));
        var (opening, closing) = (Ledger(instrument)[^2], Ledger(instrument)[^1]);
        Assert.Equal(fromId, opening.Number("from_id"));
        Assert.Equal(toId, opening.IsNull("to_id") ? null : opening.Number("to_id"));
        Assert.NotEmpty(opening.Text("detail"));
        Assert.Equal(fromId, closing.Number("from_id"));
        Assert.Equal(opening.Number("from_time"), closing.Number("from_time"));
        Assert.True(closing.Number("received_at") >= opening.Number("received_at"));

        var records = Book(instrument);
        var last = records.ToList().FindIndex(record => record.Number("change_id") == fromId);
        Assert.Equal(records[last].Number("timestamp"), opening.Number("from_time"));
        var healed = records[last + 1];
        Assert.Equal("snapshot", healed.Text("action"));
        Assert.Equal(closing.Number("to_id"), healed.Number("change_id"));
        Assert.Equal(closing.Number("to_time"), healed.Number("timestamp"));
        Assert.True(healed.Number("change_id") > fromId);
        Assert.Equal(2, Snapshots(instrument).Count);
        return healed.Number("change_id");
    }

    /// <summary>Every other book: one subscription, one snapshot, one unbroken chain after it, and nothing in the ledger.</summary>
    public void AssertUntouched(params IEnumerable<string> except)
    {
        foreach (var instrument in Instruments.Except(except))
        {
            Assert.Empty(Kinds(instrument));
            Assert.Equal([Book(instrument)[0]], Snapshots(instrument));
            Assert.Equal(1, Subscriptions(instrument));
        }
    }

    /// <summary>
    /// Every record is one step of its chain, and the book after it is the simulator's own book at that id, level by level.
    /// </summary>
    public void AssertLevels(SimulatorMarket market)
    {
        foreach (var instrument in Instruments)
        {
            var book = new BookReplay();
            foreach (var record in Book(instrument))
            {
                book.Apply(record);
                var truth = market.GetBook(instrument, book.ChangeId!.Value);
                Assert.True(truth is not null, $"{instrument} never had the change {book.ChangeId}.");
                Assert.Equal(truth.Bids.Select(level => (level.Price, level.Amount)), book.Bids);
                Assert.Equal(truth.Asks.Select(level => (level.Price, level.Amount)), book.Asks);
                AssertBest(record, "bid", truth.Bids);
                AssertBest(record, "ask", truth.Asks);
            }
        }

        Assert.Equal(market.InstrumentNames.Order(StringComparer.Ordinal), Instruments.Order(StringComparer.Ordinal));
    }

    private static void AssertBest(TopicRecord record, string side, IReadOnlyList<SimulatedLevel> levels)
    {
        var (price, amount) = (record.Json.GetProperty($"best_{side}_price"), record.Json.GetProperty($"best_{side}_amount"));
        if (levels.Count == 0)
        {
            Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (price.ValueKind, amount.ValueKind));
            return;
        }

        Assert.Equal((levels[0].Price, levels[0].Amount), (price.GetDecimal(), amount.GetDecimal()));
    }

    public static bool IsSnapshot(TopicRecord record) => record.Text("action") == "snapshot";

    private static bool IsFrame(TopicRecord record) =>
        record.Text("kind") == "connected" || record.Text("detail") is "The client was stopped." or "The collector was stopped.";
}
