namespace Deribit.Client;

/// <summary>Why a connection ended.</summary>
public enum DeribitDisconnectReason
{
    /// <summary>It was lost without a close frame (close code 1006).</summary>
    Lost,

    /// <summary>The server closed it; see the close code.</summary>
    ClosedByServer,

    /// <summary>The peer no longer answered WebSocket pings.</summary>
    HalfOpen,

    /// <summary>Nothing came for longer than the silence limit, and the probe went unanswered.</summary>
    Silent,

    /// <summary>The server sent bytes that cannot be read further (invalid UTF-8, an endless message).</summary>
    BrokenStream,

    /// <summary>The platform went into maintenance (11051).</summary>
    Maintenance,

    /// <summary>Setting up the session failed: no heartbeat, or an error that is worth a new attempt.</summary>
    SetupFailed,

    /// <summary>The authentication ran out and could not be renewed.</summary>
    AuthenticationLost,

    /// <summary>The credentials were rejected, and the options say not to go on without.</summary>
    CredentialsRejected,

    /// <summary><see cref="DeribitClient.Reconnect"/> was called.</summary>
    Requested,

    /// <summary>The client was stopped.</summary>
    Stopped,

    /// <summary>A fault of this library; see the log.</summary>
    InternalFault,
}
