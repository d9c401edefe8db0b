namespace Deribit.Client;

/// <summary>A successful reply. Owns a copy of its bytes, so it may be kept.</summary>
public sealed class DeribitReply
{
    /// <summary>The JSON of the <c>result</c> member, as UTF-8.</summary>
    public required ReadOnlyMemory<byte> Result { get; init; }

    /// <summary>Our clock when the reply left the socket, in nanoseconds since the Unix epoch.</summary>
    public long ReceivedAtUnixNs { get; init; }

    /// <summary>The exchange's clock when it took the request, in microseconds since the Unix epoch; null when it did not say.</summary>
    public long? UsIn { get; init; }

    /// <summary>The exchange's clock when it sent the reply, in microseconds since the Unix epoch; null when it did not say.</summary>
    public long? UsOut { get; init; }

    /// <summary>What the exchange needed, in microseconds; null when it did not say.</summary>
    public long? UsDiff { get; init; }
}
