using MarketData.Cli.Tests.Rigs;
using MarketData.Embedded.Kafka;
using MarketData.Kafka.Tests.Support;

namespace MarketData.Cli.Tests.Replicas;

/// <summary>Replicas as the processes that operators run: one is killed, one is frozen, and the topics tell what readers saw of it.</summary>
[Trait("kind", "integration")]
[Collection(Alone.Name)]
public sealed class ReplicaProcessTests
{
    private const int FullInstruments = 300;
    private static readonly TimeSpan TakeoverLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Freeze = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Replica_that_is_killed_is_taken_over_no_trade_missing_none_twice_and_the_interruption_in_the_ledger()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: stop);
        await using var system = await ReplicaSystem.StartAsync(kafka.BootstrapServers, instruments: 24, framesPerSecond: 480, sessionSeconds: 3);
        await using var first = system.Start("Trades", "one");
        await system.UntilSourceAsync("market.trades", "one/trades");
        await using var second = system.Start("Trades", "two");
        await system.SettledAsync(collectors: 2, first, second);
        var orphans = system.KeysOf("two/trades");
        Assert.NotEmpty(orphans);
        // It vouches for its own share, and no longer for what its former owner said.
        await system.UntilSourceAsync("market.trades", "two/trades", ReplicaSystem.NowUnixMs + 2_000, first, second);
        var killed = ReplicaSystem.NowUnixMs;
        await second.SignalAsync("KILL");

        // Not every instrument trades again within minutes; the ledger tells of each that it is whole again.
        await Until.TrueAsync(
            () => system.Read("market.integrity").Where(record => record.Source == "one/trades" && record.CreatedUnixMs > killed
                    && record.Text("channel") == "trade" && record.Text("kind") == "resynced")
                .Select(record => record.Key).ToHashSet().IsSupersetOf(orphans),
            () => first.Everything);
        var caughtUp = await system.CaughtUpAsync(first);
        await first.SignalAsync("TERM");
        Assert.True(await first.ExitAsync() == 0, first.Everything);

        // The operator is told who died. (That it is silent is told before, but not while the group is being shared out anew.)
        Assert.Contains("of the symbols from two/trades (process ", first.Everything, StringComparison.Ordinal);

        var topics = system.ReadTopics();
        topics.AssertTradesComplete(caughtUp);
        topics.AssertOneOwnerAtATime();
        topics.AssertTakenOver(orphans, "two/trades", "trade", killed);
    }

    [Fact]
    public async Task Three_replicas_at_300_instruments_one_killed_and_one_frozen_for_30_s()
    {
        if (Environment.GetEnvironmentVariable("MARKETDATA_LONG_TESTS") != "1")
            Assert.Skip("Takes minutes; set MARKETDATA_LONG_TESTS=1.");
        await using var kafka = new RealKafka();
        await kafka.InitializeAsync();
        kafka.Require();
        await using var system = await ReplicaSystem.StartAsync(
            kafka.BootstrapServers, FullInstruments, framesPerSecond: 600, sessionSeconds: 6);
        var replicas = new List<ChildProcess>();
        try
        {
            foreach (var id in (string[])["one", "two", "three"])
            {
                replicas.Add(system.Start("Trades", id));
                await system.SettledAsync(replicas.Count, [.. replicas]);
            }

            var (keysOfKilled, keysOfFrozen) = (system.KeysOf("two/trades"), system.KeysOf("three/trades"));
            var subscriptions = system.Subscriptions(keysOfKilled.Concat(keysOfFrozen));
            var killed = ReplicaSystem.NowUnixMs;
            await replicas[1].SignalAsync("KILL");
            await replicas[2].SignalAsync("STOP");
            var frozen = ReplicaSystem.NowUnixMs;
            var thaw = Task.Delay(Freeze, TimeProvider.System, TestContext.Current.CancellationToken);
            await system.CollectedAgainAsync(subscriptions, TakeoverLimit);
            var collectedAgain = ReplicaSystem.NowUnixMs - killed;
            await thaw;
            var woken = ReplicaSystem.NowUnixMs;
            await replicas[2].SignalAsync("CONT");
            await system.UntilSourceAsync("market.trades", "three/trades", woken, [.. replicas]);
            var caughtUp = await system.CaughtUpAsync([.. replicas]);
            foreach (var replica in (ChildProcess[])[replicas[0], replicas[2]])
                await replica.SignalAsync("TERM");
            foreach (var replica in (ChildProcess[])[replicas[0], replicas[2]])
                Assert.True(await replica.ExitAsync() == 0, replica.Everything);

            // The exchange's budget of calls decides how long the proof takes that nothing was missed of so many.
            var topics = system.ReadTopics();
            var (late, uncalled) = topics.AssertTradesComplete(caughtUp, "three/trades", frozen);
            topics.AssertOneOwnerAtATime();
            topics.AssertSilent("three/trades", keysOfFrozen, frozen);
            // The ledger's own events are there even for an instrument that nobody traded meanwhile.
            var afterKill = topics.AssertTakenOver(keysOfKilled, "two/trades", "trade", killed);
            var afterFreeze = topics.AssertTakenOver(keysOfFrozen, "three/trades", "trade", frozen);
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{keysOfKilled.Count + keysOfFrozen.Count} instruments collected again {collectedAgain} ms after the kill and the freeze; proven whole: "
                + $"{keysOfKilled.Count} within {afterKill} ms of the kill, {keysOfFrozen.Count} within {afterFreeze} ms of the freeze; {late} trades declared late, {uncalled} that the frozen process could not call back.");
        }
        finally
        {
            foreach (var replica in replicas)
                await replica.DisposeAsync();
        }
    }
}
