using MarketData.History;
using MarketData.Kafka.Archive;
using MarketData.Kafka.Tests.Support;

namespace MarketData.Kafka.Tests.Archive;

/// <summary>An archive whose Kafka is about to end: what it says of how far it came.</summary>
[Trait("kind", "integration")]
public sealed class CatchUpTests : ArchiveTestBase
{
    private readonly CancellationTokenSource _giveUp = new();

    [Fact]
    public async Task Batch_that_waits_for_more_goes_at_once_and_then_nothing_is_missing()
    {
        var archive = await StartAsync();
        await ProduceAsync(300);
        var end = archive.CatchUpAsync(_giveUp.Token);
        await Conditions.UntilAsync(() => History.Count == 1, "the batch, long before its age");
        Assert.False(end.IsCompleted);
        History.Pass(HistoryTable.Trades);
        Assert.Equal(new ArchiveEnd(300, 0), await end);
        Assert.True((await end).IsComplete);
    }

    [Fact]
    public async Task What_is_not_stored_when_the_time_is_over_is_counted()
    {
        var archive = await StartAsync();
        await ProduceAsync(300);
        var end = archive.CatchUpAsync(_giveUp.Token);
        await Conditions.UntilAsync(() => History.Count == 1, "the batch");
        await _giveUp.CancelAsync();
        Assert.Equal(new ArchiveEnd(300, 300), await end);
    }

    [Fact]
    public async Task Archive_that_never_read_lacks_everything()
    {
        var archive = await StartAsync(run: false);
        await ProduceAsync(20);
        await _giveUp.CancelAsync();
        Assert.Equal(new ArchiveEnd(20, 20), await archive.CatchUpAsync(_giveUp.Token));
    }

    [Fact]
    public async Task What_Kafka_forgot_before_it_was_read_is_lost_and_not_behind()
    {
        var archive = await StartAsync(run: false);
        await ProduceAsync(20_000);
        Run(archive);
        var end = archive.CatchUpAsync(_giveUp.Token);
        await Conditions.UntilAsync(() => archive.Counters.Lost + archive.Counters.Read == 20_000, "everything read that is there");
        await Conditions.UntilAsync(() => History.Count == 1, "the batch");
        History.Pass(HistoryTable.Trades);
        Assert.Equal(new ArchiveEnd(20_000, 0), await end);
        Assert.InRange(archive.Counters.Lost, 1, 19_999);
        Assert.Equal(20_000, archive.Counters.Stored + archive.Counters.Lost);
    }
}
