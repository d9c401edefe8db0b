namespace MarketData.Kafka.Tests.Support;

/// <summary>A real Kafka as a managed one is: TLS, and a login by name and password.</summary>
public sealed class SecureKafka : RealKafka
{
    public const string User = "alice";
    public const string Password = "wonder-6f1d";

    public string CaFile => Path.Combine(Directory, "ca.pem");

    protected override IReadOnlyList<string> Arguments => ["--acl", "--tls", "--sasl", $"{User}:{Password}"];
}
