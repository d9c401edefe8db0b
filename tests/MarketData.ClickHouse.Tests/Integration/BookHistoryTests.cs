using MarketData.ClickHouse.Reading;
using MarketData.ClickHouse.Tests.Support;
using MarketData.History;

namespace MarketData.ClickHouse.Tests.Integration;

/// <summary>The book of an instant out of real tables.</summary>
[Trait("kind", "integration")]
public sealed class BookHistoryTests(RealClickHouse engine)
{
    private const long Second = 1_000;
    private const long Day = 86_400 * Second;
    private const decimal Fine = 0.0000000000001m;

    private static readonly Instrument _instrument = new() { Exchange = "deribit", Name = "BTC-PERPETUAL" };

    [Fact]
    public async Task Book_is_rebuilt_exactly_from_tables_whose_rows_are_there_twice()
    {
        await using var history = await TestHistory.CreateAsync(engine);
        await history.DoAsync("SYSTEM STOP MERGES book_updates");
        await history.DoAsync("SYSTEM STOP MERGES book_snapshots");
        OrderBookEvent[] snapshots = [Snapshot(0, 5), Repeat(Snapshot(0, 5), 1), Repeat(Snapshot(20, 8, 3), 40)];
        OrderBookEvent[] updates = [Update(19, 7, 5, 2), Update(20, 8, 7, 3), Update(50, 9, 8, 4), Update(0, 7, 5, 9, name: "ETH-PERPETUAL")];
        for (var time = 0; time < 2; time++)
        {
            await history.WriteAsync(snapshots);
            await history.WriteAsync(updates);
        }

        using var reader = new ClickHouseBookHistory(history.Options, new LateClock());
        var book = await AtAsync(reader, 19);
        Assert.Equal((BookAtState.Proven, BookProof.Continued, 1L), (book.State, book.Proof, book.UpdatesApplied));
        Assert.Equal((7, Sample.Milliseconds + (19 * Second), Sample.Nanoseconds + (19 * Second * 1_000_000)),
            (book.Book!.ChangeId, book.Book.ExchangeTimeUnixMs, book.Book.ReceivedAtUnixNs));
        Assert.Equal([new(92011.5m, 2), new(-Fine, 99_999_999.25m)], book.Book.Bids.ToArray());
        Assert.Empty(book.Book.Asks.ToArray());

        var repeated = await AtAsync(reader, 35);
        Assert.Equal((BookAtState.Proven, 8, 0L), (repeated.State, repeated.Book!.ChangeId, repeated.UpdatesApplied));
        Assert.Equal(Sample.Nanoseconds + (40 * Second * 1_000_000), repeated.Snapshot!.VerifiedAtUnixNs);
        Assert.Equal((BookAtState.Unconfirmed, 9), ((await AtAsync(reader, 60)).State, (await AtAsync(reader, 60)).Book!.ChangeId));
        Assert.Equal(BookAtState.BeforeHistory, (await AtAsync(reader, -1)).State);
        Assert.Equal(
            BookAtState.UnknownInstrument,
            (await new BookTravel(reader, new LateClock()).AtAsync(
                _instrument with { Name = "it's \\ none" }, Sample.Milliseconds, TestContext.Current.CancellationToken)).State);
    }

    [Fact]
    public async Task Snapshot_is_found_over_days_and_the_ledger_of_the_instant_with_it()
    {
        await using var history = await TestHistory.CreateAsync(engine);
        await history.WriteAsync(Snapshot(-100 * 86_400, 5), Snapshot(86_400, 9));
        await history.WriteAsync(Said(-100 * 86_400, IntegrityKind.Resynced), Said(-2, IntegrityKind.Verified),
            Said(3_600, IntegrityKind.Disconnected) with { FromTimeUnixMs = Sample.Milliseconds - Day, FromId = 5, Detail = "" },
            Said(86_400, IntegrityKind.Resynced) with { FromTimeUnixMs = Sample.Milliseconds - Day, ToTimeUnixMs = Sample.Milliseconds + Day },
            Said(90_000, IntegrityKind.Stale));
        using var reader = new ClickHouseBookHistory(history.Options, new LateClock());
        var book = await AtAsync(reader, 0);
        Assert.Equal((BookAtState.Incident, 5), (book.State, book.Book!.ChangeId));
        var incident = Assert.Single(book.Incidents);
        // The collector's audit two seconds before narrows what is in doubt.
        Assert.Equal((Sample.Milliseconds - (2 * Second), Sample.Milliseconds + Day, 5L), (incident.FromUnixMs, incident.ToUnixMs, incident.FromId));

        var entries = await reader.ReadLedgerAsync(
            _instrument, Sample.Milliseconds, Sample.Milliseconds, TestContext.Current.CancellationToken);
        Assert.Equal([IntegrityKind.Resynced, IntegrityKind.Disconnected, IntegrityKind.Resynced], entries.Select(entry => entry.Event.Kind));
        Assert.Equal(("", null), (entries[1].Event.Detail, entries[2].Event.Detail));
    }

    [Fact]
    public async Task History_that_cannot_be_read_is_one_sentence()
    {
        var options = await engine.OptionsAsync();
        using var reader = new ClickHouseBookHistory(options, TimeProvider.System);
        var error = await Assert.ThrowsAsync<HistoryError>(() => AtAsync(reader, 0));
        Assert.Equal("clickhouse", error.Store);
        Assert.StartsWith("The history cannot be read. Database and code do not fit", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("The tables are there after an archiver has run with this database.", error.Message, StringComparison.Ordinal);
        using var nowhere = new ClickHouseBookHistory(new ClickHouseOptions { Url = "http://127.0.0.1:1" }, TimeProvider.System);
        var away = await Assert.ThrowsAsync<HistoryError>(() => AtAsync(nowhere, 0));
        Assert.Contains("ClickHouse at http://127.0.0.1:1 cannot be reached", away.Message, StringComparison.Ordinal);
    }

    private static Task<BookAt> AtAsync(ClickHouseBookHistory reader, double second) => new BookTravel(reader, new LateClock()).AtAsync(
        _instrument, Sample.Milliseconds + (long)(second * Second), TestContext.Current.CancellationToken);

    private static OrderBookEvent Snapshot(double second, long id, decimal amount = 1) => Event(second, id, amount) with
    {
        Action = BookAction.Snapshot,
        Bids = new BookLevel[] { new(92011.5m, amount), new(-Fine, 99_999_999.25m) },
    };

    private static OrderBookEvent Repeat(OrderBookEvent snapshot, double second) =>
        snapshot with { VerifiedAtUnixNs = Sample.Nanoseconds + (long)(second * Second * 1_000_000) };

    private static OrderBookEvent Update(double second, long id, long previous, decimal amount, string name = "BTC-PERPETUAL") =>
        Event(second, id, amount) with { InstrumentName = name, PreviousChangeId = previous };

    private static OrderBookEvent Event(double second, long id, decimal amount) => Sample.Book(BookAction.Update, id) with
    {
        ExchangeTimeUnixMs = Sample.Milliseconds + (long)(second * Second),
        ReceivedAtUnixNs = Sample.Nanoseconds + (long)(second * Second * 1_000_000),
        PreviousChangeId = null,
        Bids = new BookLevel[] { new(92011.5m, amount) },
        BestBid = new BookLevel(92011.5m, amount),
        BestAsk = null,
    };

    private static IntegrityEvent Said(double second, IntegrityKind kind) => Sample.Integrity(null) with
    {
        ReceivedAtUnixNs = Sample.Nanoseconds + (long)(second * Second * 1_000_000),
        Channel = "orderbook",
        Kind = kind,
        FromId = null,
        ToTimeUnixMs = null,
    };

    // The samples are of a time that is yet to come for some machines.
    private sealed class LateClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Sample.Milliseconds + (10 * Day));
    }
}
