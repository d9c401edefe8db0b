using Deribit.Simulator;
using Deribit.Simulator.Faults;

using MarketData.Backfill;
using MarketData.Coverage;
using MarketData.History;

using Microsoft.Extensions.Time.Testing;

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

        // The last write has as long as it takes.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.RunAsync(from, rig.Now, stop.Token, time: new FakeTimeProvider()));
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
        var refusals = rig.Sentences.Where(sentence => sentence.Contains("10028 too_many_requests", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, refusals.Count);

        // Nothing is tried before the cool-down is over, of 3 s and then of 6; the pause alone were 0.5 s and 1.
        Assert.Contains(refusals, sentence => !sentence.EndsWith("again in 0.5 s.", StringComparison.Ordinal)
            && !sentence.EndsWith("again in 1 s.", StringComparison.Ordinal));

        from = rig.Trade(1_500);
        rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.ErrorReply, Method = Pages, Skip = 5, Count = 0, Code = 10041, Reason = "settlement_in_progress" });
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
        var lossy = new ChangedTrades(rig.Past.Trades[1]) { Has = trade => trade.TradeSequence != 7 };
        var backfill = new TradeBackfill([lossy], new Parquet.Query.ParquetStoredRuns(rig.Root), rig.Store, rig, new HurriedTime());
        var result = await backfill.RunAsync(instrument, from, rig.Now, TestContext.Current.CancellationToken);
        AssertIs(result, CoverageState.Incomplete, (1, 20), present: 0, stored: 19);
        Assert.Equal([new BackfillGap(new NumberRange(7, 7), "The exchange was asked 5 times and gave none of them.")], result.Missing);
        Assert.Contains("The exchange left out 1 trades, from seq 7 on; they are asked for again.", rig.Sentences);
    }

    [Fact]
    public async Task Trade_of_another_time_under_a_number_of_the_interval_is_named_as_that_and_not_asked_for_again()
    {
        await using var rig = await BackfillRig.StartAsync();
        rig.Trade(10);
        var from = rig.Trade(20);
        var other = rig.Now + (long)TimeSpan.FromHours(3).TotalMilliseconds;
        var changed = new ChangedTrades(rig.Past.Trades[0])
        {
            Has = trade => trade.TradeSequence != 25,
            Tells = trade => trade.TradeSequence is 17 or 18 ? trade with { ExchangeTimeUnixMs = other } : trade,
        };
        var result = await rig.RunAsync(from, rig.Now, hosts: [changed], time: new HurriedTime());
        AssertIs(result, CoverageState.Incomplete, (11, 30), present: 0, stored: 17);
        Assert.Equal([new NumberRange(17, 18), new NumberRange(25, 25)], result.Missing.Select(gap => gap.Range));
        Assert.Equal(
            "The exchange gives trades of another time under these numbers, more than an hour outside the interval "
            + $"({DateTimeOffset.FromUnixTimeMilliseconds(other):yyyy-MM-dd'T'HH:mm:ss.fff'Z'}): it counts anew, or its clock was wrong.",
            result.Missing[0].Reason);
        Assert.Equal("The exchange was asked 5 times and gave none of them.", result.Missing[1].Reason);
        Assert.All(rig.Sentences, sentence => Assert.Equal("The exchange left out 1 trades, from seq 25 on; they are asked for again.", sentence));

        // Another host may have the right ones.
        var right = new ChangedTrades(rig.Past.Trades[0]);
        AssertIs(await rig.RunAsync(from, rig.Now, hosts: [changed, right], time: new HurriedTime()), CoverageState.Complete, (11, 30), present: 17, stored: 3);
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
        var before = await rig.Past.Trades[0].ReadBeforeAsync(instrument, rig.Now, TestContext.Current.CancellationToken);
        rig.Simulator.Market.RestartTradeSequence(rig.Name);
        var from = rig.Trade(trades);

        // With 40 trades the new sequence is beyond the old one, as if it went on.
        var remembering = new ChangedTrades(rig.Past.Trades[0]) { Remembered = before.MaxBy(trade => trade.TradeSequence) };
        var backfill = new TradeBackfill([remembering], new Parquet.Query.ParquetStoredRuns(rig.Root), rig.Store, rig, new HurriedTime());
        var result = await backfill.RunAsync(instrument, from, rig.Now, TestContext.Current.CancellationToken);
        AssertIs(result, CoverageState.Unknown, (1, trades), present: 0, stored: trades);
        Assert.StartsWith("The exchange counts the trades anew since a trade before the interval or in it", result.Doubt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sequence_that_has_grown_past_the_old_number_is_told_by_a_lower_number_that_is_later()
    {
        await using var rig = await BackfillRig.StartAsync();
        rig.Trade(30);
        var instrument = await rig.Past.FindAsync(rig.Name, TestContext.Current.CancellationToken);
        var before = await rig.Past.Trades[0].ReadBeforeAsync(instrument, rig.Now, TestContext.Current.CancellationToken);
        rig.Simulator.Market.RestartTradeSequence(rig.Name);
        var from = rig.Trade(40);

        // The trade that has the old number now is not given.
        var host = new ChangedTrades(rig.Past.Trades[0])
        {
            Remembered = before.MaxBy(trade => trade.TradeSequence),
            Has = trade => trade.TradeSequence != 30,
        };
        var result = await rig.RunAsync(from, rig.Now, hosts: [host], time: new HurriedTime());
        Assert.NotEqual(CoverageState.Complete, result.State);
        Assert.StartsWith("The exchange counts the trades anew", result.Doubt, StringComparison.Ordinal);
        Assert.Equal((new NumberRange(1, 40), 39), (result.Range, result.Stored));
    }

    [Fact]
    public async Task Clock_that_goes_back_between_two_trades_costs_none()
    {
        await using var rig = await BackfillRig.StartAsync();
        rig.Trade(30);
        var from = rig.Trade(30);
        var until = rig.Trade(30);
        var host = new ChangedTrades(rig.Past.Trades[0])
        {
            // 30 and 31 lie around the begin, 60 and 61 around the end, each the wrong way round.
            Tells = trade => trade.TradeSequence switch
            {
                30 => trade with { ExchangeTimeUnixMs = from },
                31 => trade with { ExchangeTimeUnixMs = from - 1 },
                60 => trade with { ExchangeTimeUnixMs = until },
                61 => trade with { ExchangeTimeUnixMs = until - 1 },
                _ => trade,
            },
        };
        AssertIs(await rig.RunAsync(from, until, hosts: [host]), CoverageState.Complete, (30, 61), present: 0, stored: 32);
    }

    [Fact]
    public async Task Last_seconds_are_left_to_the_next_run_and_the_result_says_up_to_when_it_speaks()
    {
        await using var rig = await BackfillRig.StartAsync();
        var from = rig.Trade(10);
        rig.Clock.Step(TimeSpan.FromSeconds(5));
        rig.Simulator.Market.Trade(rig.Name, 4);
        rig.Clock.Step(TimeSpan.FromSeconds(5));
        var result = await rig.RunAsync(from, rig.Now);
        AssertIs(result, CoverageState.Complete, (1, 10), present: 0, stored: 10);
        Assert.Equal(rig.Now - 10_000, result.UntilUnixMs);
        result = await rig.RunAsync(rig.Now - 8_000, rig.Now);
        AssertIs(result, CoverageState.Unknown, range: null, present: 0, stored: 0);
        Assert.StartsWith("The interval is not settled yet", result.Doubt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Holes_of_one_page_are_one_call_and_each_that_stays_has_its_own_reason()
    {
        await using var rig = await BackfillRig.StartAsync();
        var from = rig.Trade(100);
        var odd = new ChangedTrades(rig.Past.Trades[0]) { Has = trade => trade.TradeSequence % 2 == 1 || trade.TradeSequence > 90 };
        await rig.RunAsync(from, rig.Now, hosts: [odd], time: new HurriedTime());
        rig.Simulator.Market.ForgetTrades(rig.Name, 10, history: true);
        var (calls, asked) = (0, new ChangedTrades(rig.Past.Trades[0]) { Has = trade => trade.TradeSequence != 20 });
        rig.AfterPage = () => calls++;
        var result = await rig.RunAsync(from, rig.Now, hosts: [asked], time: new HurriedTime());
        AssertIs(result, CoverageState.Incomplete, (1, 100), present: 55, stored: 39);
        Assert.Equal(1, calls);
        Assert.Equal([2, 4, 6, 8, 10, 20], result.Missing.Select(gap => gap.Range.From));
        Assert.All(result.Missing.Take(5), gap => Assert.StartsWith("They are no longer served", gap.Reason, StringComparison.Ordinal));
        Assert.Equal("The exchange was asked 5 times and gave none of them.", result.Missing[^1].Reason);
        Assert.Equal(39, rig.FetchedRows);
    }

    private static void AssertIs(BackfillResult result, CoverageState state, (long From, long To)? range, long present, long stored)
    {
        Assert.Equal((state, present, stored), (result.State, result.Present, result.Stored));
        Assert.Equal(range is var (from, to) ? new NumberRange(from, to) : (NumberRange?)null, result.Range);
    }

    // A host whose answers a test changes; those by time may be its own.
    private sealed class ChangedTrades(IPastTrades host) : IPastTrades
    {
        public Func<TradeEvent, bool> Has { get; init; } = _ => true;

        public Func<TradeEvent, TradeEvent> Tells { get; init; } = trade => trade;

        // A trade that is found by its time when there is no other.
        public TradeEvent? Remembered { get; init; }

        public int PageTrades => host.PageTrades;

        public Task<long> ReadTimeAsync(CancellationToken cancellationToken) => host.ReadTimeAsync(cancellationToken);

        public async Task<IReadOnlyList<TradeEvent>> ReadBeforeAsync(Instrument instrument, long beforeUnixMs, CancellationToken cancellationToken) =>
            (await AllAsync(instrument, cancellationToken)).Where(trade => trade.ExchangeTimeUnixMs < beforeUnixMs)
                .OrderByDescending(trade => trade.ExchangeTimeUnixMs).ToList() is { Count: > 0 } trades ? trades
                : Remembered is { } remembered ? [remembered] : [];

        public async Task<IReadOnlyList<TradeEvent>> ReadFromAsync(Instrument instrument, long fromUnixMs, CancellationToken cancellationToken) =>
            [.. (await AllAsync(instrument, cancellationToken)).Where(trade => trade.ExchangeTimeUnixMs >= fromUnixMs)];

        public async Task<TradeEvent?> OldestAsync(Instrument instrument, CancellationToken cancellationToken) =>
            (await AllAsync(instrument, cancellationToken)).MinBy(trade => trade.TradeSequence);

        public async Task<IReadOnlyList<TradeEvent>> ReadAsync(
            Instrument instrument, long fromSequence, long toSequence, CancellationToken cancellationToken) =>
            [.. (await host.ReadAsync(instrument, fromSequence, toSequence, cancellationToken)).Where(Has).Select(Tells)];

        private Task<IReadOnlyList<TradeEvent>> AllAsync(Instrument instrument, CancellationToken cancellationToken) =>
            ReadAsync(instrument, 1, host.PageTrades, cancellationToken);
    }
}
