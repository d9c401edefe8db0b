using Deribit.Client.Protocol;

namespace Deribit.Client;

/// <summary>The exchange answered a request with an error.</summary>
public sealed class DeribitRpcException : DeribitException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="method">The method that was called.</param>
    /// <param name="code">The exchange's error code, for example 13778.</param>
    /// <param name="errorMessage">The exchange's message.</param>
    /// <param name="data">The exchange's further data as JSON text; null when there is none.</param>
    public DeribitRpcException(string method, int code, string errorMessage, string? data = null)
        : base($"Deribit refused {method}: {code} {errorMessage}{(data is null ? "" : " " + data)}.")
    {
        Method = method;
        Code = code;
        ErrorMessage = errorMessage;
        ErrorData = data;
    }

    /// <summary>The method that was called.</summary>
    public string Method { get; }

    /// <summary>The exchange's error code (list: Deribit API v2, "RPC error codes").</summary>
    public int Code { get; }

    /// <summary>
    /// Whether the same call may succeed later without any change: rate limits, settlement, maintenance, time-outs (Deribit API v2, "RPC error
    /// codes").
    /// </summary>
    public bool IsTransient => ErrorCodes.IsTransient(Code);

    /// <summary>The exchange's message.</summary>
    public string ErrorMessage { get; }

    /// <summary>The exchange's further data as JSON text; null when there is none.</summary>
    public string? ErrorData { get; }
}
