using StackExchange.Redis;

namespace MarketData.Redis.Sending;

/// <summary>Why Redis did not take a write.</summary>
/// <param name="Code">The reason code of the status.</param>
/// <param name="Detail">What happened, for people, without secrets.</param>
internal sealed record SendFailure(string Code, string Detail)
{
    /// <summary>Redis is away or too slow.</summary>
    public const string Unreachable = "redis_unreachable";

    /// <summary>Redis answers with an error: read-only, out of memory, loading, no rights.</summary>
    public const string Refused = "redis_refused";

    /// <summary>Redis does not accept the user or the password.</summary>
    public const string Denied = "redis_denied";

    /// <summary>Sorts a library exception.</summary>
    /// <param name="exception">What a command or a connection attempt ended with.</param>
    /// <param name="redact">Strikes secrets out.</param>
    public static SendFailure From(Exception exception, Func<string, string> redact)
    {
        var text = exception is RedisTimeoutException or TimeoutException ? "no answer in time" : redact(exception.Message);

        // The library appends its counters to the sentence that matters.
        var end = text.AsSpan().IndexOfAny(';', '\r', '\n');
        return new SendFailure(CodeOf(exception), end < 0 ? text : text[..end]);
    }

    private static string CodeOf(Exception exception) => exception switch
    {
        RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } => Denied,
        RedisServerException { Message: var message } => IsDenial(message) ? Denied : Refused,
        RedisCommandException => Refused,
        _ => Unreachable,
    };

    private static bool IsDenial(string message) =>
        message.StartsWith("NOAUTH", StringComparison.Ordinal) || message.StartsWith("WRONGPASS", StringComparison.Ordinal);
}
