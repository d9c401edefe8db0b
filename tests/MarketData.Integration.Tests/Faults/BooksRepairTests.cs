using Deribit.Simulator.Faults;

using MarketData.Collectors;

namespace MarketData.Integration.Tests.Faults;

/// <summary>Row 8: a book that breaks again and again.</summary>
[Trait("kind", "integration")]
public sealed class BooksRepairTests
{
    private const string Victim = "BTC-PERPETUAL";

    // Frames of the victim between two drops: time enough to resynchronise, and far less than it takes to count as stable.
    private const int FramesBetweenDrops = 15;
    private const int Drops = 40;

    [Fact]
    public async Task Row08_Gap_upon_gap_restarts_the_resync_and_ends_in_quarantine_with_a_reason()
    {
        await using var rig = await BooksSystem.StartMarketAsync();
        await using var victim = await BooksRedisWatch.StartAsync(rig, Victim);
        for (var drop = 0; drop < Drops; drop++)
            rig.Inject(FaultKind.Drop, Victim, skip: drop * FramesBetweenDrops);

        await rig.UntilCountsAsync(counts => counts.Quarantined == 1);
        rig.Simulator.Faults.Clear();
        Assert.Contains(CollectorHealth.Check(rig.OrderBooks), reason => reason.Contains("1 quarantined", StringComparison.Ordinal));
        await victim.UntilGoneAsync();
        // The budget is spent: the venue goes on sending, nobody subscribes again, and the book stays away.
        var tried = rig.Counts().Gaps;
        await rig.UntilMovedAsync(400);
        Assert.Equal((1, tried), (rig.Counts().Quarantined, rig.Counts().Gaps));
        Assert.Null(victim.Seen[^1]);
        // Anything new, such as another connection, is a new chance.
        rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.Close, Code = 1001 });
        await rig.UntilHealedAsync(tried - 1 + 20);
        await rig.UntilReadyAsync();
        await victim.UntilThereAsync();
        await victim.StopAsync();
        var read = await rig.StopAndReadAsync();

        // A book that was stable before may fail once more than one that was not; and on a slow machine it may be stable in between.
        Assert.InRange(tried, 6, 20);
        var story = read.Kinds(Victim);
        Assert.Equal([.. Enumerable.Repeat(new[] { "gap", "resynced" }, (int)tried - 1).SelectMany(pair => pair), "gap", "quarantined", "resynced"], story);
        var quarantined = read.Ledger(Victim)[^2];
        Assert.Contains("failed 6 times in a row", quarantined.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(read.Ledger(Victim)[^3].Number("from_id"), quarantined.Number("from_id"));
        Assert.Equal(quarantined.Number("from_id"), read.Ledger(Victim)[^1].Number("from_id"));
        Assert.Equal(tried + 1, read.Snapshots(Victim).Count);
        Assert.Equal(tried + 1, read.Subscriptions(Victim));
        foreach (var other in read.Instruments.Where(name => name != Victim))
            Assert.Equal(["disconnected", "resynced"], read.Kinds(other));
        read.AssertLevels(rig.Simulator.Market);
    }
}
