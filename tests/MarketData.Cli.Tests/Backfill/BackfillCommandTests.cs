using Deribit.Simulator.Faults;

namespace MarketData.Cli.Tests.Backfill;

/// <summary><c>marketdata backfill</c> as a process: what it says, its exit codes, and how it ends when it is told to.</summary>
[Trait("kind", "integration")]
public sealed class BackfillCommandTests
{
    [Fact]
    public async Task Process_stores_what_it_fetched_when_it_is_interrupted_and_the_next_one_goes_on()
    {
        await using var rig = await BackfillRig.StartAsync();
        rig.Simulator.Market.Trade(rig.Name, 1_500);
        rig.Clock.Step(TimeSpan.FromMinutes(1));

        // The second page does not come.
        rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.ErrorReply, Method = "public/get_last_trades_by_instrument", Skip = 3, Count = 0, Code = 10041 });
        await using (var interrupted = Start(rig))
        {
            await interrupted.LineAsync("1,500 trades to fetch.");
            await interrupted.LineAsync("Tried again in 0.5 s.");
            await interrupted.SignalAsync("INT");
            Assert.True(await interrupted.ExitAsync() == 1, interrupted.Everything);
            Assert.Equal("Ended early: 1,000 trades were stored. The same command goes on from there.", interrupted.Errors[^1]);
            Assert.Empty(interrupted.Output);
        }

        // As if it were an up's: its files, and its exchange.
        rig.Simulator.Faults.Clear();
        var addresses = Path.Combine(rig.Root, "..", "up.json");
        new AddressBook("", "", rig.Simulator.HttpUri.ToString(), rig.Simulator.WebSocketUri.ToString(), rig.Root).Write(addresses);
        await using var next = ChildProcess.Marketdata("backfill", "trades", rig.Name, "--addresses", addresses);
        Assert.True(await next.ExitAsync() == 0, next.Everything);
        Assert.StartsWith($"deribit.{rig.Name} trades 20", Assert.Single(next.Output), StringComparison.Ordinal);
        Assert.EndsWith(" (seq 1..1500): complete. 500 trades stored, 1,000 were there before.", next.Output[0], StringComparison.Ordinal);
        rig.AssertStored(1, 1_500);
    }

    [Theory]
    [InlineData("backfill trades X --to 2199-01-01T00:00:00Z", "--to 2199-01-01T00:00:00Z: this instant is yet to come.")]
    [InlineData("backfill candles X --resolution 7m", "--resolution 7m: the exchange has no such candles; give one of 1m, 3m, 5m, 10m, 15m, 30m, 1h, 2h, 3h")]
    [InlineData("backfill trades X", "clickhouse.url is not set and no up of this user keeps files. This is asked of the history: set it to the HTTP address")]
    public Task Bad_argument_is_one_clear_sentence_and_exit_code_2(string arguments, string sentence) =>
        ChildProcess.AssertRefusedAsync(arguments, sentence);

    private static ChildProcess Start(BackfillRig rig) => ChildProcess.Start(
        "MarketData.Cli.dll",
        ["backfill", "trades", rig.Name, "--from", "-1h", "--to", "now"],
        new Dictionary<string, string>
        {
            ["ARCHIVER__STORE"] = "parquet",
            ["PARQUET__DIRECTORY"] = rig.Root,
            ["EXCHANGES__DERIBIT__WS_URL"] = rig.Simulator.WebSocketUri.ToString(),
        });
}
