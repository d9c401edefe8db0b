namespace Deribit.Client;

/// <summary>
/// One item of a client's stream: a decoded notification, or something that happened to the connection. The client reuses the hot ones
/// (books, trades, tickers): a message is valid until the next one is read, and belongs to the thread that reads.
/// </summary>
public abstract class DeribitMessage
{
    /// <summary>Our clock when the frame left the socket, in nanoseconds since the Unix epoch.</summary>
    public long ReceivedAtUnixNs { get; internal set; }

    /// <summary>Which connection delivered it: 1 for the first, one more after every reconnect.</summary>
    public long Generation { get; internal set; }
}
