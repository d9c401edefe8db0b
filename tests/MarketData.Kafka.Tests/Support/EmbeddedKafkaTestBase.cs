using System.Text;
using System.Text.Json;
using MarketData.Embedded.Kafka;
using MarketData.Pipeline;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketData.Kafka.Tests.Support;

/// <summary>A lane against an embedded Kafka, and what can be read back from it.</summary>
public abstract class EmbeddedKafkaTestBase
{
    private protected ListLogger<KafkaLane> Log { get; } = new();

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected KafkaLane NewLane(KafkaOptions options, LagHistogram? lag = null) =>
        new(options, "it-collector", TestEvents.Encode, TimeProvider.System, Log, lag);

    private protected static KafkaOptions Options(EmbeddedKafka kafka) => new() { BootstrapServers = kafka.BootstrapServers };

    private protected static async Task<List<KafkaRecord>> ReadAsync(EmbeddedKafka kafka, string topic)
    {
        var tail = new KafkaTail(Options(kafka), TimeProvider.System, NullLogger<KafkaTail>.Instance);
        var records = new List<KafkaRecord>();
        await foreach (var record in tail.ReadAsync(topic, fromBeginning: true, stopAtEnd: true, cancellationToken: Token))
            records.Add(record);
        return records;
    }

    private protected static string HeaderOf(KafkaRecord record, string name) => record.Headers.Single(header => header.Key == name).Value;

    private protected static IEnumerable<long> Sequence(int count) => Enumerable.Range(1, count).Select(id => (long)id);

    private protected static string Text(KafkaRecord record) => Encoding.UTF8.GetString(record.Value!.Value.Span);

    private protected static IEnumerable<long> Ids(IEnumerable<KafkaRecord> records) => records.Select(IdOf);

    private protected static long IdOf(KafkaRecord record)
    {
        using var json = JsonDocument.Parse(record.Value!.Value);
        return json.RootElement.GetProperty("id").GetInt64();
    }

    private protected static void AssertConserved(KafkaLane lane, long acknowledged) => Assert.Equal(
        (acknowledged, acknowledged, 0L, 0L),
        (lane.Counters.In, lane.Counters.Acknowledged, lane.Counters.Rejected, lane.Counters.Queued));

    private protected static long NowUnixNs() => (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
}
