namespace Deribit.Client.Protocol;

/// <summary>The exchange's error codes that the session acts on (Deribit API v2, "RPC error codes").</summary>
internal static class ErrorCodes
{
    public const int TooManyRequests = 10028;
    public const int BadRequest = 11050;
    public const int SystemMaintenance = 11051;
    public const int PublicCallsDisabled = 11056;
    public const int Unauthorized = 13009;
    public const int RawNotAvailable = 13778;
    public const int RequestTooLarge = -32600;
    public const int ParseError = -32700;

    /// <summary>The request itself could not be read: it must become smaller or different.</summary>
    public static bool MeansUnreadableRequest(int code) => code is BadRequest or RequestTooLarge or ParseError;

    /// <summary>
    /// The same request may succeed later: rate limit, retry, settlement, queue full, too many concurrent requests, maintenance, keyless
    /// calls switched off, internal error, unavailable, timed out.
    /// </summary>
    public static bool IsTransient(int code) =>
        code is TooManyRequests or 10040 or 10041 or 10047 or 10066 or SystemMaintenance or PublicCallsDisabled or 11094 or 13028 or 13888;
}
