using Confluent.Kafka;
using MarketData.Embedded.Kafka;
using MarketData.Exchanges;
using MarketData.Kafka.Checkpoints;
using MarketData.Kafka.Replicas;
using MarketData.Kafka.Tests.Support;
using MarketData.Pipeline;
using Microsoft.Extensions.Logging.Abstractions;
using static MarketData.Kafka.Tests.Support.KafkaProtocol;

namespace MarketData.Kafka.Tests.Replicas;

/// <summary>Replicas of one collector on an embedded Kafka: its group protocol is real, its rebalances take a session time-out.</summary>
[Trait("kind", "integration")]
public sealed class ReplicaGroupTests
{
    private const int Partitions = 12;

    private static readonly TimeSpan Session = TimeSpan.FromSeconds(3);
    private static readonly string[] Keys = [.. Enumerable.Range(0, 200).Select(number => $"deribit.SIM-{number}")];

    // Two collectors with the same id (Row52) are two members like any others: their processes tell them apart.
    [Theory]
    [InlineData("two")]
    [InlineData("one")]
    public async Task Row52_Replicas_share_the_keys_one_owner_each_and_what_one_leaves_the_other_takes_over(string nameOfSecond)
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using var first = NewReplica(kafka, "one");
        await using var second = NewReplica(kafka, nameOfSecond);
        first.Start();
        await UntilOpenAsync(first);
        Assert.All(Keys, key => Assert.True(first.Ownership.Owns(key)));
        Assert.Empty(first.Takeovers);
        await Conditions.UntilAsync(() => first.Ownership is { IsMember: true, Reasons.Count: 0 }, "settled");

        second.Start();
        await Conditions.UntilAsync(
            () => second.Ownership.OwnedPartitions > 0 && first.Ownership.OwnedPartitions + second.Ownership.OwnedPartitions == Partitions,
            "shared", () => AssertOneOwner(first, second));
        await Conditions.UntilAsync(() => Keys.All(key => IsOpen(first, key) != IsOpen(second, key)), "all open once", () => AssertOneOwner(first, second));
        Assert.NotEmpty(second.Takeovers);
        Assert.All(second.Takeovers, takeover => Assert.Equal(("one/trades", true), (takeover.PreviousOwner, takeover.WasReleased)));
        Assert.Contains("revoked", first.Calls);

        var left = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await second.Ownership.LeaveAsync(TestContext.Current.CancellationToken);
        Assert.All(Keys, key => Assert.False(IsOpen(second, key)));
        await UntilOpenAsync(first);
        Assert.NotEmpty(first.Takeovers);
        Assert.All(first.Takeovers, takeover => Assert.Equal($"{nameOfSecond}/trades", takeover.PreviousOwner));
        Assert.All(first.Takeovers, takeover => Assert.InRange(takeover.PublishedUntilUnixMs, left - 5_000, left + 60_000));
    }

    [Fact]
    public async Task New_replica_is_ready_only_with_its_first_share_and_nobody_is_called_silent_when_it_leaves_in_order()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using var first = NewReplica(kafka, "one");
        await using var second = NewReplica(kafka, "two");
        first.Start();
        await UntilOpenAsync(first);
        second.Start();
        // Ready only when the share has come, not already when the group has taken the new member in.
        await Conditions.UntilAsync(() => second.Ownership.Reasons.Count == 0, "settled");
        var partitions = second.Ownership.Partitions;
        Assert.True(partitions.Owned > 0, second.Said);
        Assert.Equal(Partitions, partitions.All);
        Assert.Empty(first.Ownership.Warnings);

        await second.Ownership.LeaveAsync(TestContext.Current.CancellationToken);
        await Conditions.UntilAsync(() => first.Ownership.Partitions.Owned == Partitions, "taken over");
        Assert.Equal(0, first.Ownership.SilentPartitions);
        Assert.DoesNotContain("7098", first.Said, StringComparison.Ordinal);
    }

    // A question whose answer is on its way when the coordinator goes is what the library never gives up by itself.
    [Fact]
    public async Task Row48_Replica_ends_although_the_coordinator_went_before_it_answered()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var replica = NewReplica(kafka, "one");
        replica.Start();
        await UntilOpenAsync(replica);
        kafka.Rtt(TimeSpan.FromSeconds(4));
        // A proof is asked for every second; by then its answer is on its way, and not there.
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, TestContext.Current.CancellationToken);
        kafka.Down();
        await Conditions.UntilAsync(() => replica.Said.Contains("7072", StringComparison.Ordinal), "it says that its lease is over");
        await replica.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    // Also one of the same name: whose messages are on this process's disk, its directory tells.
    [Theory]
    [InlineData("dead/trades")]
    [InlineData("one/trades")]
    public async Task Claim_of_a_process_that_died_is_waited_out_and_says_until_when_it_published(string owner)
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var partition = KeyPartitioner.Of(Keys[0], Partitions);
        await ClaimAsync(kafka, partition, term: 5, publishedUntil: 12_345, owner);
        var started = TimeProvider.System.GetTimestamp();
        await using var replica = NewReplica(kafka, "one");
        replica.Start();
        await Conditions.UntilAsync(() => replica.Ownership.OwnedPartitions == Partitions - 1, "the free ones");
        Assert.Equal(GateAnswer.Hold, replica.Ownership.Ask(Keys[0]));
        await UntilOpenAsync(replica);
        Assert.True(TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(1.5), "the claim was not waited out");
        await Conditions.UntilAsync(() => !replica.Takeovers.IsEmpty, "the takeover is told");
        var takeover = Assert.Single(replica.Takeovers);
        Assert.Equal((owner, 12_345L, false), (takeover.PreviousOwner, takeover.PublishedUntilUnixMs, takeover.WasReleased));
        Assert.True(takeover.Includes(Keys[0]));
        Assert.DoesNotContain(Keys, key => takeover.Includes(key) != (KeyPartitioner.Of(key, Partitions) == partition));
        // Received before the other one's lease can have ended.
        Assert.Equal(GateAnswer.Lost, replica.Ownership.Ask(Keys[0], 1));
        Assert.False(takeover.IsOwn);
    }

    [Fact]
    public async Task Owner_whose_claim_is_passed_by_another_publishes_nothing_from_that_moment_on()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using var replica = NewReplica(kafka, "one");
        replica.Start();
        await UntilOpenAsync(replica);
        var before = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        await ClaimAsync(kafka, KeyPartitioner.Of(Keys[0], Partitions), term: 99, publishedUntil: 1);
        await Conditions.UntilAsync(() => replica.Ownership.Ask(Keys[0], before) == GateAnswer.Lost, "lost");
        await Conditions.UntilAsync(() => replica.Calls.Contains("lost") && replica.Calls.Contains("revoked"), "told");
        // The group still counts on this replica: it takes the partition back when the claim has run out.
        await UntilOpenAsync(replica);
        Assert.Equal(GateAnswer.Lost, replica.Ownership.Ask(Keys[0], before));
        await Conditions.UntilAsync(() => !replica.Takeovers.IsEmpty, "the takeover is told");
        Assert.Equal("dead/trades", Assert.Single(replica.Takeovers).PreviousOwner);
    }

    [Fact]
    public async Task While_no_broker_answers_everything_is_held_and_afterwards_goes_on_as_if_nothing_was()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using var replica = NewReplica(kafka, "one");
        replica.Start();
        await UntilOpenAsync(replica);
        var before = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        kafka.Down();
        await Conditions.UntilAsync(() => Keys.All(key => replica.Ownership.Ask(key, before) == GateAnswer.Hold), "held");
        Assert.NotEmpty(replica.Ownership.Reasons);
        Assert.True(replica.Ownership.IsMember);
        await Conditions.UntilAsync(
            () => replica.Log.Entries.Any(entry => entry.Id == 7063), "expelled",
            () => Assert.All(Keys, key => Assert.Equal(GateAnswer.Hold, replica.Ownership.Ask(key, before))));
        kafka.Up();
        await Conditions.UntilAsync(() => Keys.All(key => replica.Ownership.Ask(key, before) == GateAnswer.Open), "open again");
        // The share may come back in parts, but nobody had it meanwhile.
        Assert.All(replica.Calls, call => Assert.Equal("granted", call));
        Assert.Empty(replica.Takeovers);
    }

    [Fact]
    public async Task Claim_on_the_topic_says_no_later_time_than_the_intake_has_come_to()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using var replica = NewReplica(kafka, "one");
        await using var topic = new ClaimsOnTopic(kafka, Partitions);
        replica.Start();
        await UntilOpenAsync(replica);
        var held = IntakeMark.Now(TimeProvider.System);
        replica.Taken = () => held;
        await Conditions.UntilAsync(() => topic.Last(0)?.WrittenUnixMs > held.At.ToUnixTimeMilliseconds() + 3_000, "renewed");
        Assert.InRange(topic.Last(0)!.PublishedUntilUnixMs, held.At.ToUnixTimeMilliseconds() - 5_000, held.At.ToUnixTimeMilliseconds());
        replica.Taken = () => IntakeMark.Now(TimeProvider.System);
        await Conditions.UntilAsync(() => topic.Last(0)!.PublishedUntilUnixMs > held.At.ToUnixTimeMilliseconds() + 3_000, "moved on");
    }

    [Fact]
    public async Task Claims_that_cannot_be_written_show_with_the_reason_until_one_is()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using var replica = NewReplica(kafka, "one");
        replica.Start();
        await UntilOpenAsync(replica);
        Assert.Empty(replica.Ownership.Warnings);
        kafka.PushErrors(EmbeddedKafka.ProduceApi, Enumerable.Repeat(TopicAuthorizationFailed, 1_000).ToArray());
        await Conditions.UntilAsync(() => replica.Ownership.Warnings.Count > 0, "said");
        var warning = Assert.Single(replica.Ownership.Warnings);
        Assert.StartsWith("claims_not_written: ", warning, StringComparison.Ordinal);
        Assert.Contains("TopicAuthorizationFailed", warning, StringComparison.Ordinal);
        // The group still counts on it: it publishes.
        Assert.Empty(replica.Ownership.Reasons);
        kafka.ClearErrors(EmbeddedKafka.ProduceApi);
        await Conditions.UntilAsync(() => replica.Ownership.Warnings.Count == 0, "taken back");
    }

    // After a restart of the broker or a kill -9 the group still counts the member that this collector was before.
    [Fact]
    public async Task What_the_group_gives_to_a_member_that_claims_nothing_is_held_and_not_dropped()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using var replica = NewReplica(kafka, "one");
        var member = ReplicaClients.Member(
            new KafkaOptions { BootstrapServers = kafka.BootstrapServers, SessionTimeout = Session }, "one/trades", "trades");
        var mute = new ConsumerBuilder<Ignore, Ignore>(member).Build();
        try
        {
            mute.Subscribe("market.symbols");
            await Conditions.UntilAsync(() => mute.Consume(TimeSpan.FromMilliseconds(10)) is null && mute.Assignment.Count == Partitions, "all given");
            var before = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
            replica.Start();
            await Conditions.UntilAsync(
                () => mute.Consume(TimeSpan.FromMilliseconds(10)) is null && replica.Ownership.OwnedPartitions is > 0 and < Partitions, "shared",
                () => Assert.All(Keys, key => Assert.NotEqual(GateAnswer.Lost, replica.Ownership.Ask(key, before))));
            await Conditions.UntilAsync(
                () => mute.Consume(TimeSpan.FromMilliseconds(10)) is null
                    && replica.Ownership.Reasons.Any(reason => reason.StartsWith("group_joining:", StringComparison.Ordinal)),
                "it says that it joins");
            var held = Keys.Where(key => !replica.Ownership.Owns(key)).ToList();
            Assert.NotEmpty(held);
            Assert.All(held, key => Assert.False(replica.Ownership.IsAnothers(key)));
            mute.Close();
            await Conditions.UntilAsync(() => Keys.All(key => replica.Ownership.Ask(key, before) == GateAnswer.Open), "all open, what was held as well");
        }
        finally
        {
            mute.Dispose();
        }
    }

    [Fact]
    public async Task Key_falls_where_the_producer_puts_it()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        using var producer = new ProducerBuilder<string, byte[]>(
            ClientSettings.Producer(new KafkaOptions { BootstrapServers = kafka.BootstrapServers }, "it")).Build();
        foreach (var key in Keys.Take(50))
        {
            var sent = await producer.ProduceAsync(
                "market.trades", new Message<string, byte[]> { Key = key, Value = [] }, TestContext.Current.CancellationToken);
            Assert.Equal(KeyPartitioner.Of(key, Partitions), sent.Partition.Value);
        }
    }

    private static Replica NewReplica(EmbeddedKafka kafka, string name) =>
        new(new KafkaOptions { BootstrapServers = kafka.BootstrapServers, SessionTimeout = Session }, name);

    private static Task UntilOpenAsync(Replica replica) =>
        Conditions.UntilAsync(() => Keys.All(key => IsOpen(replica, key)), $"all open:\n{replica.Said}");

    private static bool IsOpen(Replica replica, string key) => replica.Ownership.Ask(key) == GateAnswer.Open;

    private static void AssertOneOwner(Replica first, Replica second) =>
        Assert.DoesNotContain(Keys, key => IsOpen(first, key) && IsOpen(second, key));

    private static async Task ClaimAsync(
        EmbeddedKafka kafka, int partition, long term, long publishedUntil, string owner = "dead/trades")
    {
        var claim = new Claim
        {
            Owner = owner,
            Process = "dead",
            IsReleased = false,
            Term = term,
            PublishedUntilUnixMs = publishedUntil,
            WrittenUnixMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        using var producer = new ProducerBuilder<string, byte[]>(new ProducerConfig { BootstrapServers = kafka.BootstrapServers }).Build();
        await producer.ProduceAsync(
            new TopicPartition("market.checkpoints", KeyPartitioner.Of("claim/trades", Partitions)),
            new Message<string, byte[]> { Key = Claim.KeyOf("trades", partition), Value = claim.Write() },
            TestContext.Current.CancellationToken);
    }

    /// <summary>The claims as anybody reads them.</summary>
    private sealed class ClaimsOnTopic : IAsyncDisposable
    {
        private readonly CheckpointTopic _topic;
        private readonly Claim?[] _claims;

        public ClaimsOnTopic(EmbeddedKafka kafka, int partitions)
        {
            _claims = new Claim?[partitions];
            var options = new KafkaOptions { BootstrapServers = kafka.BootstrapServers };
            _topic = new CheckpointTopic(
                options, "it/reader", TimeProvider.System, new LogRouter(options, NullLogger.Instance, TimeProvider.System), NullLogger.Instance);
            _topic.Listen((key, value, _) =>
            {
                if (value is not null && Claim.TryReadKey(key, "trades", out var partition))
                    Volatile.Write(ref _claims[partition], Claim.Read(value));
            });
            _topic.Start();
        }

        public Claim? Last(int partition) => Volatile.Read(ref _claims[partition]);

        public ValueTask DisposeAsync() => _topic.DisposeAsync();
    }
}
