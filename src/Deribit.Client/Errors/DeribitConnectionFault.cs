namespace Deribit.Client;

/// <summary>What was wrong with a connection.</summary>
public enum DeribitConnectionFault
{
    /// <summary>The connection was lost, or there is none.</summary>
    Lost,

    /// <summary>The host name could not be resolved.</summary>
    NameNotResolved,

    /// <summary>The TLS handshake or the check of the certificate failed.</summary>
    TlsFailed,

    /// <summary>The address could not be reached.</summary>
    Unreachable,

    /// <summary>The attempt took longer than allowed.</summary>
    ConnectTimeout,

    /// <summary>HTTP 429: too many connections from this address (the exchange allows 32), or opened too fast.</summary>
    TooManyConnections,

    /// <summary>The server answered the WebSocket upgrade with another HTTP status.</summary>
    UpgradeRefused,

    /// <summary>The peer no longer answers WebSocket pings.</summary>
    HalfOpen,

    /// <summary>A request was not answered in time; the connection may be well.</summary>
    RequestTimeout,

    /// <summary>The server answered an HTTP call with a status and without a reply of the API.</summary>
    CallRefused,
}
