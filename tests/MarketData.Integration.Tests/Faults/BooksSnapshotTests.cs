using Deribit.Simulator.Faults;

namespace MarketData.Integration.Tests.Faults;

/// <summary>Rows 4 to 6: snapshots that come late, unasked or not at all.</summary>
[Trait("kind", "integration")]
public sealed class BooksSnapshotTests
{
    private const string Victim = "BTC-PERPETUAL";

    [Fact]
    public async Task Row04_Deltas_before_the_first_snapshot_are_never_published()
    {
        using var recording = new BooksRecording();
        recording.Change(Victim, 20, 10, """["new",90000.0,10.0]""", """["new",90001.0,10.0]""");
        recording.Change(Victim, 30, 20, """["change",90000.0,20.0]""", "");
        recording.Snapshot(Victim, 40, """["new",89999.5,5.0]""", """["new",90002.0,7.0]""");
        recording.Change(Victim, 50, 40, """["new",89999.0,1.0]""", "");

        await using var rig = await BooksSystem.PlayAsync(recording);
        await rig.UntilCountsAsync(counts => counts.Applied == 2);
        var counts = rig.Counts();
        var read = await rig.StopAndReadAsync();

        Assert.Equal(2, counts.HeldBack);
        Assert.Equal([40, 50], read.Book(Victim).Select(record => record.Number("change_id")));
        read.AssertUntouched();
        AssertBook(read, Victim, [(89999.5m, 5), (89999.0m, 1)], [(90002.0m, 7)]);
    }

    [Fact]
    public async Task Row04_Deltas_before_the_snapshot_of_a_resync_are_never_published()
    {
        await using var rig = await BooksSystem.StartMarketAsync();
        await using var victim = await BooksRedisWatch.StartAsync(rig, Victim);
        rig.Inject(FaultKind.DelaySnapshot, Victim, duration: TimeSpan.FromSeconds(1));
        rig.Inject(FaultKind.Drop, Victim);

        await rig.UntilHealedAsync(1);
        await victim.UntilThereAsync();
        var counts = rig.Counts();
        var (before, after) = rig.Around(Victim, rig.Applied(FaultKind.Drop).ChangeId);
        await victim.StopAsync();
        var read = await rig.StopAndReadAsync();

        Assert.True(counts.HeldBack >= 1, "Deltas were to come before the snapshot.");
        var healedAt = read.AssertOneIncident(Victim, "gap", before, after);
        await victim.AssertGoneBetweenAsync(before, healedAt);
        read.AssertUntouched(Victim);
        read.AssertLevels(rig.Simulator.Market);
    }

    [Fact]
    public async Task Row05_Snapshot_mid_stream_is_published_as_a_snapshot_and_the_chain_goes_on()
    {
        await using var rig = await BooksSystem.StartMarketAsync();
        await using var victim = await BooksRedisWatch.StartAsync(rig, Victim);
        rig.Inject(FaultKind.InsertSnapshot, Victim);

        await Until.TrueAsync(
            () => rig.Topics.OrderBooks.Count(record => record.Key == "deribit." + Victim && BooksOnKafka.IsSnapshot(record)) >= 2,
            () => "the second snapshot on Kafka");
        await rig.UntilMovedAsync();
        await victim.AssertNeverGoneAsync();
        var inserted = rig.Applied(FaultKind.InsertSnapshot).ChangeId;
        var read = await rig.StopAndReadAsync();

        Assert.Contains(read.Book(Victim).Skip(1), record => BooksOnKafka.IsSnapshot(record) && record.Number("change_id") == inserted);
        Assert.Equal(1, read.Subscriptions(Victim));
        Assert.Empty(read.Ledger(Victim));
        read.AssertUntouched(Victim);
        read.AssertLevels(rig.Simulator.Market);
    }

    [Fact]
    public async Task Row05_Snapshot_mid_stream_leaves_no_ghosts()
    {
        using var recording = new BooksRecording();
        recording.Snapshot(
            Victim, 10, """["new",90000.0,10.0],["new",89990.0,20.0]""", """["new",90010.0,10.0],["new",90020.0,20.0]""");
        recording.Change(Victim, 20, 10, """["new",89980.0,30.0]""", "");
        recording.Snapshot(Victim, 500, """["new",89990.0,1.0]""", """["new",90000.0,2.0]""");
        recording.Change(Victim, 510, 500, "", """["new",90000.5,3.0]""");

        await using var rig = await BooksSystem.PlayAsync(recording);
        await rig.UntilCountsAsync(counts => counts.Applied == 4);
        await using var redis = await BooksRedisWatch.StartAsync(rig, Victim);
        await Until.TrueAsync(() => redis.Seen is [.., 510], () => "the last book in Redis");
        var inRedis = redis.Newest;
        await redis.StopAsync();
        var read = await rig.StopAndReadAsync();

        Assert.Equal(["snapshot", "update", "snapshot", "update"], read.Book(Victim).Select(record => record.Text("action")));
        read.Book(Victim)[2].AssertLevels([(89990, 1)], [(90000, 2)]);
        inRedis.AssertLevels([(89990, 1)], [(90000, 2), (90000.5m, 3)]);
        // What led from 20 to 500 was not seen.
        read.AssertOneIncident(Victim, "gap", 20, 500);
        AssertBook(read, Victim, [(89990, 1)], [(90000, 2), (90000.5m, 3)]);
    }

    [Fact]
    public async Task Row06_Resubscription_without_snapshot_is_repeated_and_then_gets_a_new_socket()
    {
        await using var rig = await BooksSystem.StartMarketAsync();
        await using var victim = await BooksRedisWatch.StartAsync(rig, Victim);
        rig.Inject(FaultKind.NoSnapshot, Victim, count: 2);
        rig.Inject(FaultKind.Drop, Victim);

        // Each of the two subscriptions has 5 s for its snapshot; then the new socket brings every book back.
        await rig.UntilHealedAsync(20, TimeSpan.FromMinutes(2));
        await rig.UntilReadyAsync();
        await victim.UntilThereAsync();
        var (before, after) = rig.Around(Victim, rig.Applied(FaultKind.Drop).ChangeId);
        await victim.StopAsync();
        var read = await rig.StopAndReadAsync();

        Assert.Equal(2, rig.Simulator.Faults.Applied.Count(fault => fault.Kind == FaultKind.NoSnapshot));
        Assert.Equal(4, read.Subscriptions(Victim));
        Assert.Single(rig.Log.Lines, line => line.Id.Id == 4001);
        var healedAt = read.AssertOneIncident(Victim, "gap", before, after);
        await victim.AssertGoneBetweenAsync(before, healedAt);
        var gap = read.Ledger(Victim)[0];
        Assert.Equal(long.Parse(gap.Headers["epoch"], null) + 1, long.Parse(read.Ledger(Victim)[1].Headers["epoch"], null));
        // The others knew nothing of it until the socket was replaced.
        foreach (var other in read.Instruments.Where(name => name != Victim))
        {
            Assert.Equal(["disconnected", "resynced"], read.Kinds(other));
            Assert.Equal(2, read.Subscriptions(other));
        }

        read.AssertLevels(rig.Simulator.Market);
    }

    private static void AssertBook(BooksOnKafka read, string instrument, (decimal, decimal)[] bids, (decimal, decimal)[] asks)
    {
        var book = new BookReplay();
        foreach (var record in read.Book(instrument))
            book.Apply(record);
        Assert.Equal(bids, book.Bids);
        Assert.Equal(asks, book.Asks);
    }
}
