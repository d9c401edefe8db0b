using MarketData.Cli.Tests.Rigs;

namespace MarketData.Cli.Tests.Replicas;

/// <content>Order books.</content>
internal sealed partial class ReplicaTopics
{
    /// <summary>
    /// Each book goes on from where it was when all were subscribed to where the exchange was when the collectors had caught up: every change
    /// continues the one before, or a snapshot begins anew within an interval of the ledger, and at every snapshot and at the end the book is
    /// the exchange's own. What a frozen process had handed to its client before it was frozen is taken out and counted, as with trades.
    /// </summary>
    /// <param name="begun">Of each instrument the book's change when all were subscribed.</param>
    /// <param name="caughtUp">The same when the collectors were seen to have caught up.</param>
    /// <param name="frozen">The <c>source</c> of the process that was frozen; null when none was.</param>
    /// <param name="frozenUnixMs">When.</param>
    /// <returns>How many breaks there are, and what a frozen process could not call back.</returns>
    public string AssertBooksComplete(
        Dictionary<string, long> begun, Dictionary<string, long> caughtUp, string? frozen = null, long frozenUnixMs = 0)
    {
        var (breaks, uncalled) = (0, 0);
        foreach (var (key, id) in begun)
        {
            var all = EventsOf(key);
            var records = all.Where((record, at) => !IsUncalled(all, at, frozen, frozenUnixMs)).ToList();
            uncalled += all.Count - records.Count;
            Assert.True(records is [var first, ..] && first.Text("action") == "snapshot" && first.Number("change_id") <= id,
                $"{key} does not begin with a snapshot of {id} or before.\n{Story(key, all.Take(20))}");
            breaks += AssertBook(key, records);
            Assert.True(records[^1].Number("change_id") >= caughtUp[key], $"{key} ends before {caughtUp[key]}.\n{Story(key, all.TakeLast(20))}");
        }

        return $"{breaks} breaks, each in an interval of the ledger, {Uncalled(uncalled)}";
    }

    private int AssertBook(string key, List<ReplicaRecord> records)
    {
        var (book, breaks) = (new BookReplay(), 0);
        foreach (var (at, record) in records.Index())
        {
            var number = record.Number("change_id");
            string Where() => $"{key} at offset {record.Offset}: {number} behind {book.ChangeId}.\n{Story(key, records.Take(at + 3).TakeLast(20))}";
            if (record.Text("action") != "snapshot")
            {
                Assert.True(record.Number("prev_change_id") == book.ChangeId, Where());
            }
            else if (book.ChangeId is { } last)
            {
                AssertExchanges(key, book);
                Assert.True(number >= last, Where());
                if (number > last)
                {
                    var broken = new BookBreak(key, last, records[at - 1].Number("timestamp"), number, record.Number("timestamp"));
                    var missed = exchange.NextChangeUnixMs(key, last);
                    Assert.True(_intervals.Covers(broken, missed), $"{_intervals.Describe(broken, missed)}\n{Where()}");
                    breaks++;
                }
            }

            book.Apply(new TopicRecord(key, record.Value, new Dictionary<string, string>()));
        }

        AssertExchanges(key, book);
        return breaks;
    }

    private void AssertExchanges(string key, BookReplay book)
    {
        var truth = exchange.Book(key, book.ChangeId!.Value);
        Assert.True(truth is not null, $"{key}: the exchange has no change {book.ChangeId}.");
        Assert.Equal(truth.Bids.Select(level => (level.Price, level.Amount)), book.Bids);
        Assert.Equal(truth.Asks.Select(level => (level.Price, level.Amount)), book.Asks);
    }
}
