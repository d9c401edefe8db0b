using MarketData.Integration.Tests.Rigs;
using Deribit.Simulator.Faults;

using MarketData.Collectors;

namespace MarketData.Integration.Tests.Faults;

/// <summary>Rows 1 to 3: frames that are lost, repeated or out of order.</summary>
[Trait("kind", "integration")]
[Collection(Alone.Name)]
public sealed class BooksGapTests
{
    private const string Victim = "BTC-PERPETUAL";
    private const string Bystander = "ETH-PERPETUAL";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Row01_One_delta_dropped_mutes_that_book_alone_until_a_snapshot()
    {
        await using var rig = await BooksSystem.StartMarketAsync();
        await using var victim = await BooksRedisWatch.StartAsync(rig, Victim);
        await using var bystander = await BooksRedisWatch.StartAsync(rig, Bystander);
        // A slow answer makes the time in which the book is muted long enough to look around.
        rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.SlowReply, Method = "public/unsubscribe", Duration = Second });
        rig.Inject(FaultKind.Drop, Victim);

        await victim.UntilGoneAsync();
        await Until.TrueAsync(
            () => CollectorHealth.Check(rig.OrderBooks).Any(reason => reason.StartsWith("books_not_live: 19 of 20", StringComparison.Ordinal)),
            () => string.Join("; ", CollectorHealth.Check(rig.OrderBooks)));
        await rig.UntilHealedAsync(1);
        await rig.UntilReadyAsync();
        await victim.UntilThereAsync();
        await bystander.AssertNeverGoneAsync();
        var counts = rig.Counts();
        var dropped = rig.Applied(FaultKind.Drop).ChangeId;
        var (before, after) = rig.Around(Victim, dropped);
        await victim.StopAsync();
        var read = await rig.StopAndReadAsync();

        var healedAt = read.AssertOneIncident(Victim, "gap", before, after);
        await victim.AssertGoneBetweenAsync(before, healedAt);
        Assert.DoesNotContain(read.Book(Victim), record => record.Number("change_id") == dropped);
        read.AssertUntouched(Victim);
        read.AssertLevels(rig.Simulator.Market);
        Assert.Equal((1, 1), (counts.Gaps, counts.Healed));
    }

    [Fact]
    public async Task Row02_Delta_duplicated_is_counted_and_changes_nothing()
    {
        await using var rig = await BooksSystem.StartMarketAsync();
        await using var victim = await BooksRedisWatch.StartAsync(rig, Victim);
        rig.Inject(FaultKind.Duplicate, Victim, count: 3);

        await rig.UntilCountsAsync(counts => counts.StaleIgnored == 3);
        await rig.UntilMovedAsync();
        await victim.AssertNeverGoneAsync();
        var counts = rig.Counts();
        var read = await rig.StopAndReadAsync();

        Assert.Equal((3, 0, 0), (counts.StaleIgnored, counts.Gaps, counts.Healed));
        foreach (var duplicate in rig.Simulator.Faults.Applied)
            Assert.Single(read.Book(Victim), record => record.Number("change_id") == duplicate.ChangeId);
        read.AssertUntouched();
        read.AssertLevels(rig.Simulator.Market);
    }

    [Fact]
    public async Task Row03_Two_deltas_swapped_are_a_gap_and_never_applied_out_of_order()
    {
        await using var rig = await BooksSystem.StartMarketAsync();
        await using var victim = await BooksRedisWatch.StartAsync(rig, Victim);
        rig.Inject(FaultKind.Swap, Victim);

        await rig.UntilHealedAsync(1);
        await victim.UntilThereAsync();
        var counts = rig.Counts();
        var late = rig.Applied(FaultKind.Swap).ChangeId;
        var (before, after) = rig.Around(Victim, late);
        await victim.StopAsync();
        var read = await rig.StopAndReadAsync();

        read.AssertOneIncident(Victim, "gap", before, after);
        Assert.DoesNotContain(read.Book(Victim), record => record.Number("change_id") == late);
        Assert.True(counts.HeldBack >= 1, "The frame that came late was to be held back.");
        Assert.Equal((1, 1), (counts.Gaps, counts.Healed));
        read.AssertUntouched(Victim);
        read.AssertLevels(rig.Simulator.Market);
    }
}
