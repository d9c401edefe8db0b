using System.Globalization;
using System.Text.RegularExpressions;

using Deribit.Simulator;
using Deribit.Simulator.Faults;

using MarketData.Integration.Tests.Rigs;

namespace MarketData.Integration.Tests.Faults;

/// <summary>A connection that opens well and is dropped at once, again and again.</summary>
[Trait("kind", "integration")]
public sealed partial class SessionFlappingTests
{
    private const int Threshold = 10;
    private static readonly TimeSpan Base = TimeSpan.FromSeconds(0.05);
    private static readonly TimeSpan Cap = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Row34_Flapping_grows_the_backoff_opens_the_circuit_and_a_probe_closes_it()
    {
        await using var rig = await SessionRigs.StartAsync(
            ("backoff_base_seconds", "0.05"), ("backoff_cap_seconds", "1"), ("stable_after_seconds", "8"),
            ("circuit_threshold", "10"), ("circuit_open_seconds", "3"));
        long[] others = [await rig.ConnectionOfAsync("trades.*"), await rig.ConnectionOfAsync("ticker.*")];
        var mark = await rig.MarkAsync();
        for (var drop = 0; drop < Threshold; drop++)
            await DropNextAsync(rig, others);

        // Each connection was set up and subscribed, and yet none of them reset the count.
        await rig.OrderBooks.SaysAsync("circuit_open");
        var losses = mark.Lines.Where(line => line.Id.Id == 1003).Select(line => Loss().Match(line.Text)).ToList();
        Assert.Equal(Enumerable.Range(1, Threshold), losses.Select(loss => int.Parse(loss.Groups[1].Value, CultureInfo.InvariantCulture)));
        var waits = losses.Select(loss => TimeSpan.Parse(loss.Groups[2].Value, CultureInfo.InvariantCulture)).ToList();
        for (var i = 0; i < Threshold - 1; i++)
            Assert.InRange(waits[i], TimeSpan.Zero, TimeSpan.FromSeconds(Math.Min(Base.TotalSeconds * Math.Pow(2, i), Cap.TotalSeconds)));
        Assert.True(waits[4..^1].Max() > Base, "The back-off does not grow.");
        Assert.InRange(waits[^1], TimeSpan.FromSeconds(2.25), TimeSpan.FromSeconds(3.75));

        // One probe only after the circuit's time; it is dropped too, and the circuit opens again at once.
        await AssertProbeAsync(Threshold + 1);
        await DropNextAsync(rig, others);
        await rig.OrderBooks.SaysAsync("circuit_open");
        await AssertProbeAsync(Threshold + 2);

        // The next one holds: on probation until it is stable, then all is forgotten.
        await rig.OrderBooks.SaysAsync("circuit_half_open");
        await rig.UntilReadyAsync();
        Assert.DoesNotContain(mark.Integrity, one => one.Text("channel") is "trade" or "ticker");
        Assert.Equal(others.Order(), rig.Simulator.Status.Connections.Select(one => one.Id).Order().Take(2));
        rig.AssertBooksExact();

        async Task AssertProbeAsync(int epoch)
        {
            var dropped = rig.Simulator.Faults.Applied.Last(one => one.Kind == FaultKind.Abort).Time;
            var connected = DateTimeOffset.UnixEpoch.AddTicks(await rig.ConnectedAtAsync("orderbook", epoch) / TimeSpan.NanosecondsPerTick);
            Assert.InRange((connected - dropped).TotalSeconds, 2.2, 60);
        }
    }

    // Drops the connection as soon as it has its channels.
    private static async Task DropNextAsync(Rig rig, long[] others)
    {
        SimulatorConnection? next = null;
        await Until.TrueAsync(
            () => (next = rig.Simulator.Status.Connections.FirstOrDefault(one => !others.Contains(one.Id) && one.Channels > 0)) is not null,
            () => "a connection to drop");
        rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.Abort, ConnectionId = next?.Id });
        await Until.TrueAsync(() => rig.Simulator.Status.Connections.All(one => one.Id != next?.Id), () => "the drop");
    }

    [GeneratedRegex(@"Failure (\d+) in a row; next attempt in (\S+)")]
    private static partial Regex Loss();
}
