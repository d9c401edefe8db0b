using Deribit.Client.Session;

namespace Deribit.Client;

/// <summary>The operator's choices for one <see cref="DeribitClient"/>. Checked as a whole by <see cref="Validate"/>.</summary>
public sealed record DeribitClientOptions
{
    /// <summary>The production address.</summary>
    public static readonly Uri Production = new("wss://www.deribit.com/ws/api/v2");

    /// <summary>The test network's address.</summary>
    public static readonly Uri TestNetwork = new("wss://test.deribit.com/ws/api/v2");

    /// <summary>The WebSocket address; default <see cref="Production"/>.</summary>
    public Uri Endpoint { get; init; } = Production;

    /// <summary>The API key; null (the default) for a public connection.</summary>
    public DeribitCredentials? Credentials { get; init; }

    /// <summary>
    /// When the exchange rejects the credentials: true (the default) goes on as a public connection and says so in the status; false ends
    /// <see cref="DeribitClient.RunAsync"/> with the <see cref="DeribitRpcException"/>.
    /// </summary>
    public bool FallBackToPublicMode { get; init; } = true;

    /// <summary>
    /// When raw channels are denied (13778): true (the default) subscribes the <c>.100ms</c> channel in place of each <c>.raw</c> one on
    /// that connection; false reports the raw channels as refused.
    /// </summary>
    public bool FallBackToPublicIntervals { get; init; } = true;

    /// <summary>How long opening a connection may take; default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often an idle WebSocket is pinged; default 10 s.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a pong may take before the connection counts as half-open; default 10 s.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a goodbye may take before the connection is aborted; default 2 s.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Whether permessage-deflate (RFC 7692) is offered; default false: it costs more processor time than the bandwidth is usually worth. Only
    /// what the exchange sends is compressed, if it agrees; see <see cref="DeribitClientStatus.Compressed"/>.
    /// </summary>
    public bool UseCompression { get; init; }

    /// <summary>
    /// The largest message kept, in bytes; 64 KiB to 1 GiB, default 16 MiB. A larger one becomes a <see cref="DeribitUnusableFrame"/>.
    /// </summary>
    public int MaxFrameBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>The interval given to <c>public/set_heartbeat</c>; at least 10 s (the exchange's rule), default 10 s.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Silence of the whole connection after which it is probed; default 35 s.</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(35);

    /// <summary>How long the probe may take before the connection is dropped; default 5 s.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a reply may take; default 10 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Frames that may wait for the reader; default 65,536. When full, the socket is no longer read (backpressure).</summary>
    public int QueueMaxFrames { get; init; } = 65_536;

    /// <summary>Bytes that may wait for the reader; default 64 MiB. When full, the socket is no longer read (backpressure).</summary>
    public long QueueMaxBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Channels in one subscribe call; 1 to 500 (the exchange's advice), default 500.</summary>
    public int SubscribeMaxChannels { get; init; } = 500;

    /// <summary>Bytes in one subscribe call; 1,000 to 32,000 (the exchange takes 32 kB), default 30,000.</summary>
    public int SubscribeMaxBytes { get; init; } = 30_000;

    /// <summary>How often a refused channel is asked for before it is given up; 1 to 100, default 5.</summary>
    public int SubscribeAttempts { get; init; } = 5;

    /// <summary>The wait before a refused channel is asked for again; doubles each time up to 60 s; default 1 s.</summary>
    public TimeSpan SubscribeRetryBase { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The reconnect back-off starts here (full jitter: a random time between zero and the current bound); default 0.5 s.
    /// </summary>
    public TimeSpan BackoffBase { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The reconnect back-off ends here; default 30 s.</summary>
    public TimeSpan BackoffCap { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection must hold before the back-off forgets earlier failures; default 30 s.</summary>
    public TimeSpan StableAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Failures or early losses in a row after which the circuit opens; default 10.</summary>
    public int CircuitThreshold { get; init; } = 10;

    /// <summary>How long an open circuit waits (give or take a quarter) before one probing attempt; default 60 s.</summary>
    public TimeSpan CircuitOpenFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The least wait after the exchange announced maintenance; default 5 s, plus jitter.</summary>
    public TimeSpan MaintenanceBackoff { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long rejected credentials are not tried again (on a new connection); default 5 min.</summary>
    public TimeSpan RejectedCredentialsRetry { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Lists every fault of these options, each as a full sentence; empty when they can be used.</summary>
    public IReadOnlyList<string> Validate() => OptionsCheck.Faults(this);
}
