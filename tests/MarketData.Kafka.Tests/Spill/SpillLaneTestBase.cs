using MarketData.Kafka.Tests.Support;
using MarketData.Pipeline;
using Microsoft.Extensions.Time.Testing;

namespace MarketData.Kafka.Tests.Spill;

/// <summary>A lane with a spill log against a broker that does what the test says.</summary>
public abstract class SpillLaneTestBase : IDisposable
{
    private protected TempDirectory Temp { get; } = new();

    private protected FakeBroker Broker { get; set; } = new();

    private protected FakeTopics Topics { get; } = new();

    private protected FakeTimeProvider Time { get; } = new();

    private protected ListLogger<KafkaLane> Log { get; } = new();

    private protected KafkaOptions Options { get; } = new() { BootstrapServers = "kafka:9092" };

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected SpillLaneTestBase()
    {
        Options.Spill.Directory = Temp.Sub("spill");
        Options.Spill.FreeBytes = 0;
        Options.Spill.SegmentBytes = KafkaSpillOptions.LeastSegment;
    }

    public void Dispose()
    {
        Temp.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected async Task<KafkaLane> StartAsync(
        IPublishGate? gate = null, IAcknowledgedTrades? trades = null, EventEncoder? encoder = null)
    {
        var lane = new KafkaLane(
            Options, "test", encoder ?? TestEvents.Encode, Time, Log, null, events => Broker.Open(events), Topics, jitter: null, gate, trades);
        await lane.StartAsync(Token);
        return lane;
    }

    /// <summary>A lane whose broker has just stopped to acknowledge: events 1 to <paramref name="inFlight"/> are on their way.</summary>
    private protected async Task<KafkaLane> StalledAsync(int inFlight, EventEncoder? encoder = null)
    {
        Broker.AcknowledgeAtOnce = false;
        var lane = await StartAsync(encoder: encoder);
        await PublishAsync(lane, 1, inFlight);
        await Conditions.UntilAsync(() => Broker.Link.Waiting.Count == inFlight, "all are sent");
        await Conditions.UntilAsync(() => Log.Entries.Any(entry => entry.Id == 7019), "the lane spills", Tick);
        return lane;
    }

    private protected static async Task PublishAsync(KafkaLane lane, int from, int to)
    {
        for (var id = from; id <= to; id++)
            await lane.PublishAsync(TestEvents.Trade("A", id), Token);
    }

    private protected void Tick() => Time.Advance(Options.Spill.Commit);

    private protected Task SpilledAsync(KafkaLane lane, long events) =>
        Conditions.UntilAsync(() => lane.Counters.Spilled == events, () => $"{lane.Counters.Spilled} of {events} on disk", Tick);

    private protected Task AcknowledgedAsync(KafkaLane lane, long events) => Conditions.UntilAsync(
        () => lane.Counters.Acknowledged == events, () => $"{lane.Counters.Acknowledged} of {events} acknowledged", () =>
        {
            Broker.Link.Acknowledge();
            Tick();
        });

    private protected static long[] Ids(int from, int to) => [.. Enumerable.Range(from, to - from + 1).Select(id => (long)id)];

    private protected static void AssertConserved(KafkaLane lane, long @in) => Assert.Equal(
        (@in, @in),
        (lane.Counters.In, lane.Counters.Acknowledged + lane.Counters.Spilled + lane.Counters.Rejected + lane.Counters.Queued));
}
