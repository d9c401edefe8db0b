using MarketData.Collectors;
using MarketData.Exchanges;
using MarketData.Replicas;
using MarketData.Tests.Symbols;

namespace MarketData.Tests.Collectors;

/// <summary>The follower and the share of its replica.</summary>
public sealed class SymbolFollowerShareTests
{
    private const string Perpetual = "BTC-PERPETUAL";
    private const string Linear = "SOL_USDC-PERPETUAL";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_what_is_owned_is_collected()
    {
        await using var rig = await StartAsync(Owns(Perpetual));
        await rig.CollectsAsync(Perpetual);
        await rig.UntilAsync(() => rig.Follower.Elsewhere.SetEquals(["venue." + Linear]), () => string.Join(" ", rig.Follower.Elsewhere));
        rig.Share!.Grant(_ => true);
        await rig.CollectsAsync(Perpetual, Linear);
        await rig.UntilAsync(() => rig.Follower.Elsewhere.Count == 0, () => string.Join(" ", rig.Follower.Elsewhere));
        Assert.Null(rig.Venue.Calls[^1].Wanted.Single(one => one.Instrument.Name == Linear).InterruptedSinceUnixMs);
    }

    [Fact]
    public async Task Instrument_that_is_granted_while_the_share_is_asked_for_it_is_not_closed()
    {
        await using var rig = await StartAsync(_ => true);
        await rig.CollectsAsync(Perpetual, Linear);
        var isSettled = false;
        rig.Share!.Awaited = key => key == "venue." + Linear && !isSettled;
        rig.Share.Grant(key => key != "venue." + Linear || Interlocked.Exchange(ref isSettled, true));
        rig.Symbols!.Say(Perpetual, Linear, "ETH-*");
        await rig.CollectsAsync(Perpetual, Linear, "ETH-1D-3000-C");
        Assert.All(rig.Venue.Calls, call => Assert.DoesNotContain("Another replica", call.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Revoked_instruments_are_closed_and_flushed_before_the_call_returns()
    {
        await using var rig = await StartAsync(_ => true);
        await rig.CollectsAsync(Perpetual, Linear);
        await rig.AdvanceUntilAsync(rig.Share!.RevokeAsync(Owns(Linear), Token));
        Assert.Equal([Linear], rig.Venue.Collected);
        Assert.Contains("Another replica collects", rig.Venue.Calls[^1].Reason, StringComparison.Ordinal);
        rig.Symbols!.Say(Perpetual, Linear, "ETH-*");
        await rig.UntilAsync(() => rig.Time.GetUtcNow() > Listing.Now.AddSeconds(5), () => "");
        Assert.Equal([Linear], rig.Venue.Collected);
    }

    [Fact]
    public async Task Revocation_whose_deadline_passes_is_given_up_and_made_good_later()
    {
        await using var rig = await StartAsync(_ => true);
        await rig.CollectsAsync(Perpetual, Linear);
        rig.Venue.CollectFault = new InvalidOperationException("no");
        using var deadline = new CancellationTokenSource();
        var revoke = rig.Share!.RevokeAsync(Owns(Linear), deadline.Token);
        await rig.UntilAsync(() => rig.Follower.Reasons.Any(one => one.StartsWith("symbols_failed:", StringComparison.Ordinal)), () => "no reason");
        Assert.False(revoke.IsCompleted);
        await deadline.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => revoke);
        rig.Venue.CollectFault = null;
        await rig.CollectsAsync(Linear);
    }

    [Fact]
    public async Task Takeover_is_given_to_what_begins_for_it_and_to_nothing_later()
    {
        await using var rig = await StartAsync(Owns(Linear));
        await rig.CollectsAsync(Linear);
        rig.Share!.Grant(_ => true, new Takeover(key => key == "venue." + Perpetual, "host-2/orderbooks", 1_234, WasReleased: false));
        await rig.CollectsAsync(Perpetual, Linear);
        var wanted = rig.Venue.Calls[^1].Wanted.ToDictionary(one => one.Instrument.Name);
        Assert.Equal(1_234, wanted[Perpetual].InterruptedSinceUnixMs);
        Assert.Contains("host-2/orderbooks", wanted[Perpetual].InterruptedBy, StringComparison.Ordinal);
        Assert.Null(wanted[Linear].InterruptedSinceUnixMs);
        rig.Symbols!.Say(Linear);
        await rig.CollectsAsync(Linear);
        rig.Symbols.Say(Perpetual, Linear);
        await rig.CollectsAsync(Perpetual, Linear);
        Assert.All(rig.Venue.Calls[^1].Wanted, one => Assert.Null(one.InterruptedSinceUnixMs));
    }

    [Fact]
    public async Task Until_a_takeover_has_begun_its_intake_has_come_nowhere()
    {
        await using var rig = await StartAsync(Owns(Linear));
        await rig.CollectsAsync(Linear);
        var mark = rig.Venue.TakenUntil = IntakeMark.Now(rig.Time);
        Assert.Same(mark, rig.Follower.TakenUntil);
        rig.Venue.CollectFault = new InvalidOperationException("no");
        rig.Share!.Grant(_ => true, new Takeover(key => key == "venue." + Perpetual, "host-2/orderbooks", 1_234, WasReleased: false));
        Assert.Null(rig.Follower.TakenUntil);
        await rig.UntilAsync(() => rig.Follower.Reasons.Any(one => one.StartsWith("symbols_failed:", StringComparison.Ordinal)), () => "no reason");
        Assert.Null(rig.Follower.TakenUntil);
        rig.Venue.CollectFault = null;
        await rig.CollectsAsync(Perpetual, Linear);
        await rig.UntilAsync(() => rig.Follower.TakenUntil == mark, () => "not told");
    }

    [Fact]
    public async Task Share_that_is_lost_is_collected_on_and_begun_again_only_where_another_replica_was_meanwhile()
    {
        await using var rig = await StartAsync(_ => true);
        await rig.CollectsAsync(Perpetual, Linear);
        rig.Share!.Lose();
        rig.Symbols!.Say(Perpetual, Linear, "ETH-*");
        await rig.CollectsAsync(Perpetual, Linear, "ETH-1D-3000-C");
        var calls = rig.Venue.CallCount;
        rig.Share.Grant(_ => true, new Takeover(key => key == "venue." + Perpetual, "host-2/orderbooks", 1_234, WasReleased: true));
        await rig.UntilAsync(() => rig.Venue.CallCount == calls + 2, () => $"{rig.Venue.CallCount - calls} calls");
        Assert.Equal([Linear, "ETH-1D-3000-C"], rig.Venue.Calls[calls].Wanted.Select(one => one.Instrument.Name).OrderDescending(StringComparer.Ordinal));
        Assert.Contains("host-2/orderbooks", rig.Venue.Calls[calls].Reason, StringComparison.Ordinal);
        await rig.CollectsAsync(Perpetual, Linear, "ETH-1D-3000-C");
        Assert.Equal(1_234, rig.Venue.Calls[^1].Wanted.Single(one => one.Instrument.Name == Perpetual).InterruptedSinceUnixMs);
    }

    [Fact]
    public async Task Trade_tape_that_goes_on_behind_its_own_earlier_process_is_not_begun_again()
    {
        await using var rig = new FollowerRig(share: true, kinds: DataKind.Trade);
        rig.Symbols!.Say(Perpetual);
        await rig.StartAsync();
        await rig.CollectsAsync(Perpetual);
        rig.Share!.Grant(_ => true, new Takeover(_ => true, "host-1/test", 1_234, WasReleased: false) { IsOwn = true });
        rig.Symbols.Say(Perpetual, Linear);
        await rig.CollectsAsync(Perpetual, Linear);
        Assert.DoesNotContain(rig.Venue.Calls, call => call.Reason.Contains("host-1/test", StringComparison.Ordinal));
        // It is told since when nobody proved it, once.
        var told = Assert.Single(rig.Venue.Calls.SelectMany(call => call.Wanted), one => one.Instrument.Name == Perpetual && one.InterruptedSinceUnixMs is not null);
        Assert.Equal(1_234, told.InterruptedSinceUnixMs);
    }

    [Fact]
    public void Tape_that_was_told_of_an_earlier_owner_awaits_its_position_all_the_same()
    {
        var set = new CollectedSet(TimeSpan.Zero);
        set.Put(new WantedInstrument
        {
            Instrument = new Instrument { Exchange = "venue", Name = Perpetual }, AwaitsLastTrade = true, InterruptedSinceUnixMs = 1_234, InterruptedBy = "It ended.",
        });
        set.Told();
        var one = Assert.Single(set.All);
        Assert.Equal((true, null, null), (one.AwaitsLastTrade, one.InterruptedSinceUnixMs, one.InterruptedBy));
    }

    [Fact]
    public async Task Share_that_comes_in_parts_ends_nothing_whose_part_is_still_to_come()
    {
        await using var rig = new FollowerRig(share: true);
        rig.Symbols!.Say(Perpetual, Linear);
        await rig.StartAsync();
        await rig.CollectsAsync(Perpetual, Linear);
        rig.Share!.Awaited = key => key == "venue." + Linear;
        rig.Share.Grant(Owns(Perpetual));
        rig.Symbols.Say(Perpetual, Linear, "ETH-*");
        await rig.UntilAsync(() => rig.Follower.Reasons.Count == 0, () => string.Join(" ", rig.Follower.Reasons));
        await rig.CollectsAsync(Perpetual, Linear);
        rig.Share.Awaited = _ => false;
        rig.Share.Grant(Owns(Perpetual));
        await rig.CollectsAsync(Perpetual);
    }

    [Fact]
    public async Task Group_that_does_not_answer_keeps_nobody_from_collecting()
    {
        await using var rig = new FollowerRig(share: true);
        rig.Symbols!.Say(Perpetual);
        await rig.StartAsync();
        await rig.CollectsAsync(Perpetual);
        Assert.Contains("share_awaited: the group has not said.", rig.Follower.Reasons);
        rig.Share!.Grant(_ => false);
        await rig.CollectsAsync();
    }

    private static Func<string, bool> Owns(string name) => key => key == "venue." + name;

    private static async Task<FollowerRig> StartAsync(Func<string, bool> owns)
    {
        var rig = new FollowerRig(share: true);
        rig.Symbols!.Say(Perpetual, Linear);
        var start = rig.StartAsync();
        await rig.UntilAsync(() => rig.Share!.Handler is not null, () => "the share is not joined");
        rig.Share!.Grant(owns);
        await start;
        return rig;
    }
}
