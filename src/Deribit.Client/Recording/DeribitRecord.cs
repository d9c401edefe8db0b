namespace Deribit.Client;

/// <summary>One thing that a client received or that happened to its connection, in the client's order.</summary>
/// <param name="Kind">What it is; other numbers than the named ones belong to whoever keeps the records.</param>
/// <param name="Generation">The connection: 1 for the client's first, one more after every reconnect.</param>
/// <param name="ReceivedAtUnixNs">Our clock when it came, in nanoseconds since the Unix epoch.</param>
/// <param name="Payload">The bytes, as the kind says. Valid only until the call that hands them over returns, or the next record is asked for.
/// </param>
public readonly record struct DeribitRecord(DeribitRecordKind Kind, long Generation, long ReceivedAtUnixNs, ReadOnlyMemory<byte> Payload);
