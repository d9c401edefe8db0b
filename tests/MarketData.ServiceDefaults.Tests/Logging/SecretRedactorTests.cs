namespace MarketData.ServiceDefaults.Tests.Logging;

public sealed class SecretRedactorTests
{
    [Theory]
    [InlineData("DERIBIT_SECRET", "s3cr3t-value", "s3cr3t-value")]
    [InlineData("DERIBIT_KEY", "k3y-value", "k3y-value")]
    [InlineData("CLICKHOUSE__PASSWORD", "pw-value", "pw-value")]
    [InlineData("REDIS_URL", "redis://user:pw-value@cache:6379", "pw-value")]
    [InlineData("REDIS_URL", "redis://:pw%2Fvalue@cache:6379", "pw/value")]
    [InlineData("ConnectionStrings__redis", "cache:6379,password=pw-value,ssl=true", "pw-value")]
    [InlineData("ConnectionStrings__clickhouse", "Host=h;Password=pw-value", "pw-value")]
    [InlineData("SOME_API_TOKEN", "t0ken-value", "t0ken-value")]
    public void Secret_of_the_configuration_is_replaced(string variable, string value, string secret)
    {
        using var test = new TestConfiguration();
        test.Variables[variable] = value;
        Assert.Equal($"before {SecretRedactor.Replacement} after", test.Load().Redactor.Redact($"before {secret} after"));
    }

    [Fact]
    public void Redactor_leaves_other_text_and_very_short_secrets_alone()
    {
        Assert.Equal("a cat", new SecretRedactor(["a", "", "catalogue"]).Redact("a cat"));
    }

    [Fact]
    public void Redactor_replaces_the_longest_secret_first()
    {
        Assert.Equal(SecretRedactor.Replacement, new SecretRedactor(["abcd", "abcdefgh"]).Redact("abcdefgh"));
    }
}
