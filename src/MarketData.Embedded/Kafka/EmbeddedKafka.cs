using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace MarketData.Embedded.Kafka;

/// <summary>
/// A Kafka for a trial or a test on one machine: librdkafka's own mock cluster. Comes in: the real Kafka protocol on loopback TCP ports,
/// from this or any other process. Goes out: the same. Owns: one native client and its cluster, which run on threads of librdkafka.
/// <para>
/// Limits, all of librdkafka's making: everything is in memory and gone at exit; every partition is a ring of 5 MiB of stored bytes or
/// 100,000 batches, whichever comes first, and forgets its oldest batches silently; no topic settings, so no compaction and no retention;
/// topics cannot be created through the admin API (they are created on first use, with 4 partitions, or by
/// <see cref="EmbeddedKafkaOptions.Topics"/>); no TLS, SASL, ACL or quotas; transactions are accepted but isolate nothing; an idle fetch
/// answers only after the consumer's whole <c>fetch.wait.max.ms</c>; a consumer group rebalances as slowly as its session time-out; only the port
/// that clients begin at can be chosen; listing consumer groups crashes the client that asks. A real Kafka has none of these limits.
/// </para>
/// Members may be called from any thread, one at a time.
/// </summary>
public sealed class EmbeddedKafka : IAsyncDisposable
{
    /// <summary>The Kafka protocol's number of the Produce request, for <see cref="PushErrors"/>.</summary>
    public const short ProduceApi = 0;

    private const int ErrorTextSize = 512;
    private const int MaximumBrokers = 10;
    private const int MaximumPartitions = 100;

    /// <summary>A first member of a group waits this long for others; the protocol's usual 3 s would only slow a trial down.</summary>
    private const int GroupInitialRebalanceDelayMs = 100;

    private readonly Lock _gate = new();
    private readonly int _brokers;
    private nint _client;
    private nint _cluster;
    private TcpForwarder? _front;

    private EmbeddedKafka(nint client, nint cluster, int brokers)
    {
        _client = client;
        _cluster = cluster;
        _brokers = brokers;
        BootstrapServers = Marshal.PtrToStringUTF8(NativeMockCluster.ClusterBootstraps(cluster)) ?? "";
    }

    /// <summary>
    /// The brokers' addresses as <c>host:port</c>, separated by commas, for <c>bootstrap.servers</c>; where a port was chosen, only that one.
    /// </summary>
    public string BootstrapServers { get; private set; }

    /// <summary>Starts a cluster, with its topics, and returns when it listens.</summary>
    /// <param name="options">What to start; null takes the defaults.</param>
    /// <param name="cancellationToken">Gives up before starting.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="InvalidOperationException">librdkafka refused, or could not be loaded on this platform.</exception>
    /// <exception cref="IOException">The port cannot be opened.</exception>
    public static async Task<EmbeddedKafka> StartAsync(EmbeddedKafkaOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new EmbeddedKafkaOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Brokers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Brokers, MaximumBrokers);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Partitions, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Partitions, MaximumPartitions);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Port, IPEndPoint.MaxPort);
        var kafka = await Task.Run(() => Start(options), cancellationToken);
        try
        {
            kafka.OpenFront(options.Port);
            return kafka;
        }
        catch
        {
            await kafka.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes every broker down: connections close and new ones are refused; what is stored stays.</summary>
    public void Down()
    {
        for (var broker = 1; broker <= _brokers; broker++)
            Down(broker);
    }

    /// <summary>Takes one broker down.</summary>
    /// <param name="broker">Which, from 1.</param>
    public void Down(int broker) => Ask(cluster => NativeMockCluster.BrokerSetDown(cluster, broker));

    /// <summary>Brings every broker back.</summary>
    public void Up()
    {
        for (var broker = 1; broker <= _brokers; broker++)
            Up(broker);
    }

    /// <summary>Brings one broker back.</summary>
    /// <param name="broker">Which, from 1.</param>
    public void Up(int broker) => Ask(cluster => NativeMockCluster.BrokerSetUp(cluster, broker));

    /// <summary>Makes every broker answer late.</summary>
    /// <param name="delay">Added to every reply, in whole milliseconds; zero is the default.</param>
    public void Rtt(TimeSpan delay)
    {
        for (var broker = 1; broker <= _brokers; broker++)
        {
            var id = broker;
            Ask(cluster => NativeMockCluster.BrokerSetRtt(cluster, id, (int)delay.TotalMilliseconds));
        }
    }

    /// <summary>Makes the next requests of a kind fail, one error each, on whichever broker they arrive.</summary>
    /// <param name="apiKey">The protocol's number of the request, for example <see cref="ProduceApi"/>.</param>
    /// <param name="errors">The protocol's error codes in order, for example 7 (request timed out); -195 closes the connection
    /// instead.</param>
    public unsafe void PushErrors(short apiKey, params ReadOnlySpan<int> errors)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_cluster == 0, this);
            fixed (int* first = errors)
                NativeMockCluster.PushRequestErrors(_cluster, apiKey, (nuint)errors.Length, first);
        }
    }

    /// <summary>Forgets errors that <see cref="PushErrors"/> announced and nobody met yet.</summary>
    /// <param name="apiKey">The protocol's number of the request.</param>
    public void ClearErrors(short apiKey) => Ask(cluster =>
    {
        NativeMockCluster.ClearRequestErrors(cluster, apiKey);
        return 0;
    });

    /// <summary>Makes a topic unusable, or usable again.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="error">The protocol's error code that its metadata carries, for example 29 (not authorized); 0 clears it.</param>
    public void TopicError(string topic, int error) => Ask(cluster =>
    {
        NativeMockCluster.TopicSetError(cluster, topic, error);
        return 0;
    });

    /// <summary>Creates a topic.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="partitions">How many partitions.</param>
    /// <exception cref="InvalidOperationException">The topic exists, or the name cannot be used.</exception>
    public void CreateTopic(string topic, int partitions) =>
        Ask(cluster => NativeMockCluster.TopicCreate(cluster, topic, partitions, replication: 1));

    /// <summary>Stops the cluster; its ports close and everything it stored is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        nint client, cluster;
        lock (_gate)
        {
            (client, cluster) = (_client, _cluster);
            (_client, _cluster) = (0, 0);
        }
        if (cluster == 0)
            return;
        if (_front is { } front)
            await front.DisposeAsync();
        // Both calls join threads of librdkafka.
        await Task.Run(() =>
        {
            NativeMockCluster.ClusterDestroy(cluster);
            NativeMockCluster.Destroy(client);
        });
    }

    private static EmbeddedKafka Start(EmbeddedKafkaOptions options)
    {
        var client = NewClient();
        var cluster = NativeMockCluster.ClusterNew(client, options.Brokers);
        if (cluster == 0)
        {
            NativeMockCluster.Destroy(client);
            throw new InvalidOperationException($"The embedded Kafka could not open {options.Brokers} loopback port(s).");
        }
        var kafka = new EmbeddedKafka(client, cluster, options.Brokers);
        // Without a controller, clients that describe the cluster wait until they time out.
        kafka.Ask(handle => NativeMockCluster.SetControllerId(handle, broker: 1));
        NativeMockCluster.GroupInitialRebalanceDelay(cluster, GroupInitialRebalanceDelayMs);
        foreach (var topic in options.Topics)
            kafka.CreateTopic(topic, options.Partitions);
        return kafka;
    }

    private void OpenFront(int port)
    {
        if (port == 0)
            return;
        try
        {
            _front = TcpForwarder.Start(port, IPEndPoint.Parse(BootstrapServers.Split(',')[0]));
            BootstrapServers = $"127.0.0.1:{port}";
        }
        catch (SocketException exception)
        {
            throw new IOException(
                $"The embedded Kafka could not open 127.0.0.1:{port} ({exception.Message}). Choose another port, or 0 for a free one.", exception);
        }
    }

    private static unsafe nint NewClient()
    {
        var error = stackalloc byte[ErrorTextSize];
        try
        {
            var conf = NativeMockCluster.ConfNew();
            // Emergencies only: what happens to the brokers is the user's own doing.
            _ = NativeMockCluster.ConfSet(conf, "log_level", "0", error, ErrorTextSize);
            var client = NativeMockCluster.New(NativeMockCluster.ProducerType, conf, error, ErrorTextSize);
            return client != 0
                ? client
                : throw new InvalidOperationException($"The embedded Kafka could not start: {Marshal.PtrToStringUTF8((nint)error)}.");
        }
        catch (DllNotFoundException exception)
        {
            throw new InvalidOperationException(
                "The embedded Kafka could not load librdkafka on this platform; configure the address of a real Kafka instead.", exception);
        }
    }

    private void Ask(Func<nint, int> request)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_cluster == 0, this);
            var error = request(_cluster);
            if (error == 0)
                return;
            var reason = Marshal.PtrToStringUTF8(NativeMockCluster.ErrorText(error));
            throw new InvalidOperationException($"The embedded Kafka refused: {reason}.");
        }
    }
}
