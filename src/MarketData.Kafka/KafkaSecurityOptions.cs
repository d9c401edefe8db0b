namespace MarketData.Kafka;

/// <summary>How to log in to Kafka (section <c>[kafka.security]</c>). Checked by <see cref="KafkaOptionsValidator"/>.</summary>
public sealed class KafkaSecurityOptions
{
    /// <summary><c>plaintext</c> (the default), <c>ssl</c>, <c>sasl_plaintext</c> or <c>sasl_ssl</c>.</summary>
    public string Protocol { get; set; } = "plaintext";

    /// <summary>How a user proves who it is: <c>PLAIN</c> (the default), <c>SCRAM-SHA-256</c> or <c>SCRAM-SHA-512</c>. Only with SASL.</summary>
    public string Mechanism { get; set; } = "PLAIN";

    /// <summary>The user. Only with SASL.</summary>
    public string Username { get; set; } = "";

    /// <summary>The user's password, from the environment. Never logged.</summary>
    public string Password { get; set; } = "";

    /// <summary>
    /// A PEM file with the certificates that may have signed the brokers'; empty, the default: those that the machine trusts. Only with SSL.
    /// </summary>
    public string CaFile { get; set; } = "";

    /// <summary>A PEM file with this client's certificate, where brokers ask for one. Only with SSL, and with a key.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>A PEM file with the key of <see cref="CertificateFile"/>.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>The password of <see cref="KeyFile"/>, from the environment; empty when it has none. Never logged.</summary>
    public string KeyPassword { get; set; } = "";

    /// <summary>Whether a user logs in.</summary>
    internal bool IsSasl => Protocol.StartsWith("sasl_", StringComparison.Ordinal);

    /// <summary>Whether the connection is encrypted.</summary>
    internal bool IsSsl => Protocol.EndsWith("ssl", StringComparison.Ordinal);

    /// <summary>The texts that must never be shown.</summary>
    internal IEnumerable<string> Secrets => new[] { Password, KeyPassword }.Where(secret => secret.Length > 0);

    /// <summary>librdkafka's properties.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Properties()
    {
        if (Protocol == "plaintext")
            yield break;
        yield return new("security.protocol", Protocol);
        if (IsSasl)
        {
            yield return new("sasl.mechanism", Mechanism);
            yield return new("sasl.username", Username);
            yield return new("sasl.password", Password);
        }
        foreach (var (name, value) in new[]
        {
            ("ssl.ca.location", CaFile), ("ssl.certificate.location", CertificateFile), ("ssl.key.location", KeyFile),
            ("ssl.key.password", KeyPassword),
        })
        {
            if (IsSsl && value.Length > 0)
                yield return new(name, value);
        }
    }

    /// <summary>Every fault, one sentence each.</summary>
    internal IEnumerable<string> Faults()
    {
        string[] protocols = ["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"];
        string[] mechanisms = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"];
        if (!protocols.Contains(Protocol))
        {
            yield return $"kafka.security.protocol is '{Protocol}'; use {string.Join(", ", protocols)}.";
            yield break;
        }
        if (!mechanisms.Contains(Mechanism))
            yield return $"kafka.security.mechanism is '{Mechanism}'; use {string.Join(", ", mechanisms)}.";
        if (IsSasl && (Username.Length == 0 || Password.Length == 0))
            yield return $"kafka.security.protocol is {Protocol}, which needs a username and a password (KAFKA__SECURITY__PASSWORD); set both.";
        if (!IsSasl && (Username.Length > 0 || Password.Length > 0))
            yield return $"kafka.security has a user, but the protocol {Protocol} has no login; use sasl_ssl, or remove the user.";
        foreach (var (key, file) in new[] { ("ca_file", CaFile), ("certificate_file", CertificateFile), ("key_file", KeyFile) })
        {
            if (file.Length == 0)
                continue;
            if (!IsSsl)
                yield return $"kafka.security.{key} is set, but the protocol {Protocol} does not encrypt; use ssl or sasl_ssl, or remove it.";
            else if (!File.Exists(file))
                yield return $"kafka.security.{key} is '{file}', and there is no such file.";
        }
        if ((CertificateFile.Length > 0) != (KeyFile.Length > 0))
            yield return "kafka.security has one of certificate_file and key_file; a certificate needs its key. Set both or none.";
    }
}
