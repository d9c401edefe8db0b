using MarketData.ClickHouse.Tests.Support;

namespace MarketData.ClickHouse.Tests.Integration;

[Trait("kind", "integration")]
public sealed class TopOfBookTests(RealClickHouse engine, SharedHistory shared) : IClassFixture<SharedHistory>
{
    private const long Second = 1_795_447_080_000;

    [Fact]
    public async Task Last_state_of_each_second_wins_in_whatever_order_and_table_it_comes_and_however_often()
    {
        var history = await shared.GetAsync(engine);
        OrderBookEvent[] updates = [At(5, Second + 900, 105), At(3, Second, 103), At(4, Second + 900, 104), At(6, Second + 1_000, 106)];
        OrderBookEvent[] snapshots = [At(6, Second + 1_000, 106, BookAction.Snapshot), At(7, Second + 1_500, null, BookAction.Snapshot)];
        for (var time = 0; time < 2; time++)
        {
            await history.WriteAsync(snapshots);
            await history.WriteAsync(updates[..2]);
            await history.WriteAsync(updates[1..]);
            Assert.Equal("0s 5 105 10;1s 7 none", await TopsAsync(history));
        }
        await history.DoAsync("OPTIMIZE TABLE top_of_book_1s_state FINAL");
        Assert.Equal("0s 5 105 10;1s 7 none", await TopsAsync(history));
    }

    [Fact]
    public async Task Book_that_is_only_repeated_has_its_top_in_the_second_of_its_last_change()
    {
        var history = await shared.GetAsync(engine);
        foreach (var seconds in (int[])[10, 20])
            await history.WriteAsync(At(3, Second, 103, BookAction.Snapshot) with { VerifiedAtUnixNs = Sample.Nanoseconds + (seconds * 1_000_000_000L) });
        Assert.Equal("0s 3 103 10", await TopsAsync(history));
    }

    [Fact]
    public async Task Rates_count_each_event_once_in_the_minute_of_our_clock()
    {
        await using var history = await TestHistory.CreateAsync(engine);
        for (var time = 0; time < 2; time++)
        {
            await history.WriteAsync(Sample.Trades(3));
            await history.WriteAsync(Sample.Ticker());
            await history.WriteAsync(At(3, Second, 103), At(4, Second, 103), At(5, Second, 103) with { ReceivedAtUnixNs = Sample.Nanoseconds + 60_000_000_000 });
            await history.WriteAsync(At(3, Second, 103, BookAction.Snapshot) with { VerifiedAtUnixNs = Sample.Nanoseconds + 120_000_000_000 });
            await history.WriteAsync(Sample.Integrity("one"), Sample.Integrity("two"));
        }
        Assert.Equal(
            "book_snapshots 2 1,book_updates 0 2,book_updates 1 1,integrity 0 2,tickers 0 1,trades 0 3",
            await history.AskAsync(
                $"SELECT arrayStringConcat(arraySort(groupArray(concat(table_name, ' ', toString(intDiv(toUnixTimestamp(time) - {Sample.Milliseconds / 60_000 * 60}, 60)), ' ', "
                + "toString(events)))), ',') FROM message_rates WHERE per_second = events / 60"));
    }

    // Each test has an instrument of its own.
    private static string Instrument => TestContext.Current.TestMethod!.MethodName;

    private static OrderBookEvent At(long changeId, long milliseconds, decimal? bid, BookAction action = BookAction.Update) =>
        Sample.Book(action, changeId) with { InstrumentName = Instrument, ExchangeTimeUnixMs = milliseconds, BestBid = bid is { } price ? new BookLevel(price, 10) : null };

    private static Task<string> TopsAsync(TestHistory history) => history.AskAsync(
        $"SELECT arrayStringConcat(groupArray(line), ';') FROM (SELECT concat(toString(toUnixTimestamp64Second(time) - {Second / 1_000}), 's ', toString(change_id), ' ', "
        + $"ifNull(concat(toString(best_bid_price), ' ', toString(best_bid_amount)), 'none')) AS line FROM top_of_book_1s WHERE instrument_name = '{Instrument}' ORDER BY time)");
}
