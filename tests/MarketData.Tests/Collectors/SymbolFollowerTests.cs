using MarketData.Symbols;
using MarketData.Tests.Symbols;
using MarketData.Trades;

namespace MarketData.Tests.Collectors;

public sealed class SymbolFollowerTests
{
    private const string Perpetual = "BTC-PERPETUAL";
    private const string Linear = "SOL_USDC-PERPETUAL";

    [Fact]
    public async Task Without_a_table_the_configured_list_is_collected()
    {
        await using var rig = new FollowerRig(symbols: false);
        await rig.StartAsync(Perpetual);
        await rig.CollectsAsync(Perpetual);
        Assert.Empty(rig.Follower.Reasons);
        Assert.Equal([Perpetual], rig.Monitor.Views().Select(view => view.Name));
    }

    [Fact]
    public async Task Without_a_table_a_list_with_faults_stops_the_start()
    {
        await using var rig = new FollowerRig(symbols: false);
        var error = await Assert.ThrowsAsync<ConfigurationError>(() => rig.StartAsync("BTC-PERPETUL"));
        Assert.Contains("Did you mean", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Table_counts_and_not_the_configured_list()
    {
        await using var rig = new FollowerRig();
        rig.Symbols!.Say(Linear);
        await rig.StartAsync(Perpetual);
        await rig.CollectsAsync(Linear);
        Assert.Equal(Perpetual, Assert.Single(rig.Symbols.Seed!).Selector);
    }

    [Fact]
    public async Task List_with_faults_stops_the_start_only_when_the_topic_is_new()
    {
        await using var rig = new FollowerRig();
        rig.Symbols!.Say(new SymbolTable(1, []) { IsUnused = true });
        await Assert.ThrowsAsync<ConfigurationError>(() => rig.StartAsync("BTC-PERPETUL"));
        Assert.Empty(rig.Symbols.Seed!);

        await using var used = new FollowerRig();
        used.Symbols!.Say(Linear);
        await used.StartAsync("BTC-PERPETUL");
        await used.CollectsAsync(Linear);
    }

    [Fact]
    public async Task List_with_faults_stops_the_start_before_the_group_is_joined()
    {
        await using var rig = new FollowerRig(share: true);
        rig.Symbols!.Say(new SymbolTable(1, []) { IsUnused = true });
        await Assert.ThrowsAsync<ConfigurationError>(() => rig.StartAsync("BTC-PERPETUL"));
        Assert.True(rig.Time.GetUtcNow() - Listing.Now < TimeSpan.FromSeconds(5), "the share was waited for");
        Assert.Null(rig.Share!.Handler);
    }

    [Fact]
    public async Task Empty_table_collects_nothing_and_is_ready()
    {
        await using var rig = new FollowerRig();
        rig.Symbols!.Say();
        await rig.StartAsync();
        await rig.CollectsAsync();
        await rig.UntilAsync(() => rig.Follower.Reasons.Count == 0, () => string.Join(" ", rig.Follower.Reasons));
        rig.Symbols.Say(Perpetual);
        await rig.CollectsAsync(Perpetual);
    }

    [Fact]
    public async Task Kafka_that_does_not_answer_is_waited_for_and_then_the_list_is_collected_until_it_does()
    {
        await using var rig = new FollowerRig();
        await rig.StartAsync(Perpetual);
        await rig.CollectsAsync(Perpetual);
        Assert.True(rig.Time.GetUtcNow() - Listing.Now >= TimeSpan.FromSeconds(5), "nobody waited");
        Assert.Contains(rig.Follower.Reasons, reason => reason.StartsWith("symbols_provisional:", StringComparison.Ordinal));
        rig.Symbols!.Say(Linear);
        await rig.CollectsAsync(Linear);
        await rig.UntilAsync(() => rig.Follower.Reasons.Count == 0, () => string.Join(" ", rig.Follower.Reasons));
    }

    [Fact]
    public async Task Kafka_that_answers_late_with_a_new_topic_ends_a_collector_whose_list_has_faults()
    {
        await using var rig = new FollowerRig();
        await rig.StartAsync("BTC-PERPETUL", Linear);
        await rig.CollectsAsync(Linear);
        rig.Symbols!.Say(new SymbolTable(1, []) { IsUnused = true });
        await Assert.ThrowsAsync<ConfigurationError>(() => rig.AdvanceUntilAsync(rig.Run));
    }

    [Fact]
    public async Task What_is_gone_and_what_is_new_leave_the_rest_as_it_is()
    {
        await using var rig = new FollowerRig();
        rig.Symbols!.Say(Perpetual, "kind=option currency=BTC");
        await rig.StartAsync();
        await rig.UntilAsync(() => rig.Venue.Collected.Count == 5, () => $"{rig.Venue.Collected.Count}");
        rig.Symbols.Say(Perpetual, Linear);
        await rig.CollectsAsync(Perpetual, Linear);
        Assert.Contains("Nothing asks for the instrument any more.", rig.Venue.Calls.Select(call => call.Reason));
        Assert.All(rig.Venue.Calls, call => Assert.Contains(Perpetual, call.Wanted.Select(one => one.Instrument.Name)));
        Assert.Equal([Perpetual, Linear], rig.Monitor.Views().Select(view => view.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Unmatched_entry_and_ignored_record_are_warnings_and_no_reasons()
    {
        await using var rig = new FollowerRig();
        var entry = new SymbolEntry { Exchange = "venue", Selector = "BTC-PERPETUL" };
        rig.Symbols!.Say(new SymbolTable(1, [entry]) { Ignored = ["The record with the key \"x\" is ignored: it has no dot."] });
        await rig.StartAsync();
        await rig.CollectsAsync();
        await rig.UntilAsync(() => rig.Follower.Warnings.Count == 2, () => string.Join(" ", rig.Follower.Warnings));
        Assert.Empty(rig.Follower.Reasons);
        Assert.Contains("symbol_unmatched: the exchange has no instrument \"BTC-PERPETUL\". Did you mean \"BTC-PERPETUAL\"?", rig.Follower.Warnings);
        Assert.Contains(rig.Follower.Warnings, warning => warning.StartsWith("symbol_ignored: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Fault_row_51_thousand_toggles_are_applied_together_and_the_latest_wins()
    {
        await using var rig = new FollowerRig();
        rig.Symbols!.Say(Linear);
        await rig.StartAsync();
        await rig.CollectsAsync(Linear);
        var calls = rig.Venue.CallCount;
        for (var i = 0; i < 1_000; i++)
        {
            if (i % 2 == 0)
                rig.Symbols.Say(Linear, Perpetual);
            else
                rig.Symbols.Say(Linear);
            if (i % 10 == 0)
                rig.Time.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Yield();
        }

        rig.Symbols.Say(Linear, Perpetual);
        await rig.CollectsAsync(Linear, Perpetual);

        // A second of toggles: at most one change for each half of it, and the last.
        Assert.InRange(rig.Venue.CallCount - calls, 1, 6);
    }

    [Fact]
    public async Task Expiry_that_is_counted_from_now_is_looked_at_again_as_time_passes()
    {
        await using var rig = new FollowerRig();
        rig.Symbols!.Say("currency=BTC expiry<=60d");
        await rig.StartAsync();
        await rig.CollectsAsync("BTC-1D-90000-C", "BTC-1D-90000-P", "BTC-60D-120000-C");
        rig.Time.Advance(TimeSpan.FromDays(30) - TimeSpan.FromMinutes(5));
        await rig.UntilAsync(() => rig.Time.GetUtcNow() > Listing.Now.AddDays(30).AddMinutes(-4), () => "", TimeSpan.FromSeconds(5));
        Assert.Equal(3, rig.Venue.Collected.Count);
        rig.Time.Advance(TimeSpan.FromMinutes(5));
        await rig.CollectsAsync("BTC-1D-90000-C", "BTC-1D-90000-P", "BTC-60D-120000-C", "BTC-90D-120000-C");
    }

    [Fact]
    public async Task Fault_row_36_listings_are_read_once_for_many_and_expired_ones_are_closed_after_the_grace()
    {
        await using var rig = new FollowerRig();
        rig.Symbols!.Say("kind=option expiry<=9d");
        await rig.StartAsync();
        await rig.CollectsAsync("BTC-1D-90000-C", "BTC-1D-90000-P", "ETH-1D-3000-C");
        await rig.UntilAsync(() => rig.Time.GetUtcNow() > Listing.Now.AddSeconds(15), () => "", TimeSpan.FromMilliseconds(200));
        var (reads, at) = (rig.Venue.ListReads, rig.Time.GetUtcNow());

        // Three expire, three hundred are listed, one by one.
        var listed = Listing.All.Where(one => one.ExpiresAt is null).ToList();
        for (var i = 0; i < 300; i++)
        {
            listed.Add(Listing.Option("BTC", 7, 50_000 + i, "call"));
            rig.Venue.List([.. listed]);
        }

        await rig.UntilAsync(() => rig.Venue.Collected.Count == 303, () => $"{rig.Venue.Collected.Count}");
        Assert.InRange(rig.Venue.ListReads - reads, 1, 2);
        await rig.UntilAsync(() => rig.Venue.Collected.Count == 300, () => $"{rig.Venue.Collected.Count}", TimeSpan.FromMilliseconds(500));
        Assert.True(rig.Time.GetUtcNow() - at >= TimeSpan.FromSeconds(60), "the grace was not kept");
        Assert.Contains(rig.Venue.Calls, call => call.Reason == "The exchange lists the instrument no more.");
    }

    [Fact]
    public async Task Empty_instrument_list_is_not_believed()
    {
        await using var rig = new FollowerRig();
        rig.Symbols!.Say("*");
        await rig.StartAsync();
        await rig.UntilAsync(() => rig.Venue.Collected.Count == Listing.All.Count, () => "");
        rig.Venue.List();
        await rig.UntilAsync(() => rig.Follower.Warnings.Any(one => one.StartsWith("listings_unread:", StringComparison.Ordinal)), () => "no warning");
        rig.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(Listing.All.Count, rig.Venue.Collected.Count);
        rig.Venue.List(Listing.All);
        await rig.UntilAsync(() => rig.Follower.Warnings.Count == 0, () => string.Join(" ", rig.Follower.Warnings));
    }

    [Fact]
    public async Task Change_that_fails_is_tried_again_and_said()
    {
        await using var rig = new FollowerRig();
        rig.Symbols!.Say(Perpetual);
        await rig.StartAsync();
        await rig.CollectsAsync(Perpetual);
        rig.Venue.CollectFault = new InvalidOperationException("no");
        rig.Symbols.Say(Perpetual, Linear);
        await rig.UntilAsync(() => rig.Follower.Reasons.Any(one => one.StartsWith("symbols_failed:", StringComparison.Ordinal)), () => "no reason");
        rig.Venue.CollectFault = null;
        await rig.CollectsAsync(Perpetual, Linear);
        await rig.UntilAsync(() => rig.Follower.Reasons.Count == 0, () => string.Join(" ", rig.Follower.Reasons));
    }

    [Fact]
    public async Task Collector_of_books_waits_for_no_position_though_there_is_a_store()
    {
        await using var rig = new FollowerRig(positions: new FakePositions(), kinds: DataKind.OrderBook | DataKind.Ticker);
        rig.Symbols!.Say(Perpetual);
        await rig.StartAsync();
        await rig.CollectsAsync(Perpetual);
        await rig.UntilAsync(() => rig.Follower.Reasons.Count == 0, () => string.Join(" ", rig.Follower.Reasons));
        Assert.Empty(rig.Follower.Warnings);
    }

    [Fact]
    public async Task What_is_neither_listed_nor_collected_is_gone_for_the_store_of_positions_unless_the_list_may_be_out_of_date()
    {
        var positions = new FakePositions();
        positions.Answer.SetResult(new Dictionary<string, TradePosition>());
        await using var rig = new FollowerRig(positions: positions, kinds: DataKind.Trade);
        rig.Symbols!.Say("ETH-*");
        await rig.StartAsync();
        await rig.CollectsAsync("ETH-1D-3000-C");
        var (seen, option) = (positions.IsGone!, "venue.ETH-1D-3000-C");
        Assert.All(
            [("venue." + Perpetual, false), (option, false), ("venue.OLD-1D-1-C", true), ("other.OLD-1D-1-C", false)],
            one => Assert.Equal(one.Item2, seen(one.Item1)));

        // It expires: collected until the grace is over, then gone.
        rig.Venue.List(Listing.Perpetual);
        await rig.UntilAsync(() => positions.IsGone!("venue." + Linear), () => "still listed", TimeSpan.FromMilliseconds(500));
        Assert.False(positions.IsGone!(option));
        await rig.UntilAsync(() => positions.IsGone!(option), () => "still collected", TimeSpan.FromMilliseconds(500));

        // An empty list is not believed.
        rig.Venue.List();
        await rig.UntilAsync(() => rig.Follower.Warnings.Any(one => one.StartsWith("listings_unread:", StringComparison.Ordinal)), () => "no warning");
        seen = positions.IsGone;
        rig.Symbols.Say(Perpetual);
        await rig.CollectsAsync(Perpetual);
        Assert.Same(seen, positions.IsGone);
    }

    [Fact]
    public async Task Trade_tape_begins_where_it_ended()
    {
        var positions = new FakePositions();
        await using var rig = new FollowerRig(positions: positions, kinds: DataKind.Trade);
        rig.Symbols!.Say(Perpetual, Linear);
        await rig.StartAsync();
        await rig.UntilAsync(() => rig.Follower.Reasons.Any(one => one.StartsWith("positions_awaited:", StringComparison.Ordinal)), () => "no reason");
        Assert.Empty(rig.Venue.Collected);
        var position = new TradePosition(7, "id-7", 70);
        positions.Answer.SetResult(new Dictionary<string, TradePosition> { ["venue." + Perpetual] = position });
        await rig.CollectsAsync(Perpetual, Linear);
        Assert.Equal([position, null], rig.Venue.Calls[^1].Wanted.OrderBy(one => one.Instrument.Name, StringComparer.Ordinal).Select(one => one.LastTrade));
        await rig.UntilAsync(() => rig.Follower.Reasons.Count == 0, () => string.Join(" ", rig.Follower.Reasons));
    }

    [Fact]
    public async Task Trade_tape_that_cannot_learn_where_it_ended_begins_after_a_while_and_is_told_later()
    {
        var positions = new FakePositions();
        await using var rig = new FollowerRig(positions: positions, kinds: DataKind.Trade);
        rig.Symbols!.Say(Perpetual);
        await rig.StartAsync();
        await rig.CollectsAsync(Perpetual);
        Assert.Null(Assert.Single(rig.Venue.Calls[^1].Wanted).LastTrade);
        await rig.UntilAsync(() => rig.Follower.Warnings.Any(one => one.StartsWith("positions_unread:", StringComparison.Ordinal)), () => "no warning");
        var position = new TradePosition(7, "id-7", 70);
        positions.Answer.SetResult(new Dictionary<string, TradePosition> { ["venue." + Perpetual] = position });
        await rig.UntilAsync(() => rig.Venue.Calls[^1].Wanted[0].LastTrade == position, () => "the position is not told");
        await rig.UntilAsync(() => rig.Follower.Warnings.Count == 0, () => string.Join(" ", rig.Follower.Warnings));
    }

    [Fact]
    public async Task Books_do_not_wait_for_the_positions_of_trade_tapes()
    {
        await using var rig = new FollowerRig(positions: new FakePositions(), kinds: DataKind.OrderBook);
        rig.Symbols!.Say(Perpetual);
        await rig.StartAsync();
        await rig.CollectsAsync(Perpetual);
        await rig.UntilAsync(() => rig.Follower.Reasons.Count == 0, () => string.Join(" ", rig.Follower.Reasons));
    }

    [Fact]
    public async Task Trade_tape_whose_store_is_away_begins_behind_what_is_on_disk()
    {
        var position = new TradePosition(7, "id-7", 70);
        var positions = new FakePositions { OnDisk = new Dictionary<string, TradePosition> { ["venue." + Perpetual] = position } };
        await using var rig = new FollowerRig(positions: positions, kinds: DataKind.Trade);
        rig.Symbols!.Say(Perpetual, Linear);
        await rig.StartAsync();
        await rig.CollectsAsync(Perpetual, Linear);
        Assert.Equal([position, null], rig.Venue.Calls[^1].Wanted.OrderBy(one => one.Instrument.Name, StringComparer.Ordinal).Select(one => one.LastTrade));
    }
}
