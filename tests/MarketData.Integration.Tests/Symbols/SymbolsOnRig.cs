using MarketData.Integration.Tests.Rigs;
using MarketData.Kafka;
using MarketData.Symbols;

using Microsoft.Extensions.Logging.Abstractions;

namespace MarketData.Integration.Tests.Symbols;

/// <summary>What the tests of symbols do to a rig and look for in it.</summary>
internal static class SymbolsOnRig
{
    /// <summary>Writes to the control topic, as an operator's command does.</summary>
    public static Task WriteSymbolsAsync(this Rig rig, params IReadOnlyCollection<SymbolChange> changes) => new KafkaSymbolWriter(
            new KafkaOptions { BootstrapServers = rig.Kafka.BootstrapServers }, "test", TimeProvider.System, NullLogger<KafkaSymbolWriter>.Instance)
        .WriteAsync(changes, TestContext.Current.CancellationToken);

    public static SymbolChange Put(string selector) => SymbolChange.Put(new SymbolEntry { Exchange = "deribit", Selector = selector });

    public static SymbolChange Remove(string selector) => SymbolChange.Remove($"deribit.{selector}");

    /// <summary>Waits until every collector collects so many instruments and has no reason not to be ready.</summary>
    public static async Task CollectsAsync(this Rig rig, int instruments)
    {
        await Until.TrueAsync(
            () => rig.Collectors.All.All(collector => collector.Instruments == instruments),
            () => string.Join(", ", rig.Collectors.All.Select(collector => $"{collector.Name} collects {collector.Instruments}")) + $", not {instruments}");
        await rig.UntilReadyAsync();
    }

    /// <summary>How often each of the instruments' book channels was subscribed so far.</summary>
    public static IReadOnlyList<int> BookSubscriptions(this Rig rig, IEnumerable<string> names) =>
        [.. names.Select(name => rig.Simulator.CountSubscriptions($"book.{name}.100ms"))];

    /// <summary>What an instrument's readers saw has no hole: the book's chain, and every trade since the first.</summary>
    public static void AssertWhole(this Rig rig, string name)
    {
        var replay = new BookReplay();
        foreach (var record in rig.Topics.OrderBooks.Where(record => record.Text("instrument_name") == name))
            replay.Apply(record);
        Assert.NotNull(replay.ChangeId);
        var seen = rig.Topics.Trades.Where(record => record.Text("instrument_name") == name).Select(record => record.Number("trade_seq")).ToList();
        if (seen.Count > 0)
            Assert.Equal(Enumerable.Range(0, seen.Count).Select(index => seen[0] + index), seen);
    }

    /// <summary>The ledger closes each channel of the instrument, and nothing of it comes behind.</summary>
    public static async Task ClosedAsync(this Mark mark, string name)
    {
        foreach (var channel in new[] { "orderbook", "trade", "ticker" })
            await mark.IntegrityAsync(name, "closed", channel);
    }
}
