namespace Deribit.Simulator.Rpc;

/// <summary>An error reply: code and message of the exchange's table, and optional data as JSON text.</summary>
internal sealed record RpcError(int Code, string Message, string? Data = null)
{
    public static readonly RpcError InvalidJson = new(11050, "bad_request", "\"invalid json\"");
    public static readonly RpcError BadRequest = new(11050, "bad_request");
    public static readonly RpcError TooLarge = new(-32600, "request entity too large");
    public static readonly RpcError MethodNotFound = new(-32601, "Method not found");
    public static readonly RpcError NotFound = new(13020, "not_found");
    public static readonly RpcError TooManyRequests = new(10028, "too_many_requests");
    public static readonly RpcError NotImplemented = new(10033, "not_implemented");
    public static readonly RpcError WebSocketOnly = new(10030, "must_be_websocket_request");
    public static readonly RpcError RawNeedsAuthentication = new(13778, "raw_subscriptions_not_available_for_unauthorized");
    public static readonly RpcError InvalidCredentials = new(13004, "invalid_credentials");
    public static readonly RpcError InvalidToken = new(13009, "unauthorized", """{"reason":"invalid_token","param":"token"}""");
    public static readonly RpcError Maintenance = new(11051, "system_maintenance");

    /// <summary>The reply to a wrong or missing parameter.</summary>
    public static RpcError InvalidParams(string reason, string param) =>
        new(-32602, "Invalid params", $$"""{"reason":"{{reason}}","param":"{{param}}"}""");
}
