using Deribit.Simulator.Faults;

using MarketData.Integration.Tests.Rigs;

namespace MarketData.Integration.Tests.Faults;

/// <summary>Compression of what the exchange sends (permessage-deflate).</summary>
[Trait("kind", "integration")]
public sealed class ExchangeCompressionTests
{
    private const DataKind Kinds = DataKind.OrderBook | DataKind.Trade;
    private const int Moves = 2_000;

    [Fact]
    public async Task Row31_Events_are_the_same_with_compression_on_and_off()
    {
        var plain = await StoryAsync(compression: false);
        var compressed = await StoryAsync(compression: true);
        Assert.True(plain.Count > Moves / 2, $"{plain.Count} events");
        Assert.Equal(plain, compressed);
    }

    [Fact]
    public async Task Row31_Server_that_does_not_agree_to_compression_is_used_without()
    {
        await using var rig = await ExchangeRig.StartAsync(
            new() { Instruments = 2, FramesPerSecond = 200, Compression = false }, Kinds, options => options.Connection.Compression = true);
        await rig.Exchange.CollectAsync(await rig.WantedAsync(), "first");
        await rig.LiveAsync(2);
        Assert.False(Assert.Single(rig.Simulator.Status.Connections).Compressed);
        Assert.Contains(rig.Log.Lines, line => line.Id.Id == 1005 && line.Text.EndsWith("agreed: False", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Row31_Compressed_block_that_is_corrupt_leads_to_a_new_connection_and_the_ledger_tells_it()
    {
        await using var rig = await ExchangeRig.StartAsync(
            new() { Instruments = 4, FramesPerSecond = 500 }, Kinds, options => options.Connection.Compression = true);
        await rig.Exchange.CollectAsync(await rig.WantedAsync(), "first");
        await rig.LiveAsync(4);
        var names = rig.Simulator.Market.InstrumentNames;
        await Until.TrueAsync(
            () => rig.Look(events => names.All(name => events.Any(one => one is TradeEvent && one.InstrumentName == name))), () => "trades of all");
        rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.CorruptDeflate, Channel = $"book.{names[1]}.100ms" });
        foreach (var name in names)
        {
            await rig.UntilAsync(name, "orderbook", IntegrityKind.Resynced);
            await rig.UntilAsync(name, "trade", IntegrityKind.Resynced);
        }

        await rig.LiveAsync(4);
        var connection = Assert.Single(rig.Simulator.Status.Connections);
        Assert.Equal((2L, true), (connection.Id, connection.Compressed));
        Assert.Single(rig.Simulator.Faults.Applied);

        // The log says why, the connection's bytes are kept, and every stream has one interval that is closed.
        Assert.Contains(rig.Log.Lines, line => line.Id.Id == 1003
            && line.Text.Contains("(BrokenStream)", StringComparison.Ordinal) && line.Text.Contains("cannot be inflated", StringComparison.Ordinal));
        Assert.Contains(rig.Integrity, one => one is { Kind: IntegrityKind.Rejected, Channel: "connection" }
            && one.Detail!.Contains("cannot be inflated", StringComparison.Ordinal));
        foreach (var (name, stream) in names.SelectMany(name => new[] { (name, "orderbook"), (name, "trade") }))
        {
            // What was traded meanwhile is fetched within the interval.
            var ledger = rig.Ledger(name, stream).Where(one => one.Kind is not (IntegrityKind.TradeGap or IntegrityKind.Backfilled)).ToList();
            Assert.Equal([IntegrityKind.Disconnected, IntegrityKind.Resynced], ledger.Select(one => one.Kind));
            Assert.Contains("cannot be inflated", ledger[0].Detail, StringComparison.Ordinal);
            if (stream == "orderbook")
                Assert.Equal(2, rig.Ledger(name, stream).Count);
        }

        foreach (var name in names)
            Chains.AssertUnbroken(rig.Events.OfType<OrderBookEvent>().Where(one => one.InstrumentName == name), 2);
    }

    // What a market of one seed makes, as published, without the times, which are not those of the market.
    private static async Task<IReadOnlyList<string>> StoryAsync(bool compression)
    {
        await using var rig = await ExchangeRig.StartAsync(
            new() { Instruments = 4, FramesPerSecond = 0, BookLevels = 200, KeepHistory = true }, Kinds,
            options => (options.Connection.Compression, options.SnapshotInterval, options.AuditInterval) = (compression, TimeSpan.FromHours(1), TimeSpan.Zero));
        var names = rig.Simulator.Market.InstrumentNames;
        await rig.Exchange.CollectAsync(await rig.WantedAsync(), "first");
        await rig.LiveAsync(4);
        await Until.TrueAsync(() => rig.Exchange.Status.Reasons.Count == 0, () => string.Join("; ", rig.Exchange.Status.Reasons));
        Assert.Equal(compression, Assert.Single(rig.Simulator.Status.Connections).Compressed);
        rig.Simulator.Market.Advance(Moves);
        await Until.TrueAsync(
            () => rig.Look(events => names.All(name =>
                events.OfType<OrderBookEvent>().LastOrDefault(one => one.InstrumentName == name)?.ChangeId == rig.Simulator.Market.GetBook(name).ChangeId)),
            () => "the newest state of every book");
        var last = names.Sum(name => rig.Simulator.Market.GetTrades(name).Count);
        await Until.TrueAsync(() => rig.Look(events => events.Count(one => one is TradeEvent)) == last, () => $"{last} trades");
        // Each stream has its order; of a book and a tape to each other there is none.
        return [.. names.SelectMany(name => rig.Events.Where(one => one.InstrumentName == name).OrderBy(one => one is TradeEvent).Select(Describe)
            .Where(line => line.Length > 0))];
    }

    private static string Describe(MarketDataEvent marketEvent) => marketEvent switch
    {
        OrderBookEvent book => $"{book.Key} {book.Epoch} {book.Action} {book.PreviousChangeId} {book.ChangeId}: "
            + $"{string.Join(' ', book.Bids.ToArray())} / {string.Join(' ', book.Asks.ToArray())}",
        TradeEvent trade => $"{trade.Key} {trade.Epoch} {trade.TradeId} {trade.TradeSequence} {trade.Price} {trade.Amount} {trade.Direction}",
        _ => "",
    };
}
