using Deribit.Simulator;

using MarketData.Integration.Tests.Rigs;

namespace MarketData.Integration.Tests;

[Trait("kind", "integration")]
public sealed class UpTests
{
    [Fact]
    public async Task Market_of_twenty_instruments_reaches_Kafka_exactly_as_the_simulator_made_it()
    {
        await using var rig = await Rig.StartAsync(new SimulatorOptions { Instruments = 20, FramesPerSecond = 400, KeepHistory = true });
        await Until.TrueAsync(() => rig.Topics.OrderBooks.Count > 2_000 && rig.Topics.Trades.Count > 50, () => "events on Kafka");
        Assert.True(await rig.StopAsync());

        var books = new Dictionary<string, BookReplay>();
        foreach (var record in rig.Topics.OrderBooks)
        {
            var book = books.TryGetValue(record.Key, out var known) ? known : books[record.Key] = new BookReplay();
            book.Apply(record);
            var truth = rig.Simulator.Market.GetBook(record.Text("instrument_name"), book.ChangeId!.Value);
            Assert.NotNull(truth);
            Assert.Equal(truth.Bids.Select(level => (level.Price, level.Amount)), book.Bids);
            Assert.Equal(truth.Asks.Select(level => (level.Price, level.Amount)), book.Asks);
        }

        Assert.Equal(20, books.Count);
    }
}
