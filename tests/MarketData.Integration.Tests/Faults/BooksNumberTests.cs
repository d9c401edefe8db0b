using System.Text;

namespace MarketData.Integration.Tests.Faults;

/// <summary>Row 12: numbers in every spelling are exact or refused.</summary>
[Trait("kind", "integration")]
public sealed class BooksNumberTests
{
    private const string Victim = "BTC-PERPETUAL";
    private const string Wide = "ETH-PERPETUAL";

    [Fact]
    public async Task Row12_Numbers_in_unusual_spelling_arrive_with_their_exact_value()
    {
        using var recording = new BooksRecording();
        recording.Snapshot(
            Victim, 10,
            """["new",9.00005e4,1.0E+3],["new",90000.00000000000000000000,0.00100],["new",-0.0,1234.56789],["new",-1.5e-3,3e0]""",
            """["new",900010e-1,1234567890123456789e-15],["new",9.0002E4,20.000000000000000000]""");
        recording.Change(Victim, 20, 10, """["change",900005E-1,2.5e-1],["delete",9e4,-0.0]""", """["new",0.0900030e6,9.99999]""");

        recording.Snapshot(Wide, 10, """["new",2.77005e3,12345678901234.5678]""", """["new",2770.1,9E14]""");

        await using var rig = await BooksSystem.PlayAsync(recording);
        await rig.UntilCountsAsync(counts => counts.Applied == 3);
        var read = await rig.StopAndReadAsync();

        read.Book(Victim)[0].AssertLevels(
            [(90000.5m, 1000), (90000, 0.001m), (0, 1234.56789m), (-0.0015m, 3)],
            [(90001, 1234.567890123456789m), (90002, 20)]);
        read.Book(Victim)[1].AssertLevels([(90000.5m, 0.25m), (90000, 0)], [(90003, 9.99999m)]);
        // As written on Kafka: plain digits, no exponent, no trailing noise, no negative zero.
        var text = Encoding.UTF8.GetString(read.Book(Victim)[0].Value);
        Assert.Contains("""[{"price":90000.5,"amount":1000},{"price":90000,"amount":0.001},{"price":0,"amount":1234.56789},{"price":-0.0015,"amount":3}]""",
            text, StringComparison.Ordinal);
        Assert.Contains("""{"price":90001,"amount":1234.567890123456789}""", text, StringComparison.Ordinal);
        read.Book(Wide)[0].AssertLevels([(2770.05m, 12345678901234.5678m)], [(2770.1m, 900000000000000)]);
        read.AssertUntouched();
        Assert.Empty(rig.Topics.DeadLetters);
    }

    [Theory]
    [InlineData("12345678901234567891")] // 20 digits, more than 64 bits hold
    [InlineData("0.12345678901234567891")] // 20 decimals
    [InlineData("1234567890123456789012345678901")] // more than a decimal holds
    [InlineData("1e400")] // more than a double holds
    [InlineData("1e-400")]
    public async Task Row12_Number_that_cannot_be_held_exactly_is_refused_and_never_rounded(string amount)
    {
        using var recording = new BooksRecording();
        recording.Snapshot(Victim, 10, """["new",90000.0,10.5]""", """["new",90010.0,10.0]""");
        var refused = recording.Change(Victim, 20, 10, $"""["new",90001.0,{amount}]""", "");
        // Gone again at once, so that the snapshot of the resynchronisation can be used.
        recording.Change(Victim, 30, 20, """["delete",90001.0,0.0]""", "");

        await using var rig = await BooksSystem.PlayAsync(recording);
        await rig.UntilCountsAsync(counts => counts is { Healed: 1, Live: 1 });
        var counts = rig.Counts();
        var read = await rig.StopAndReadAsync();

        Assert.Equal(["rejected", "gap", "resynced"], read.Kinds(Victim));
        Assert.Equal(1, counts.Rejected);
        Assert.Equal(refused, Assert.Single(read.DeadLetters(Victim)).Frame);
        Assert.Equal([10, 30], read.Book(Victim).Select(record => record.Number("change_id")));
        read.Book(Victim)[^1].AssertLevels([(90000, 10.5m)], [(90010, 10)]);
    }
}
