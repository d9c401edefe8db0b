using System.Collections.Concurrent;
using MarketData.Exchanges;
using MarketData.Kafka.Checkpoints;
using MarketData.Kafka.Replicas;
using MarketData.Replicas;

namespace MarketData.Kafka.Tests.Support;

/// <summary>One replica as its process composes it, without an exchange and lanes; it notes what it is told.</summary>
internal sealed class Replica : IOwnershipHandler, IAsyncDisposable
{
    private readonly CheckpointTopic _topic;

    public Replica(KafkaOptions options, string name, string collector = "trades")
    {
        Log = new ListLogger<KafkaOwnership>();
        var router = new LogRouter(options, Log, TimeProvider.System);
        var source = $"{name}/{collector}";
        _topic = new CheckpointTopic(options, source, TimeProvider.System, router, Log);
        Ownership = new KafkaOwnership(options, collector, source, _topic, new ReplicaHooks(), TimeProvider.System, Log);
    }

    public ListLogger<KafkaOwnership> Log { get; }

    public KafkaOwnership Ownership { get; }

    public ConcurrentQueue<Takeover> Takeovers { get; } = new();

    /// <summary>What happened, in order: granted, revoked, lost.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Holds a revocation up.</summary>
    public Func<CancellationToken, Task> OnRevoked { get; set; } = _ => Task.CompletedTask;

    /// <summary>How far the intake is on the lane; by itself, up to now.</summary>
    public Func<IntakeMark?> Taken { get; set; } = () => IntakeMark.Now(TimeProvider.System);

    public IntakeMark? TakenUntil => Taken();

    public string Said => string.Join('\n', Log.Entries.Select(entry => $"{entry.Id} {entry.Text}"));

    public void Start() => Ownership.Start(this);

    public void OnGranted(IReadOnlyList<Takeover> takeovers)
    {
        foreach (var takeover in takeovers)
            Takeovers.Enqueue(takeover);
        Calls.Enqueue("granted");
    }

    public async Task OnRevokedAsync(Func<string, bool> stillOwned, CancellationToken cancellationToken)
    {
        await OnRevoked(cancellationToken);
        Calls.Enqueue("revoked");
    }

    public void OnLost() => Calls.Enqueue("lost");

    public async ValueTask DisposeAsync()
    {
        await Ownership.DisposeAsync();
        await _topic.DisposeAsync();
    }
}
