using Confluent.Kafka;

namespace MarketData.Kafka;

/// <summary>
/// Remembers why a client could not log in: the library tells it in passing, and answers the question itself with a mere time-out. Safe
/// from any thread.
/// </summary>
internal sealed class LoginErrors(KafkaOptions options)
{
    private volatile string? _latest;

    /// <summary>The refusal, as a sentence that says what to correct; null when there was none.</summary>
    public string? Latest => _latest;

    /// <summary>A broker took the login.</summary>
    public void Forget() => _latest = null;

    /// <summary>Looks at what a client reports.</summary>
    public void Note(Error error)
    {
        var what = error.Code switch
        {
            ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed =>
                $"refuses the login of '{options.Security.Username}' by {options.Security.Mechanism}; check kafka.security.username and password",
            ErrorCode.Local_Ssl =>
                "cannot be talked to safely; check kafka.security.protocol and ca_file (and certificate_file, where brokers ask for one)",
            ErrorCode.UnsupportedSaslMechanism or ErrorCode.IllegalSaslState =>
                $"does not take the login mechanism {options.Security.Mechanism}; check kafka.security.mechanism",
            _ => null,
        };
        if (what is not null)
            _latest = $"Kafka at {options.BootstrapServers} {what}. It says: {ClientSettings.Redact(options, DeliveryErrors.Describe(error))}.";
    }
}
