namespace MarketData.Exchanges;

/// <summary>One thing that came from an exchange, or that happened to the connection to it, as a recording keeps it.</summary>
/// <param name="Kind">What it is, in the numbers of the exchange's adapter; <see cref="Missing"/> is everybody's.</param>
/// <param name="Connection">Which connection: 1 for the recorder's first, one more after every reconnect; 0 for none.</param>
/// <param name="ReceivedAtUnixNs">Our clock when it came, in nanoseconds since the Unix epoch.</param>
/// <param name="Payload">The bytes as they came. Valid only until the call that hands them over returns, or the next record is asked for.</param>
public readonly record struct FrameRecord(byte Kind, uint Connection, long ReceivedAtUnixNs, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The kind of a place where records are missing; its payload is a sentence that says why.</summary>
    public const byte Missing = 0;
}
