using Deribit.Simulator.Faults;

using MarketData.Integration.Tests.Rigs;

namespace MarketData.Integration.Tests.Faults;

/// <summary>What becomes of trades that the live channel did not bring.</summary>
[Trait("kind", "integration")]
public sealed class TradesRepairTests(TradesRig fixture) : IClassFixture<TradesRig>
{
    private readonly Rig _rig = fixture.Rig;

    [Fact]
    public async Task Row38_Hole_of_two_thousand_trades_in_one_millisecond_is_fetched_in_pages_and_comes_out_in_sequence()
    {
        const string name = "BTC-PERPETUAL";
        var first = await fixture.BeginAsync(name);
        _rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.Drop, Channel = $"trades.{name}.*" });
        _rig.Simulator.Market.Trade(name, 2_000);
        _rig.Simulator.Market.Trade(name);
        await fixture.UntilAsync(name, first + 2_001);

        fixture.AssertComplete(name);
        Assert.Equal([$"trade_gap {first + 1}..{first + 2_000}", $"backfilled {first + 1}..{first + 2_000}"], fixture.Ledger(name));
        Assert.Equal(2_000, fixture.Trades(name).Count(one => one.Text("source") == "backfill"));
    }

    [Fact]
    public async Task Row38_Duplicates_and_swapped_messages_come_out_once_and_in_sequence()
    {
        const string name = "ETH-PERPETUAL";
        var last = await fixture.BeginAsync(name);
        foreach (var kind in new[] { FaultKind.Duplicate, FaultKind.Swap })
        {
            _rig.Simulator.Faults.Add(new Fault { Kind = kind, Channel = $"trades.{name}.*" });
            _rig.Simulator.Market.Trade(name, 3);
            _rig.Simulator.Market.Trade(name, 2);
            await fixture.UntilAsync(name, last += 5);
        }

        fixture.AssertComplete(name);
    }

    [Fact]
    public async Task Row38_What_the_main_host_forgot_comes_from_the_history_host()
    {
        const string name = "BTC_USDC-PERPETUAL";
        var first = await fixture.BeginAsync(name);
        _rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.Drop, Channel = $"trades.{name}.*" });
        _rig.Simulator.Market.Trade(name, 20);
        _rig.Simulator.Market.ForgetTrades(name, first + 12);
        _rig.Simulator.Market.Trade(name);
        await fixture.UntilAsync(name, first + 21);

        fixture.AssertComplete(name);
        Assert.Equal([$"trade_gap {first + 1}..{first + 20}", $"backfilled {first + 1}..{first + 20}"], fixture.Ledger(name));
    }

    [Fact]
    public async Task Row38_What_nobody_keeps_is_unrecoverable_and_the_rest_of_the_hole_is_backfilled()
    {
        const string name = "BTC-29JUN29-100000-C";
        var first = await fixture.BeginAsync(name);
        _rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.Drop, Channel = $"trades.{name}.*" });
        _rig.Simulator.Market.Trade(name, 20);
        _rig.Simulator.Market.ForgetTrades(name, first + 12, history: true);
        _rig.Simulator.Market.Trade(name);
        await fixture.UntilAsync(name, first + 21);
        await fixture.UntilLedgerAsync(name, $"backfilled {first + 13}..{first + 20}");

        Assert.Equal(
            [$"trade_gap {first + 1}..{first + 20}", $"unrecoverable {first + 1}..{first + 12}", $"backfilled {first + 13}..{first + 20}"],
            fixture.Ledger(name));
        Assert.Equal(
            [first, .. Enumerable.Range(13, 9).Select(one => first + one)], fixture.Trades(name).Select(one => one.Number("trade_seq")));
    }

    [Fact]
    public async Task Row38_Repair_that_takes_too_long_lets_later_trades_pass_and_says_so()
    {
        const string name = "ETH-29JUN29";
        var first = await fixture.BeginAsync(name);
        _rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.Drop, Channel = $"trades.{name}.*" });
        _rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.ErrorReply, Method = TradesRig.Call, Count = 0 });
        _rig.Simulator.Market.Trade(name, 2);
        _rig.Simulator.Market.Trade(name);
        await _rig.Trades.SaysAsync("trades_incomplete");
        await fixture.UntilAsync(name, first + 3);
        Assert.DoesNotContain(fixture.Ledger(name), one => one.StartsWith("backfilled", StringComparison.Ordinal));

        _rig.Simulator.Faults.Clear();
        await fixture.UntilLedgerAsync(name, $"backfilled {first + 1}..{first + 2}");
        await fixture.UntilAsync(name, first + 2);
        Assert.Equal([first, first + 3, first + 1, first + 2], fixture.Trades(name).Select(one => one.Number("trade_seq")));
        await _rig.UntilReadyAsync();
    }

    [Fact]
    public async Task Row38_Message_that_cannot_be_used_shows_its_trades_at_once_and_they_are_fetched()
    {
        const string name = "XRP_USDC-PERPETUAL";
        var first = await fixture.BeginAsync(name);
        _rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.MissingField, Channel = $"trades.{name}.*" });
        _rig.Simulator.Market.Trade(name, 2);
        await fixture.UntilLedgerAsync(name, $"backfilled {first + 1}..{first + 2}");
        fixture.AssertComplete(name);
        Assert.Contains(fixture.Ledger(name), one => one.StartsWith("rejected", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Row39_Sequence_that_begins_again_is_recorded_and_nothing_is_repaired()
    {
        const string name = "SOL_USDC-PERPETUAL";
        var first = await fixture.BeginAsync(name);
        _rig.Simulator.Market.RestartTradeSequence(name, 1);
        await NextMillisecondAsync(name);
        _rig.Simulator.Market.Trade(name, 3);
        await fixture.UntilAsync(name, 3);
        fixture.AssertComplete(name);
        Assert.Equal([$"restarted {first}..1"], fixture.Ledger(name));
    }

    [Fact]
    public async Task Row40_Combo_trade_is_counted_once_and_links_its_legs()
    {
        const string combo = "BTC-FS-29JUN29_PERP";
        const string far = "BTC-29JUN29";
        _rig.Simulator.Market.TradeCombo(combo);
        var leg = _rig.Simulator.Market.GetTrades(far)[^1];
        await fixture.UntilAsync(far, leg.TradeSeq);
        await Until.TrueAsync(() => fixture.Trades(combo).Count == 1, () => "the combo's trade did not come");
        IEnumerable<TopicRecord> Legs() => _rig.Topics.Trades.Where(one => !one.IsNull("combo_id"));
        await Until.TrueAsync(() => Legs().Count() == 2, () => "the legs' trades did not come");

        var whole = Assert.Single(fixture.Trades(combo));
        Assert.Equal("combo", whole.Text("combo_role"));
        Assert.True(whole.IsNull("combo_id"));
        Assert.All(Legs(), one => Assert.Equal(
            ("leg", combo, whole.Text("trade_id")), (one.Text("combo_role"), one.Text("combo_id"), one.Text("combo_trade_id"))));
        Assert.Equal(
            Legs().Select(one => (one.Text("instrument_name"), one.Text("trade_id"), one.Number("trade_seq"))).Order(),
            whole.Json.GetProperty("legs").EnumerateArray().Select(one => (
                one.GetProperty("instrument_name").GetString()!,
                one.GetProperty("trade_id").GetString()!,
                one.GetProperty("trade_seq").GetInt64())).Order());

        // Volume by the documented rule: what is not a combo's own trade.
        var counted = Legs().Append(whole).Where(one => !one.Json.TryGetProperty("combo_role", out var role) || role.GetString() != "combo");
        Assert.Equal(2 * leg.Amount, counted.Sum(one => one.Json.GetProperty("amount").GetDecimal()));
    }

    // Only a trade of a later time tells a sequence that began again from a message that came late.
    private async Task NextMillisecondAsync(string name)
    {
        var last = _rig.Simulator.Market.GetTrades(name)[^1].TimestampUnixMs;
        await Until.TrueAsync(() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() > last, () => "the clock stands still");
    }
}
