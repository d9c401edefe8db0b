using Deribit.Client.Session;

namespace Deribit.Client;

/// <summary>A consistent view of a client, replaced as a whole; safe to keep and to read on any thread.</summary>
public sealed record DeribitClientStatus
{
    /// <summary>Whether a connection is up with its session set.</summary>
    public bool Connected { get; init; }

    /// <summary>Whether the exchange accepted the credentials on this connection.</summary>
    public bool Authenticated { get; init; }

    /// <summary>Whether the exchange compresses what it sends on this connection (it was offered and agreed to).</summary>
    public bool Compressed { get; init; }

    /// <summary>Whether the exchange rejected the credentials, so that the client works in public mode: a loss of quality.</summary>
    public bool CredentialsRejected { get; init; }

    /// <summary>Whether raw channels were denied (13778).</summary>
    public bool RawDenied { get; init; }

    /// <summary>Whether the platform said that it is in maintenance.</summary>
    public bool Maintenance { get; init; }

    /// <summary>Whether the exchange answered that this address holds too many connections (HTTP 429).</summary>
    public bool TooManyConnections { get; init; }

    /// <summary>The current connection: 1 for the first; 0 before it.</summary>
    public long Generation { get; init; }

    /// <summary>Channels wanted.</summary>
    public int ChannelsWanted { get; init; }

    /// <summary>Wanted channels that the exchange acknowledged on this connection.</summary>
    public int ChannelsAcknowledged { get; init; }

    /// <summary>Wanted channels that the exchange keeps refusing.</summary>
    public IReadOnlyList<string> ChannelsUnavailable { get; init; } = [];

    /// <summary>Time since the last frame of any kind, by the monotonic clock; null before the first.</summary>
    public TimeSpan? LastFrameAge { get; init; }

    /// <summary>Frames waiting for the reader.</summary>
    public int QueuedFrames { get; init; }

    /// <summary>Bytes of the waiting frames.</summary>
    public long QueuedBytes { get; init; }

    /// <summary>Whether the queue was half full and has not yet fallen below a quarter.</summary>
    public bool QueueAlarm { get; init; }

    /// <summary>
    /// Whether the exchange ended the last connection because its data was read too slowly (<c>connection_too_slow</c>), and none has held
    /// since for <see cref="DeribitClientOptions.StableAfter"/>.
    /// </summary>
    public bool ReadTooSlowly { get; init; }

    /// <summary>Where the reconnecting stands.</summary>
    public DeribitBackoffState Backoff { get; init; }

    /// <summary>Failures or early losses in a row.</summary>
    public int Failures { get; init; }

    /// <summary>What ended the last connection or attempt, as a full sentence; null when nothing has.</summary>
    public string? LastFault { get; init; }

    /// <summary>How long all calls are held back after the exchange's rate limit was met; zero when they may go.</summary>
    public TimeSpan CoolDownLeft { get; init; }

    /// <summary>Everything that keeps the client from being fully well, each in the form <c>code: sentence</c>; empty when it is.</summary>
    public IReadOnlyList<string> Reasons => StatusReasons.Of(this);
}
