using Deribit.Simulator.Faults;

using MarketData.Integration.Tests.Rigs;

using Microsoft.Extensions.Logging;

namespace MarketData.Integration.Tests.Faults;

/// <summary>Instruments that come, go and change.</summary>
[Trait("kind", "integration")]
public sealed class ExchangeInstrumentsTests
{
    [Fact]
    public async Task Row36_Two_hundred_expire_and_three_hundred_are_listed_and_the_rest_does_not_notice()
    {
        await using var rig = await ExchangeRig.StartAsync(new() { Instruments = 300, FramesPerSecond = 1500, BookLevels = 8 }, DataKind.OrderBook);
        var before = await rig.WantedAsync();
        await rig.Exchange.CollectAsync(before, "first");
        await rig.LiveAsync(300);
        var version = await rig.Exchange.WaitForListingsAsync(-1, TestContext.Current.CancellationToken);
        var lines = rig.Log.Lines.Count;

        var expired = before.Select(one => one.Instrument.Name).Skip(100).ToList();
        expired.ForEach(rig.Simulator.Market.ExpireInstrument);
        for (var i = 0; i < 300; i++)
            rig.Simulator.Market.ListInstrument();
        Assert.True(await rig.Exchange.WaitForListingsAsync(version, TestContext.Current.CancellationToken) > version);
        await Until.TrueAsync(() => rig.Log.Lines.Skip(lines).Count(line => line.Id.Id == 4008) >= 600, () => "every expiry was heard of");
        await rig.Exchange.CollectAsync(await rig.WantedAsync(), "The instrument expired.");
        await rig.LiveAsync(400);

        Assert.Equal(200, rig.Integrity.Count(one => one.Kind == IntegrityKind.Closed));
        foreach (var name in before.Take(100).Select(one => one.Instrument.Name))
        {
            Assert.Empty(rig.Ledger(name, "orderbook"));
            Assert.Equal(1, rig.Simulator.CountSubscriptions($"book.{name}.100ms"));
        }

        Assert.DoesNotContain(rig.Log.Lines.Skip(lines), line => line.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task Row37_Instrument_listed_anew_with_other_sizes_is_closed_and_begun_as_another_version()
    {
        await using var rig = await ExchangeRig.StartAsync(new() { Instruments = 2, FramesPerSecond = 200 }, DataKind.OrderBook);
        var wanted = await rig.WantedAsync();
        await rig.Exchange.CollectAsync(wanted, "first");
        await rig.LiveAsync(2);
        var anew = wanted[0] with { Instrument = wanted[0].Instrument with { ContractSize = 77 } };
        await rig.Exchange.CollectAsync([anew, wanted[1]], "unused");
        await rig.LiveAsync(2);
        var closed = Assert.Single(rig.Integrity, one => one.Kind == IntegrityKind.Closed);
        Assert.Equal(wanted[0].Instrument.Name, closed.InstrumentName);
        Assert.Contains("contract size", closed.Detail, StringComparison.Ordinal);
        Assert.Contains("-> 77", closed.Detail, StringComparison.Ordinal);
        await rig.UntilAsync(one => one is OrderBookEvent { Action: BookAction.Snapshot } && one.Key == closed.Key, "the snapshot", rig.Events.ToList().IndexOf(closed));
    }

    [Fact]
    public async Task Row13_Price_off_the_tick_is_refused_with_its_frame_and_never_published()
    {
        await using var rig = await ExchangeRig.StartAsync(
            new() { Instruments = 2, FramesPerSecond = 400, KeepHistory = true }, DataKind.OrderBook | DataKind.Trade);
        await rig.Exchange.CollectAsync(await rig.WantedAsync(), "first");
        await rig.LiveAsync(2);
        var name = rig.Simulator.Market.InstrumentNames[0];
        rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.OffTickPrice, Channel = $"book.{name}.100ms" });
        await rig.UntilAsync(name, "orderbook", IntegrityKind.Resynced);
        var ledger = rig.Ledger(name, "orderbook");
        Assert.Equal([IntegrityKind.Rejected, IntegrityKind.Gap, IntegrityKind.Resynced], ledger.Select(one => one.Kind));
        Assert.Contains("off the tick", ledger[0].Detail, StringComparison.Ordinal);
        Assert.False(ledger[0].Raw.IsEmpty);

        // A refused trade leaves a hole, which the exchange's own record fills with the right price.
        rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.OffTickPrice, Channel = $"trades.{name}.100ms" });
        await rig.UntilAsync(name, "trade", IntegrityKind.Rejected);
        await rig.UntilAsync(name, "trade", IntegrityKind.Backfilled);
        // The market goes on: what was received is taken first, so that all of it is in the exchange's record.
        var trades = rig.Events.OfType<TradeEvent>().Where(one => one.InstrumentName == name).ToList();
        var truth = rig.Simulator.Market.GetTrades(name).ToDictionary(one => one.TradeSeq, one => one.Price);
        Assert.All(trades, one => Assert.Equal(truth[one.TradeSequence], one.Price));
        Assert.All(rig.Events.OfType<OrderBookEvent>().SelectMany(one => one.Bids.ToArray().Concat(one.Asks.ToArray())), level =>
            Assert.Equal(0, level.Price % 0.00001m));
    }
}
