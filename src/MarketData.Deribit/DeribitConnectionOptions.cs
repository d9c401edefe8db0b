namespace MarketData.Deribit;

/// <summary>
/// What the operator may set under <c>[exchanges.deribit.connection]</c>. Ranges are checked where the configuration is read.
/// </summary>
public sealed class DeribitConnectionOptions
{
    /// <summary>
    /// The most connections that are opened; more than one only after the exchange ended one because it was read too slowly. The exchange
    /// allows 32 from one address, HTTP calls included. 1 to 32, default 8.
    /// </summary>
    public int MaxConnections { get; set; } = 8;

    /// <summary>Whether the exchange is offered to compress what it sends (permessage-deflate). Default false.</summary>
    public bool Compression { get; set; }

    /// <summary>How often an idle connection is pinged. Default 10 s.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the answer to a ping may take before the connection counts as half-open and is dropped. Default 10 s.</summary>
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The bound of the first wait before a reconnect; each wait is a random part of its bound. Default 0.5 s.</summary>
    public TimeSpan BackoffBase { get; set; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The bound doubles with every failure in a row, up to this. Default 30 s.</summary>
    public TimeSpan BackoffCap { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection must hold before earlier failures are forgotten. Default 30 s.</summary>
    public TimeSpan StableAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Failures or early losses in a row after which the circuit opens. Default 10.</summary>
    public int CircuitThreshold { get; set; } = 10;

    /// <summary>How long an open circuit waits, give or take a quarter, before one attempt. Default 60 s.</summary>
    public TimeSpan CircuitOpen { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a refused channel is asked for before it is reported as unavailable. Default 5.</summary>
    public int SubscribeAttempts { get; set; } = 5;

    /// <summary>The wait before a refused channel is asked for again; doubles each time, up to 60 s. Default 1 s.</summary>
    public TimeSpan SubscribeRetry { get; set; } = TimeSpan.FromSeconds(1);
}
