using System.Globalization;
using System.Text.RegularExpressions;

using Deribit.Simulator.Faults;

using MarketData.Integration.Tests.Rigs;

namespace MarketData.Integration.Tests.Faults;

/// <summary>Connections that end, in every way in which they can.</summary>
[Trait("kind", "integration")]
public sealed partial class SessionLossTests
{
    [Fact]
    public async Task Row27_Half_open_connection_is_found_by_the_ping_and_aborted()
    {
        await using var rig = await SessionRigs.StartAsync(("keep_alive_seconds", "2"), ("keep_alive_timeout_seconds", "2"));
        await using var redis = await rig.RedisAsync();
        await redis.UntilBookAsync("BTC-PERPETUAL", present: true);
        var connection = await rig.ConnectionOfAsync("book.*");
        var mark = await rig.MarkAsync();
        var refusal = new Fault { Kind = FaultKind.RefuseConnections };
        rig.Simulator.Faults.Add(refusal);

        var started = TimeProvider.System.GetTimestamp();
        rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.Stall, ConnectionId = connection });
        await Until.TrueAsync(() => !rig.OrderBooks.ExchangeStatus.Connected, () => "the loss was not noticed");
        var took = TimeProvider.System.GetElapsedTime(started);

        // Ping and pong take 2 s + 2 s; the rest is for a slow machine and well below the next safeguard, the silence limit of 35 s.
        Assert.True(took < TimeSpan.FromSeconds(12), $"It took {took}.");
        await redis.UntilBookAsync("BTC-PERPETUAL", present: false);
        await rig.OrderBooks.SaysAsync("exchange_disconnected");
        Assert.Contains(mark.Lines, line => line.Id.Id == 1003 && line.Text.Contains("(HalfOpen)", StringComparison.Ordinal));
        Assert.Empty(rig.Trades.Reasons().Concat(rig.Tickers.Reasons()));

        rig.Simulator.Faults.Clear();
        await rig.ConnectedAtAsync("orderbook", 2);
        await rig.UntilReadyAsync();
        foreach (var name in rig.Simulator.Market.InstrumentNames)
        {
            Assert.Contains("half-open", (await mark.IntegrityAsync(name, "disconnected")).Text("detail"), StringComparison.Ordinal);
            await mark.IntegrityAsync(name, "resynced");
        }

        await redis.UntilBookAsync("BTC-PERPETUAL", present: true);
        Assert.DoesNotContain(mark.Integrity, one => one.Text("channel") is "trade" or "ticker");
        Assert.NotEmpty(mark.Tickers);
        rig.AssertBooksExact();
    }

    [Fact]
    public async Task Row28_Every_way_of_closing_leads_to_a_new_generation_with_jitter_and_no_late_frames()
    {
        await using var rig = await SessionRigs.StartAsync(("stable_after_seconds", "0.1"));
        var mark = await rig.MarkAsync();
        int[] codes = [1000, 1001, 1006, 4000, 1012];
        for (var i = 0; i < codes.Length; i++)
        {
            var here = await rig.MarkAsync();
            rig.Simulator.Faults.Add(codes[i] == 1006
                ? new Fault { Kind = FaultKind.Abort }
                : new Fault { Kind = FaultKind.Close, Code = codes[i], Reason = "by order" });
            foreach (var channel in SessionRigs.Channels)
            {
                await rig.ConnectedAtAsync(channel, i + 2);
                var lost = await here.IntegrityAsync("BTC-PERPETUAL", "disconnected", channel);
                Assert.Equal(i + 1, lost.Epoch());
                Assert.Contains(codes[i] == 1006 ? "was lost" : $"code {codes[i]} (by order)", lost.Text("detail"), StringComparison.Ordinal);
            }

            await rig.UntilReadyAsync();
        }

        foreach (var name in rig.Simulator.Market.InstrumentNames)
            await Until.TrueAsync(
                () => mark.Integrity.Count(one => one.Text("instrument_name") == name && one.Text("channel") == "orderbook" && one.Text("kind") == "resynced") == codes.Length,
                () => name + " in sync again");
        rig.AssertBooksExact();
        rig.Topics.Trades.AssertEpochsRise();
        rig.Topics.Tickers.AssertEpochsRise();

        // Every loss came after a stable time: each wait is a random part of the first bound.
        var waits = mark.Lines.Where(line => line.Id.Id == 1003).Select(line => Wait(line.Text)).ToList();
        Assert.Equal(3 * codes.Length, waits.Count);
        Assert.All(waits, wait => Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(0.5)));
        Assert.True(waits.Distinct().Count() > codes.Length, "The waits are not random.");
    }

    [Fact]
    public async Task Row28_Goodbye_that_is_never_acknowledged_is_bounded()
    {
        await using var rig = await SessionRigs.StartAsync(("keep_alive_seconds", "120"), ("keep_alive_timeout_seconds", "120"));
        rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.Stall });
        var started = TimeProvider.System.GetTimestamp();
        Assert.True(await rig.StopAsync());

        // 2 s for the goodbye, the rest for the sinks and a slow machine; the next safeguard is the silence limit of 35 s.
        var took = TimeProvider.System.GetElapsedTime(started);
        Assert.True(took < TimeSpan.FromSeconds(20), $"It took {took}.");
    }

    private static TimeSpan Wait(string line) => TimeSpan.Parse(NextAttempt().Match(line).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"next attempt in (\S+)")]
    private static partial Regex NextAttempt();
}
