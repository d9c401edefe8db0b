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

    // Both kinds at once, each on servers of its own: most of the time is waiting for the group.
    [Fact]
    public Task Replica_that_is_killed_is_taken_over_nothing_missing_none_twice_and_the_interruption_in_the_ledger() =>
        Task.WhenAll(KillOneOfTwoAsync("Trades"), KillOneOfTwoAsync("OrderBooks"));

    [Theory]
    [InlineData("Trades")]
    [InlineData("OrderBooks")]
    public async Task Three_replicas_at_300_instruments_one_killed_and_one_frozen_for_30_s(string collector)
    {
        if (Environment.GetEnvironmentVariable("MARKETDATA_LONG_TESTS") != "1")
            Assert.Skip("Takes minutes; set MARKETDATA_LONG_TESTS=1.");
        var stream = ReplicaStream.Of(collector);
        var (one, two, three) = (stream.Source("one"), stream.Source("two"), stream.Source("three"));
        await using var kafka = new RealKafka();
        await kafka.InitializeAsync();
        kafka.Require();
        await using var system = await ReplicaSystem.StartAsync(
            stream, kafka.BootstrapServers, FullInstruments, framesPerSecond: 600, sessionSeconds: 6);
        var replicas = new List<ChildProcess> { system.Start("one") };
        try
        {
            // From here on the group's giving to the other two is no excuse either.
            var begun = await system.SubscribedAsync(replicas[0]);
            await system.UntilSourceAsync(one, since: 0, replicas[0]);
            foreach (var id in (string[])["two", "three"])
            {
                replicas.Add(system.Start(id));
                await system.SettledAsync(replicas.Count, [.. replicas]);
            }

            var (keysOfKilled, keysOfFrozen) = (system.KeysOf(two), system.KeysOf(three));
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
            await system.UntilSourceAsync(three, woken, [.. replicas]);
            var caughtUp = await system.CaughtUpAsync(begun, [.. replicas]);
            foreach (var replica in (ChildProcess[])[replicas[0], replicas[2]])
                await replica.SignalAsync("TERM");
            foreach (var replica in (ChildProcess[])[replicas[0], replicas[2]])
                Assert.True(await replica.ExitAsync() == 0, replica.Everything);

            var topics = system.ReadTopics();
            var told = collector == "Trades"
                ? topics.AssertTradesComplete(begun, caughtUp, three, frozen) : topics.AssertBooksComplete(begun, caughtUp, three, frozen);
            topics.AssertOneOwnerAtATime();
            topics.AssertSilent(three, keysOfFrozen, frozen);
            // The ledger's own events are there even for an instrument that nobody traded meanwhile.
            var afterKill = topics.AssertTakenOver(keysOfKilled, two, killed);
            var afterFreeze = topics.AssertTakenOver(keysOfFrozen, three, frozen);
            // The exchange's budget of calls decides how long the proof takes that no trade was missed of so many; a book is whole with its snapshot.
            if (collector == "OrderBooks")
                Assert.InRange(Math.Max(afterKill, afterFreeze), 0, (long)TakeoverLimit.TotalMilliseconds);
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{keysOfKilled.Count + keysOfFrozen.Count} instruments collected again {collectedAgain} ms after the kill and the freeze; proven whole: "
                + $"{keysOfKilled.Count} within {afterKill} ms of the kill, {keysOfFrozen.Count} within {afterFreeze} ms of the freeze; "
                + $"{told}.");
        }
        finally
        {
            foreach (var replica in replicas)
                await replica.DisposeAsync();
        }
    }

    private static async Task KillOneOfTwoAsync(string collector)
    {
        var stop = TestContext.Current.CancellationToken;
        var stream = ReplicaStream.Of(collector);
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: stop);
        await using var system = await ReplicaSystem.StartAsync(
            stream, kafka.BootstrapServers, instruments: 24, framesPerSecond: 480, sessionSeconds: 3);
        await using var first = system.Start("one");
        var begun = await system.SubscribedAsync(first);
        await system.UntilSourceAsync(stream.Source("one"), since: 0, first);
        await using var second = system.Start("two");
        await system.SettledAsync(collectors: 2, first, second);
        var orphans = system.KeysOf(stream.Source("two"));
        Assert.NotEmpty(orphans);
        // It vouches for its own share, and no longer for what its former owner said.
        await system.UntilSourceAsync(stream.Source("two"), ReplicaSystem.NowUnixMs + 2_000, first, second);
        var killed = ReplicaSystem.NowUnixMs;
        await second.SignalAsync("KILL");

        // Not every instrument trades again within minutes; the ledger tells of each that it is whole again.
        await Until.TrueAsync(
            () => system.Read("market.integrity").Where(record => record.Source == stream.Source("one") && record.CreatedUnixMs > killed
                    && record.Text("channel") == stream.Channel && record.Text("kind") == "resynced")
                .Select(record => record.Key).ToHashSet().IsSupersetOf(orphans),
            () => first.Everything);
        var caughtUp = await system.CaughtUpAsync(begun, first);
        await first.SignalAsync("TERM");
        Assert.True(await first.ExitAsync() == 0, first.Everything);

        // The operator is told who died. (That it is silent is told before, but not while the group is being shared out anew.)
        Assert.Contains($"of the symbols from {stream.Source("two")} (process ", first.Everything, StringComparison.Ordinal);

        var topics = system.ReadTopics();
        if (collector == "Trades")
            topics.AssertTradesComplete(begun, caughtUp);
        else
            topics.AssertBooksComplete(begun, caughtUp);
        topics.AssertOneOwnerAtATime();
        topics.AssertTakenOver(orphans, stream.Source("two"), killed);
    }
}
