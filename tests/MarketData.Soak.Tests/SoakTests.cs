namespace MarketData.Soak.Tests;

/// <summary>Fixed and fresh seeds of the soak, and the proof that its oracle can fail. See docs/soak.md.</summary>
[Trait("kind", "property")]
public sealed class SoakTests
{
    private const int Passed = 0;
    private const int Failed = 1;

    [Fact]
    public async Task Fixed_seeds_pass()
    {
        var (exitCode, output) = await SoakProcess.RunAsync("--first", "1", "--seeds", "8", "--minutes", "10");
        Assert.True(exitCode == Passed, output);
        Assert.Contains("8 seeds from 1: 8 passed, 0 failed", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fresh_seeds_pass()
    {
        var wanted = Environment.GetEnvironmentVariable("MARKETDATA_FRESH_SEEDS");
        Assert.SkipUnless(int.TryParse(wanted, out var seeds) && seeds > 0, "MARKETDATA_FRESH_SEEDS does not say how many fresh seeds to run.");
        var (exitCode, output) = await SoakProcess.RunAsync("--seeds", $"{seeds}", "--minutes", "10");
        Assert.True(exitCode == Passed, output);
        Assert.Contains($"{seeds} passed, 0 failed", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Seed_replays_exactly()
    {
        var once = await SoakProcess.RunAsync("--seed", "7", "--minutes", "2", "--digest");
        var again = await SoakProcess.RunAsync("--seed", "7", "--minutes", "2", "--digest");
        Assert.Equal(Passed, once.ExitCode);
        Assert.Contains("digest", once.Output, StringComparison.Ordinal);
        Assert.Equal(DigestOf(once.Output), DigestOf(again.Output));
    }

    [Theory]
    [InlineData("WrongLevel", "the published book is not the exchange's")]
    [InlineData("LostTrade", "reached the client and is not on the topic")]
    [InlineData("LostIncident", "ledger")]
    [InlineData("LostTickerClosing", "ledger")]
    [InlineData("LostTradeClosing", "ledger")]
    [InlineData("LostUpdate", " book: ")]
    [InlineData("UnplannedDrop", "has no injected cause")]
    [InlineData("MiscountedAcknowledgement", "acknowledged events")]
    public async Task Deliberate_fault_is_found(string mutation, string finding)
    {
        var (exitCode, output) = await SoakProcess.RunAsync("--seed", "2", "--minutes", "2", "--mutation", mutation);
        Assert.True(exitCode == Failed, output);
        Assert.Contains(finding, output, StringComparison.Ordinal);
        Assert.Contains($"--seed 2 --minutes 2 --mutation {mutation}", output, StringComparison.Ordinal);
    }

    private static string DigestOf(string output) =>
        output.Split('\n').Single(line => line.StartsWith("digest ", StringComparison.Ordinal));
}
