using Confluent.Kafka;
using Confluent.Kafka.Admin;
using MarketData.Checks;
using MarketData.Embedded.Kafka;
using MarketData.Kafka.Checks;
using MarketData.Kafka.Setup;
using MarketData.Kafka.Tests.Support;
using MarketData.Setup;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketData.Kafka.Tests.Checks;

/// <summary>What <c>init</c> makes and <c>doctor</c> finds, on a real broker.</summary>
[Trait("kind", "integration")]
[Collection(SharedRealKafka.Name)]
public sealed class KafkaCheckTests(RealKafka kafka)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Topics_are_made_once_then_found_and_are_as_they_should_be()
    {
        kafka.Require();
        var options = Options("setup");
        options.Partitions = 3;
        var before = Assert.Single(await KafkaCheck.RunAsync(options, Token), finding => finding.State == FindingState.Warning);
        Assert.Contains("missing: setup.market.orderbook, setup.market.trades", before.Found, StringComparison.Ordinal);
        Assert.Contains("marketdata init topics", before.Advice, StringComparison.Ordinal);

        var made = await NewSetup(options).TryAsync(Token);
        Assert.Equal(SetupState.Done, made.State);
        Assert.Equal(options.Topics.Named().Select(topic => (topic.Name, true)), made.Items.Select(item => (item.Name, item.IsNew)));
        var found = await NewSetup(options).TryAsync(Token);
        Assert.Equal(SetupState.Done, found.State);
        Assert.All(found.Items, item => Assert.False(item.IsNew));

        var findings = await KafkaCheck.RunAsync(options, Token);
        Assert.All(findings, finding => Assert.True(finding.State == FindingState.Ok, finding.ToString()));
        Assert.Contains("1 broker (", findings[0].Found, StringComparison.Ordinal);
        Assert.Matches(@"API Produce \d+\.\.\d+, Fetch \d+\.\.\d+", findings[0].Found);
        Assert.Equal("3 partitions, 1 replica", Of(findings, options.Topics.Trades).Found);
        Assert.Equal("3 partitions, 1 replica, compacted", Of(findings, options.Topics.Symbols).Found);
    }

    [Fact]
    public async Task Control_topic_that_forgets_and_event_topic_that_keeps_only_the_last_event_are_faults()
    {
        kafka.Require();
        var options = Options("policy");
        options.Partitions = 1;
        await NewSetup(options).TryAsync(Token);
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.BootstrapServers }).Build();
        await SetAsync(admin, options.Topics.Symbols, "cleanup.policy", "delete");
        await SetAsync(admin, options.Topics.Trades, "cleanup.policy", "compact");
        await SetAsync(admin, options.Topics.Ticker, "min.insync.replicas", "2");
        IReadOnlyList<Finding> findings = [];
        await Conditions.UntilAsync(
            () => findings.Count(finding => finding.State == FindingState.Fault) == 3, "three faults",
            async () => findings = await KafkaCheck.RunAsync(options, Token));
        Assert.Contains("cleanup.policy is delete", Of(findings, options.Topics.Symbols).Found, StringComparison.Ordinal);
        Assert.Contains("--add-config cleanup.policy=compact", Of(findings, options.Topics.Symbols).Advice, StringComparison.Ordinal);
        Assert.Contains("cleanup.policy is compact", Of(findings, options.Topics.Trades).Found, StringComparison.Ordinal);
        Assert.Contains("can never be written to", Of(findings, options.Topics.Ticker).Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replicas_that_a_starting_cluster_cannot_give_yet_are_waited_for()
    {
        kafka.Require();
        var options = Options("starting");
        options.ReplicationFactor = 3;
        var result = await NewSetup(options).TryAsync(Token);
        Assert.Equal(SetupState.Away, result.State);
        Assert.Contains("InvalidReplicationFactor", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Embedded_kafka_tells_its_topics_and_not_their_settings()
    {
        await using var embedded = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        var findings = await KafkaCheck.RunAsync(new KafkaOptions { BootstrapServers = embedded.BootstrapServers }, Token);
        Assert.Equal(8, findings.Count);
        Assert.Contains("the topics' settings are not told", Assert.Single(findings, finding => finding.State != FindingState.Ok).Found, StringComparison.Ordinal);
        Assert.Equal("12 partitions, 1 replica", Of(findings, "market.trades").Found);
    }

    [Fact]
    public async Task Kafka_that_is_away_is_said_to_be_away()
    {
        var options = new KafkaOptions { BootstrapServers = "127.0.0.1:1" };
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1), TimeProvider.System);
        var finding = Assert.Single(await KafkaCheck.RunAsync(options, soon.Token));
        Assert.Equal((FindingState.Fault, "no broker of 127.0.0.1:1 answers"), (finding.State, finding.Found));
    }

    private static KafkaSetup NewSetup(KafkaOptions options) => new(options, TimeProvider.System, NullLogger<KafkaSetup>.Instance);

    private static Finding Of(IReadOnlyList<Finding> findings, string topic) => findings.Single(finding => finding.Subject == $"kafka {topic}");

    private static async Task SetAsync(IAdminClient admin, string topic, string name, string value) => await admin.IncrementalAlterConfigsAsync(
        new Dictionary<ConfigResource, List<ConfigEntry>>
        {
            [new ConfigResource { Type = ResourceType.Topic, Name = topic }] =
                [new ConfigEntry { Name = name, Value = value, IncrementalOperation = AlterConfigOpType.Set }],
        });

    private KafkaOptions Options(string prefix) => new()
    {
        BootstrapServers = kafka.BootstrapServers,
        Topics = new KafkaTopics
        {
            OrderBook = prefix + ".market.orderbook",
            Trades = prefix + ".market.trades",
            Ticker = prefix + ".market.ticker",
            Symbols = prefix + ".market.symbols",
            Checkpoints = prefix + ".market.checkpoints",
            Integrity = prefix + ".market.integrity",
            DeadLetter = prefix + ".market.dead-letter",
        },
    };
}
