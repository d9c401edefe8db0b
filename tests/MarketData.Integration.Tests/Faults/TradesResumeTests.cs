using Deribit.Simulator;
using Deribit.Simulator.Faults;

using MarketData.Trades;

namespace MarketData.Integration.Tests.Faults;

/// <summary>Trades that were made while nobody listened: over a restart, a reconnect, and a removal.</summary>
[Trait("kind", "integration")]
public sealed class TradesResumeTests
{
    private const string Name = "BTC-PERPETUAL";

    [Fact]
    public async Task Row38_Restart_fetches_everything_since_the_last_run_though_no_live_trade_comes()
    {
        await using var simulator = await StartAsync();
        var last = await FirstRunAsync(simulator);
        simulator.Market.Trade(Name, 1_500);
        await using (var second = await TapeOnSockets.StartAsync(simulator, Name, last))
        {
            var newest = last.TradeSequence + 1_500;
            await second.UntilAsync($"{newest}");
            simulator.Market.Trade(Name);
            await second.UntilAsync($"{newest + 1}");
            Assert.Equal(Enumerable.Range(1, 1_501).Select(one => last.TradeSequence + one), second.Trades.Select(one => one.TradeSequence));
            Assert.Equal(
                simulator.Market.GetTrades(Name).Skip(3).Select(one => one.TradeId), second.Trades.Select(one => one.TradeId));
            Assert.All(second.Trades.SkipLast(1), one => Assert.Equal(TradeSource.Backfill, one.Source));
            Assert.Equal(newest + 1, second.Trades.Last().CompleteUpTo);
            await second.UntilAsync($"Backfilled {last.TradeSequence + 1_000}..{newest}");
        }
    }

    [Fact]
    public async Task Row39_Sequence_that_began_again_while_nobody_listened_is_recorded_and_nothing_is_repaired()
    {
        await using var simulator = await StartAsync();
        var last = await FirstRunAsync(simulator);
        simulator.Market.RestartTradeSequence(Name, 1);
        simulator.Market.Trade(Name, 3);
        await using var second = await TapeOnSockets.StartAsync(simulator, Name, last with { ExchangeTimeUnixMs = last.ExchangeTimeUnixMs - 1 });
        await second.UntilAsync($"Restarted {last.TradeSequence}..3");
        simulator.Market.Trade(Name);
        await second.UntilAsync("4");
        Assert.Equal([3L, 4L], second.Trades.Select(one => one.TradeSequence));
        Assert.DoesNotContain(second.Story, one => one.StartsWith("TradeGap", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Row38_Reconnect_finds_what_was_missed_though_no_live_trade_comes()
    {
        await using var simulator = await StartAsync();
        await using var run = await TapeOnSockets.StartAsync(simulator, Name);
        simulator.Market.Trade(Name);
        var last = simulator.Market.GetTrades(Name)[^1].TradeSeq;
        await run.UntilAsync($"{last}");
        await simulator.StopListeningAsync();
        await run.UntilAsync($"Disconnected {last}..");
        simulator.Market.Trade(Name, 4);
        await simulator.ResumeAsync(TestContext.Current.CancellationToken);
        await run.UntilAsync($"Resynced {last}..{last + 5}");
        Assert.Equal(
            [
                $"Disconnected {last}..", $"Connected {last}..", $"TradeGap {last + 1}..{last + 4}", $"{last + 1}", $"{last + 2}",
                $"{last + 3}", $"{last + 4}", $"Backfilled {last + 1}..{last + 4}", $"Resynced {last}..{last + 5}",
            ],
            run.Story.SkipWhile(one => one != $"Disconnected {last}.."));
    }

    [Fact]
    public async Task Row38_Removal_publishes_what_waits_and_closes_the_hole_before_the_instrument()
    {
        await using var simulator = await StartAsync();
        await using var run = await TapeOnSockets.StartAsync(simulator, Name);
        simulator.Market.Trade(Name);
        var last = simulator.Market.GetTrades(Name)[^1].TradeSeq;
        await run.UntilAsync($"{last}");
        simulator.Faults.Add(new Fault { Kind = FaultKind.ErrorReply, Method = TradesRig.Call, Count = 0 });
        simulator.Faults.Add(new Fault { Kind = FaultKind.Drop, Channel = $"trades.{Name}.*" });
        simulator.Market.Trade(Name);
        simulator.Market.Trade(Name);
        await run.UntilAsync($"TradeGap {last + 1}..{last + 1}");
        await run.CollectAsync(null);
        await run.UntilAsync("Closed ..");
        Assert.Equal(
            [$"TradeGap {last + 1}..{last + 1}", $"{last + 2}", $"Unrecoverable {last + 1}..{last + 1}", "Closed .."],
            run.Story.SkipWhile(one => !one.StartsWith("TradeGap", StringComparison.Ordinal)));
        Assert.Equal(last, run.Trades.Last().CompleteUpTo);
    }

    private static Task<SimulatorServer> StartAsync() => SimulatorServer.StartAsync(
        new SimulatorOptions { Instruments = 2, FramesPerSecond = 0, KeepHistory = true }, TestContext.Current.CancellationToken);

    // Three trades, and where a checkpoint would go on from.
    private static async Task<TradePosition> FirstRunAsync(SimulatorServer simulator)
    {
        await using var first = await TapeOnSockets.StartAsync(simulator, Name);
        simulator.Market.Trade(Name, 3);
        await first.UntilAsync($"{simulator.Market.GetTrades(Name)[^1].TradeSeq}");
        var last = first.Trades.Last();
        Assert.Equal(last.TradeSequence, last.CompleteUpTo);
        return new TradePosition(last.TradeSequence, last.TradeId, last.ExchangeTimeUnixMs);
    }
}
