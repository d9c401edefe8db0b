using System.Globalization;

using Deribit.Simulator.Faults;

namespace MarketData.Integration.Tests.Faults;

/// <summary>Rows 9 to 11: frames in order whose content cannot be right.</summary>
[Trait("kind", "integration")]
public sealed class BooksContentTests
{
    private const string Victim = "BTC-PERPETUAL";

    [Fact]
    public async Task Row09_Crossed_book_is_quarantined_resynced_and_its_frame_kept()
    {
        await using var rig = await BooksSystem.StartMarketAsync();
        await using var victim = await BooksRedisWatch.StartAsync(rig, Victim);
        rig.Inject(FaultKind.CrossedBook, Victim);

        await rig.UntilHealedAsync(1);
        await victim.UntilThereAsync();
        var counts = rig.Counts();
        var crossed = rig.Applied(FaultKind.CrossedBook).ChangeId;
        var (before, _) = rig.Around(Victim, crossed);
        await victim.StopAsync();
        var read = await rig.StopAndReadAsync();

        read.AssertOneIncident(Victim, "quarantined", before, crossed);
        Assert.Contains("Crossed", read.Ledger(Victim)[0].Text("detail"), StringComparison.Ordinal);
        Assert.Equal((1, 0, 1), (counts.Crossed, counts.Gaps, counts.Healed));
        AssertKept(read, crossed, "Crossed");
        read.AssertUntouched(Victim);
        read.AssertLevels(rig.Simulator.Market);
    }

    [Fact]
    public async Task Row09_Locked_book_is_allowed_and_counted()
    {
        using var recording = new BooksRecording();
        recording.Snapshot(Victim, 10, """["new",90000.0,10.0]""", """["new",90010.0,10.0]""");
        recording.Change(Victim, 20, 10, """["new",90010.0,30.0]""", "");
        recording.Change(Victim, 30, 20, """["change",90010.0,20.0]""", "");
        recording.Change(Victim, 40, 30, """["delete",90010.0,0.0]""", "");

        await using var rig = await BooksSystem.PlayAsync(recording);
        await rig.UntilCountsAsync(counts => counts.Applied == 4);
        var counts = rig.Counts();
        var read = await rig.StopAndReadAsync();

        Assert.Equal((1, 1, 0), (counts.Locked, counts.Live, counts.Crossed));
        Assert.Equal([10, 20, 30, 40], read.Book(Victim).Select(record => record.Number("change_id")));
        Assert.Equal(90010m, read.Book(Victim)[1].Json.GetProperty("best_bid_price").GetDecimal());
        Assert.Equal(90010m, read.Book(Victim)[1].Json.GetProperty("best_ask_price").GetDecimal());
        read.AssertUntouched();
        Assert.Empty(rig.Topics.DeadLetters);
    }

    [Fact]
    public async Task Row10_Delete_of_an_unknown_price_is_counted_tolerated_and_the_book_audited()
    {
        await using var rig = await BooksSystem.StartMarketAsync();
        await using var victim = await BooksRedisWatch.StartAsync(rig, Victim);
        rig.Inject(FaultKind.DeleteUnknownLevel, Victim, count: 2);

        await rig.UntilCountsAsync(counts => counts is { UnknownDeletes: 2, AuditsAgreed: 1 });
        await rig.UntilMovedAsync();
        await victim.AssertNeverGoneAsync();
        var counts = rig.Counts();
        var read = await rig.StopAndReadAsync();

        Assert.Equal((2, 0, 0), (counts.UnknownDeletes, counts.Gaps, counts.Rejected));
        Assert.Equal((1, 0), (counts.AuditsAgreed, counts.AuditsDiffered));
        read.AssertUntouched();
        read.AssertLevels(rig.Simulator.Market);
    }

    [Theory]
    [InlineData(FaultKind.ZeroAmount)]
    [InlineData(FaultKind.NegativeAmount)]
    public async Task Row11_Amount_that_makes_no_sense_rejects_the_message_and_resyncs_the_book(FaultKind kind)
    {
        await using var rig = await BooksSystem.StartMarketAsync();
        await using var victim = await BooksRedisWatch.StartAsync(rig, Victim);
        rig.Inject(kind, Victim);

        await rig.UntilHealedAsync(1);
        await victim.UntilThereAsync();
        var counts = rig.Counts();
        var spoiled = rig.Applied(kind).ChangeId;
        var (before, _) = rig.Around(Victim, spoiled);
        await victim.StopAsync();
        var read = await rig.StopAndReadAsync();

        read.AssertOneIncident(Victim, "gap", before, null, "rejected");
        Assert.DoesNotContain(read.Book(Victim), record => record.Number("change_id") == spoiled && !BooksOnKafka.IsSnapshot(record));
        Assert.Equal((1, 0, 1), (counts.Rejected, counts.Gaps, counts.Healed));
        AssertKept(read, spoiled, "amount");
        read.AssertUntouched(Victim);
        read.AssertLevels(rig.Simulator.Market);
    }

    [Theory]
    [InlineData("\"NaN\"")]
    [InlineData("null")]
    [InlineData("\"-1.0\"")]
    public async Task Row11_Amount_that_is_no_number_rejects_the_message_and_resyncs_the_book(string amount)
    {
        using var recording = new BooksRecording();
        recording.Snapshot(Victim, 10, """["new",90000.0,10.0]""", """["new",90010.0,10.0]""");
        var spoiled = recording.Change(Victim, 20, 10, $"""["new",90001.0,{amount}]""", "");
        recording.Change(Victim, 30, 20, """["new",89999.0,5.0]""", "");

        await using var rig = await BooksSystem.PlayAsync(recording);
        await rig.UntilCountsAsync(counts => counts is { Healed: 1, Live: 1 });
        var counts = rig.Counts();
        var read = await rig.StopAndReadAsync();

        Assert.Equal(["rejected", "gap", "resynced"], read.Kinds(Victim));
        Assert.Equal(1, counts.Rejected);
        Assert.Equal(spoiled, Assert.Single(read.DeadLetters(Victim)).Frame);
        read.Book(Victim)[^1].AssertLevels([(90000, 10), (89999, 5)], [(90010, 10)]);
    }

    private static void AssertKept(BooksOnKafka read, long changeId, string reason)
    {
        var (frame, why) = Assert.Single(read.DeadLetters(Victim));
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"\"change_id\":{changeId}"), frame, StringComparison.Ordinal);
        Assert.Contains(reason, why, StringComparison.Ordinal);
    }
}
