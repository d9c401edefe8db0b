using Deribit.Simulator;
using Deribit.Simulator.Faults;

using MarketData.Backfill;
using MarketData.Coverage;
using MarketData.History;

namespace MarketData.Cli.Tests.Backfill;

/// <summary>Trades from the exchange's past into files, over real HTTP.</summary>
[Trait("kind", "integration")]
public sealed class TradeBackfillTests
{
    private const string Pages = "public/get_last_trades_by_instrument";

    [Fact]
    public async Task Interval_is_fetched_once_and_a_second_run_fetches_nothing()
    {
        await using var rig = await BackfillRig.StartAsync();
        rig.Trade(10);
        var from = rig.Trade(2_500);
        var until = rig.Trade(5);
        var first = await rig.RunAsync(from, until);
        AssertIs(first, CoverageState.Complete, (11, 2_510), present: 0, stored: 2_500);
        rig.AssertStored(11, 2_510);
        // The main host keeps 2,000: the others came from the history host, without a word.
        Assert.Empty(rig.Sentences);

        AssertIs(await rig.RunAsync(from, until), CoverageState.Complete, (11, 2_510), present: 2_500, stored: 0);
        Assert.Equal(0, rig.FetchedRows);

        // An interval in which nothing was traded is complete, too.
        AssertIs(await rig.RunAsync(until - 30_000, until - 10_000), CoverageState.Complete, range: null, present: 0, stored: 0);
    }

    [Fact]
    public async Task Hole_in_the_middle_is_all_that_is_fetched()
    {
        await using var rig = await BackfillRig.StartAsync();
        long[] begins = [rig.Trade(600), rig.Trade(700), rig.Trade(800)];
        await rig.RunAsync(begins[0], begins[1]);
        await rig.RunAsync(begins[2], rig.Now);
        AssertIs(await rig.RunAsync(begins[0], rig.Now), CoverageState.Complete, (1, 2_100), present: 1_400, stored: 700);
        Assert.Equal(700, rig.FetchedRows);
        rig.AssertStored(1, 2_100);
    }

    [Fact]
    public async Task Run_that_is_interrupted_stores_what_it_fetched_and_the_next_goes_on()
    {
        await using var rig = await BackfillRig.StartAsync();
        var from = rig.Trade(2_000);
        using var stop = new CancellationTokenSource();
        rig.AfterPage = stop.Cancel;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.RunAsync(from, rig.Now, stop.Token));
        Assert.Equal(1_000, rig.StoredRows);
        rig.AssertStored(1, 1_000);

        rig.AfterPage = null;
        AssertIs(await rig.RunAsync(from, rig.Now), CoverageState.Complete, (1, 2_000), present: 1_000, stored: 1_000);
        rig.AssertStored(1, 2_000);
    }

    [Fact]
    public async Task Failures_that_pass_are_waited_for_and_one_that_stays_ends_the_run_with_what_was_fetched()
    {
        await using var rig = await BackfillRig.StartAsync();
        var from = rig.Trade(2_000);
        rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.ErrorReply, Method = Pages, Skip = 2, Count = 2, Code = 10028, Reason = "too_many_requests" });
        AssertIs(await rig.RunAsync(from, rig.Now), CoverageState.Complete, (1, 2_000), present: 0, stored: 2_000);
        Assert.Equal(2, rig.Sentences.Count(sentence => sentence.Contains("10028 too_many_requests", StringComparison.Ordinal)));

        from = rig.Trade(1_500);
        rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.ErrorReply, Method = Pages, Skip = 3, Count = 0, Code = 10041, Reason = "settlement_in_progress" });
        var error = await Assert.ThrowsAsync<ExchangeError>(() => rig.RunAsync(from, rig.Now));
        Assert.Equal(
            "127.0.0.1 did not answer in 7 attempts. Deribit refused public/get_last_trades_by_instrument: 10041 settlement_in_progress. "
            + "Start again later: it goes on where it ended.",
            error.Message);
        rig.AssertStored(1, 3_000);
    }

    [Fact]
    public async Task What_is_no_longer_served_is_named()
    {
        await using var rig = await BackfillRig.StartAsync();
        var begins = new[] { rig.Trade(300), rig.Trade(200), rig.Trade(400) };
        await rig.RunAsync(begins[0], begins[1]);
        rig.Simulator.Market.ForgetTrades(rig.Name, 500, history: true);

        // The history has what was before, so that the numbers that are missing are known.
        var result = await rig.RunAsync(begins[0], rig.Now);
        AssertIs(result, CoverageState.Incomplete, (1, 900), present: 300, stored: 400);
        Assert.Equal(
            [new BackfillGap(new NumberRange(301, 500), "They are no longer served: the oldest trade that the exchange gives is seq 501.")], result.Missing);

        // Nobody knows when the trade before the oldest one was made.
        result = await rig.RunAsync(begins[1] + 1_000, rig.Now);
        AssertIs(result, CoverageState.Unknown, (501, 900), present: 400, stored: 0);
        Assert.Equal("Trades up to seq 500 are no longer served: which of them belong to the interval is not known.", result.Doubt);
    }

    [Fact]
    public async Task Page_that_is_shifted_while_it_is_fetched_is_filled_from_the_history_host()
    {
        await using var rig = await BackfillRig.StartAsync(new SimulatorOptions { RetainedTrades = 5_000 });
        var from = rig.Trade(3_500);
        rig.AfterPage = () => rig.Simulator.Market.ForgetTrades(rig.Name, 2_200);
        AssertIs(await rig.RunAsync(from, rig.Now), CoverageState.Complete, (1, 3_500), present: 0, stored: 3_500);
        rig.AssertStored(1, 3_500);
    }

    [Fact]
    public async Task Interval_that_ends_before_the_main_hosts_oldest_trade_comes_from_the_history_host()
    {
        await using var rig = await BackfillRig.StartAsync();
        var from = rig.Trade(40);
        var until = rig.Trade(30);
        rig.Trade(20);
        rig.Simulator.Market.ForgetTrades(rig.Name, 80);
        AssertIs(await rig.RunAsync(from, until), CoverageState.Complete, (1, 40), present: 0, stored: 40);
        AssertIs(await rig.RunAsync(until, rig.Now), CoverageState.Complete, (41, 90), present: 0, stored: 50);
        rig.AssertStored(1, 90);

        // Nothing is known of a time before everything.
        var nothing = await rig.RunAsync(from - 60_000, from - 1_000);
        AssertIs(nothing, CoverageState.Unknown, range: null, present: 0, stored: 0);
        Assert.StartsWith("The exchange gives no trade of before the end of the interval", nothing.Doubt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trade_that_every_host_leaves_out_is_asked_for_again_and_then_named()
    {
        await using var rig = await BackfillRig.StartAsync();
        var from = rig.Trade(20);
        var instrument = await rig.Past.FindAsync(rig.Name, TestContext.Current.CancellationToken);
        var lossy = new LossyTrades(rig.Past.Trades[1], missing: 7);
        var backfill = new TradeBackfill([lossy], new Parquet.Query.ParquetStoredRuns(rig.Root), rig.Store, rig, new HurriedTime());
        var result = await backfill.RunAsync(instrument, from, rig.Now, TestContext.Current.CancellationToken);
        AssertIs(result, CoverageState.Incomplete, (1, 20), present: 0, stored: 19);
        Assert.Equal([new BackfillGap(new NumberRange(7, 7), "The exchange was asked 5 times and gave none of them.")], result.Missing);
        Assert.Contains("The exchange left out 1 trades, from seq 7 on; they are asked for again.", rig.Sentences);
    }

    [Fact]
    public async Task Unknown_instrument_is_said_and_one_that_is_not_listed_any_more_is_found_by_its_trades()
    {
        await using var rig = await BackfillRig.StartAsync();
        var error = await Assert.ThrowsAsync<ExchangeError>(() => rig.Past.FindAsync("BTC-PERPETUA", TestContext.Current.CancellationToken));
        Assert.StartsWith("Deribit knows no instrument BTC-PERPETUA.", error.Message, StringComparison.Ordinal);

        rig.Trade(1);
        rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.ErrorReply, Method = "public/get_instrument", Count = 2, Code = 13020, Reason = "not_found" });
        Assert.Equal(rig.Name, (await rig.Past.FindAsync(rig.Name, TestContext.Current.CancellationToken)).Name);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(40)]
    public async Task Sequence_that_began_again_is_fetched_from_its_begin_and_what_was_before_is_in_doubt(int trades)
    {
        await using var rig = await BackfillRig.StartAsync();
        rig.Trade(30);
        var instrument = await rig.Past.FindAsync(rig.Name, TestContext.Current.CancellationToken);
        var before = await rig.Past.Trades[0].LastBeforeAsync(instrument, rig.Now, TestContext.Current.CancellationToken);
        rig.Simulator.Market.RestartTradeSequence(rig.Name);
        var from = rig.Trade(trades);

        // With 40 trades the new sequence is beyond the old one, as if it went on.
        var remembering = new RememberingTrades(rig.Past.Trades[0], before!);
        var backfill = new TradeBackfill([remembering], new Parquet.Query.ParquetStoredRuns(rig.Root), rig.Store, rig, new HurriedTime());
        var result = await backfill.RunAsync(instrument, from, rig.Now, TestContext.Current.CancellationToken);
        AssertIs(result, CoverageState.Unknown, (1, trades), present: 0, stored: trades);
        Assert.StartsWith("The exchange counts the trades anew since the trade before the interval", result.Doubt, StringComparison.Ordinal);
    }

    private static void AssertIs(BackfillResult result, CoverageState state, (long From, long To)? range, long present, long stored)
    {
        Assert.Equal((state, present, stored), (result.State, result.Present, result.Stored));
        Assert.Equal(range is var (from, to) ? new NumberRange(from, to) : (NumberRange?)null, result.Range);
    }

    // A host that lost a trade.
    private sealed class LossyTrades(IPastTrades host, long missing) : IPastTrades
    {
        public Task<TradeEvent?> LastBeforeAsync(Instrument instrument, long beforeUnixMs, CancellationToken cancellationToken) =>
            host.LastBeforeAsync(instrument, beforeUnixMs, cancellationToken);

        public Task<TradeEvent?> OldestAsync(Instrument instrument, CancellationToken cancellationToken) =>
            host.OldestAsync(instrument, cancellationToken);

        public async Task<IReadOnlyList<TradeEvent>> ReadAsync(
            Instrument instrument, long fromSequence, long toSequence, CancellationToken cancellationToken) =>
            [.. (await host.ReadAsync(instrument, fromSequence, toSequence, cancellationToken)).Where(trade => trade.TradeSequence != missing)];
    }

    // A host that still finds a trade of before the sequence began again.
    private sealed class RememberingTrades(IPastTrades host, TradeEvent past) : IPastTrades
    {
        public async Task<TradeEvent?> LastBeforeAsync(Instrument instrument, long beforeUnixMs, CancellationToken cancellationToken) =>
            await host.LastBeforeAsync(instrument, beforeUnixMs, cancellationToken) ?? past;

        public Task<TradeEvent?> OldestAsync(Instrument instrument, CancellationToken cancellationToken) =>
            host.OldestAsync(instrument, cancellationToken);

        public Task<IReadOnlyList<TradeEvent>> ReadAsync(
            Instrument instrument, long fromSequence, long toSequence, CancellationToken cancellationToken) =>
            host.ReadAsync(instrument, fromSequence, toSequence, cancellationToken);
    }
}
