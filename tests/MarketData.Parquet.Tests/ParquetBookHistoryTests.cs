using MarketData.History;
using MarketData.Parquet.Query;

namespace MarketData.Parquet.Tests;

/// <summary>The book at an instant, from files.</summary>
public sealed class ParquetBookHistoryTests
{
    private const int Changes = 60;

    private static readonly Instrument _instrument = new() { Exchange = "deribit", Name = "BTC-PERPETUAL" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Book_of_any_instant_is_the_one_that_was()
    {
        using var rig = new HistoryRig();
        rig.Time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(Sample.Milliseconds + 60_000));
        await WriteAsync(rig);
        var travel = new BookTravel(new ParquetBookHistory(rig.Root, rig.Time), rig.Time);
        for (var change = 0; change < Changes; change += 7)
        {
            var answer = await travel.AtAsync(_instrument, Sample.Milliseconds + (change * 10) + 5, Token);
            Assert.Equal((BookAtState.Proven, 1_000 + change), (answer.State, answer.Book!.ChangeId));
            // Each change puts its own number at the one price.
            Assert.Equal([new BookLevel(92011.5m, change + 1)], answer.Book.Bids.ToArray());
            Assert.Equal("92011.5", answer.Book.Bids.Span[0].Price.ToString(null, null));
        }
    }

    [Fact]
    public async Task Missing_change_is_said_and_an_incident_of_the_ledger_is_found()
    {
        using var rig = new HistoryRig();
        rig.Time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(Sample.Milliseconds + 60_000));
        await WriteAsync(rig, missing: 30);
        var at = Sample.Milliseconds + (40 * 10);
        var travel = new BookTravel(new ParquetBookHistory(rig.Root, rig.Time), rig.Time);
        var broken = await travel.AtAsync(_instrument, at, Token);
        Assert.Equal((BookAtState.Broken, 1_029), (broken.State, broken.Book!.ChangeId));

        await rig.WriteAsync(Sample.Integrity("The chain broke.") with
        {
            Channel = "orderbook",
            Kind = IntegrityKind.Gap,
            FromId = 1_029,
            FromTimeUnixMs = Sample.Milliseconds + 290,
            ReceivedAtUnixNs = (Sample.Milliseconds + 320) * 1_000_000,
        });
        Assert.Equal(IntegrityKind.Gap, Assert.Single(
            await new ParquetBookHistory(rig.Root, rig.Time).ReadLedgerAsync(_instrument, at - 200, at, Token)).Event.Kind);
        Assert.Equal("The chain broke.", Assert.Single((await travel.AtAsync(_instrument, at, Token)).Incidents).Details.Single());
    }

    [Fact]
    public async Task Instrument_that_was_never_stored_is_unknown()
    {
        using var rig = new HistoryRig();
        var answer = await new BookTravel(new ParquetBookHistory(rig.Root, rig.Time), rig.Time).AtAsync(
            _instrument with { Name = "O'BRIEN" }, rig.Time.GetUtcNow().ToUnixTimeMilliseconds() - 1, Token);
        Assert.Equal(BookAtState.UnknownInstrument, answer.State);
    }

    private static async Task WriteAsync(HistoryRig rig, int missing = -1)
    {
        await rig.WriteAsync(Book(BookAction.Snapshot, 0));
        foreach (var batch in Enumerable.Range(1, Changes - 1).Where(change => change != missing).Chunk(15))
        {
            // Twice: as after a crash.
            await rig.WriteAsync([.. batch.Select(change => Book(BookAction.Update, change))]);
            await rig.WriteAsync([.. batch.Select(change => Book(BookAction.Update, change))]);
        }
    }

    private static OrderBookEvent Book(BookAction action, int change) => Sample.Book(action, 1_000 + change) with
    {
        ExchangeTimeUnixMs = Sample.Milliseconds + (change * 10),
        ReceivedAtUnixNs = (Sample.Milliseconds + (change * 10)) * 1_000_000,
        Bids = new BookLevel[] { new(92011.5m, change + 1) },
        BestBid = new BookLevel(92011.5m, change + 1),
    };
}
