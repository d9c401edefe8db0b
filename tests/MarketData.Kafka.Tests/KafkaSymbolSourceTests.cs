using System.Text;
using Confluent.Kafka;
using MarketData.Embedded.Kafka;
using MarketData.Kafka.Tests.Support;
using MarketData.Symbols;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketData.Kafka.Tests;

/// <summary>The control topic on the embedded Kafka.</summary>
[Trait("kind", "integration")]
public sealed class KafkaSymbolSourceTests : EmbeddedKafkaTestBase
{
    private readonly ListLogger<KafkaSymbolSource> _log = new();

    [Fact]
    public async Task Topic_without_any_record_is_seeded_by_several_at_once_with_one_result()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        var sources = Enumerable.Range(0, 3).Select(_ => NewSource(kafka)).ToList();
        foreach (var source in sources)
            source.Start([Entry("BTC-*"), Entry("kind=option currency=BTC expiry<=60d")]);
        foreach (var source in sources)
        {
            var table = await source.WaitForNewerAsync(0, Token);
            Assert.Equal(["BTC-*", "kind=option currency=BTC expiry<=60d"], table.Entries.Select(entry => entry.Selector));
            Assert.False(table.IsUnused);
            Assert.Empty(source.Reasons);
            await source.DisposeAsync();
        }

        var record = (await ReadAsync(kafka, "market.symbols")).First(one => one.Key == "deribit.BTC-*");
        Assert.Equal("""{"enabled":true,"kinds":["orderbook","trade","ticker"]}""", Text(record));
    }

    [Fact]
    public async Task Topic_with_only_tombstones_counts_as_used_and_is_not_seeded()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        await NewWriter(kafka).WriteAsync([SymbolChange.Remove("deribit.BTC-*")], Token);
        await using var source = NewSource(kafka);
        source.Start([Entry("BTC-*")]);
        var table = await source.WaitForNewerAsync(0, Token);
        Assert.Empty(table.Entries);
        Assert.Empty(table.Ignored);
        Assert.False(table.IsUnused);
        Assert.Null(Assert.Single(await ReadAsync(kafka, "market.symbols")).Value);
    }

    [Fact]
    public async Task Topic_that_nobody_used_is_read_as_such_when_there_is_no_seed_until_somebody_writes()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        await using var source = NewSource(kafka);
        source.Start([]);
        var table = await source.WaitForNewerAsync(0, Token);
        Assert.True(table.IsUnused);
        await NewWriter(kafka).WriteAsync([SymbolChange.Put(Entry("BTC-*"))], Token);
        table = await source.WaitForNewerAsync(table.Version, Token);
        Assert.False(table.IsUnused);
        Assert.Single(table.Entries);
    }

    [Fact]
    public async Task Changes_are_followed_and_a_broker_that_is_away_changes_nothing()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        await using var source = NewSource(kafka);
        source.Start([Entry("BTC-*")]);
        await source.WaitForNewerAsync(0, Token);
        kafka.Down();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => WaitBrieflyAsync(source));
        Assert.Single(source.Current.Entries);
        kafka.Up();
        await NewWriter(kafka).WriteAsync([SymbolChange.Put(Entry("ETH-*")), SymbolChange.Remove("deribit.BTC-*")], Token);
        await Conditions.UntilAsync(
            () => source.Current.Entries is [{ Selector: "ETH-*" }], "the change is followed after the outage");
    }

    [Fact]
    public async Task Broker_that_is_away_at_the_start_leaves_the_table_unread_with_the_reason_and_is_read_when_it_is_back()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        kafka.Down();
        await using var source = NewSource(kafka);
        source.Start([Entry("BTC-*")]);
        await Conditions.UntilAsync(() => source.Reasons.Count > 0, "the reason is given");
        Assert.StartsWith("symbols_unreachable:", source.Reasons[0], StringComparison.Ordinal);
        Assert.Equal(SymbolTable.Unread, source.Current);
        kafka.Up();
        Assert.Single((await source.WaitForNewerAsync(0, Token)).Entries);
        Assert.Empty(source.Reasons);
    }

    [Fact]
    public async Task Fault_row_51_records_of_others_that_cannot_be_used_are_ignored_logged_once_and_named()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = kafka.BootstrapServers }).Build();
        Task WriteAsync(byte[]? key, string value) => producer.ProduceAsync(
            "market.symbols", new Message<byte[]?, byte[]?> { Key = key!, Value = Encoding.UTF8.GetBytes(value) }, Token);
        await WriteAsync("deribit.BTC-*"u8.ToArray(), "{}");
        for (var i = 0; i < 3; i++)
            await WriteAsync("deribit.BTC-PERPETUAL:orderbook\nforged"u8.ToArray(), "{}");
        await WriteAsync([0xFF, 0xFE, 0x2E, 0x41], "{}");
        await WriteAsync(null, "{}");
        await WriteAsync("deribit.ETH-*"u8.ToArray(), new string('[', 100_000));
        await using var source = NewSource(kafka);
        source.Start([]);
        var table = await source.WaitForNewerAsync(0, Token);
        Assert.Equal("BTC-*", Assert.Single(table.Entries).Selector);
        await Conditions.UntilAsync(() => source.Current.Ignored.Count == 3, string.Join("\n", source.Current.Ignored));
        Assert.All(source.Current.Ignored, sentence => Assert.DoesNotContain(sentence, char.IsControl));
        Assert.Single(_log.Entries, line => line.Text.Contains("forged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Writer_refuses_a_key_that_it_could_not_read_again_and_writes_nothing()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        var writer = NewWriter(kafka);
        await Assert.ThrowsAsync<ArgumentException>(
            () => writer.WriteAsync([SymbolChange.Put(Entry("BTC-*")), SymbolChange.Remove("deribit.A:b")], Token));
        Assert.Empty(await ReadAsync(kafka, "market.symbols"));
    }

    private static async Task WaitBrieflyAsync(KafkaSymbolSource source)
    {
        using var brief = new CancellationTokenSource(TimeSpan.FromSeconds(2), TimeProvider.System);
        await source.WaitForNewerAsync(source.Current.Version, brief.Token);
    }

    private static SymbolEntry Entry(string selector) => new() { Exchange = "deribit", Selector = selector };

    private KafkaSymbolSource NewSource(EmbeddedKafka kafka) => new(Options(kafka), "test", TimeProvider.System, _log);

    private static KafkaSymbolWriter NewWriter(EmbeddedKafka kafka) =>
        new(Options(kafka), "test", TimeProvider.System, NullLogger<KafkaSymbolWriter>.Instance);
}
