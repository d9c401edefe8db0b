namespace Deribit.Simulator.Sessions;

/// <summary>The two frames of the keepalive, as seen on the wire.</summary>
internal static class Heartbeats
{
    public static ReadOnlySpan<byte> Heartbeat => """{"params":{"type":"heartbeat"},"method":"heartbeat","jsonrpc":"2.0"}"""u8;

    public static ReadOnlySpan<byte> TestRequest => """{"params":{"type":"test_request"},"method":"heartbeat","jsonrpc":"2.0"}"""u8;
}
