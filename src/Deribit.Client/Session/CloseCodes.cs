namespace Deribit.Client.Session;

/// <summary>WebSocket close codes and words that the session names (RFC 6455, 7.4; 4000 is the exchange's "heartbeat close").</summary>
internal static class CloseCodes
{
    /// <summary>The connection ended without a close frame.</summary>
    public const int Abnormal = 1006;

    /// <summary>The exchange's words when its data was read too slowly (Deribit API v2, observed).</summary>
    public const string TooSlow = "connection_too_slow";
}
