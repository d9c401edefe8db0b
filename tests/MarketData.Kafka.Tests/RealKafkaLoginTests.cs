using MarketData.Checks;
using MarketData.Kafka.Checks;
using MarketData.Kafka.Setup;
using MarketData.Kafka.Tests.Support;
using MarketData.Setup;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketData.Kafka.Tests;

/// <summary>Logins as a managed Kafka asks for them.</summary>
[Trait("kind", "integration")]
public sealed class RealKafkaLoginTests(SecureKafka kafka) : IClassFixture<SecureKafka>
{
    private const string WrongPassword = "not-the-password-91c2";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task User_with_password_and_the_right_certificate_writes_and_reads()
    {
        kafka.Require();
        await using var system = New("login");
        await system.Lane.StartAsync(Token);
        await system.PublishAsync(100);
        Assert.True(await system.Lane.DrainAsync(Token));
        await system.AssertCompleteAsync();
    }

    [Fact]
    public async Task Wrong_password_is_an_error_of_its_own_that_shows_no_secret()
    {
        kafka.Require();
        await using var system = New("password", options => options.Security.Password = WrongPassword);
        var error = await Assert.ThrowsAsync<SinkError>(() => system.Lane.StartAsync(Token));
        Assert.Contains("refuses the login of 'alice'", error.Message, StringComparison.Ordinal);
        Assert.Contains("kafka_login_refused", system.Lane.Status.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(system.Log.Entries, entry => entry.Text.Contains(WrongPassword, StringComparison.Ordinal));
        var tail = new KafkaTail(system.Options, TimeProvider.System, NullLogger<KafkaTail>.Instance);
        var refused = await Assert.ThrowsAsync<SinkError>(async () =>
        {
            await foreach (var _ in tail.ReadAsync(system.Options.Topics.Trades, cancellationToken: Token))
                Assert.Fail("Nothing can be read.");
        });
        Assert.Contains("refuses the login", refused.Message, StringComparison.Ordinal);
        var setting = new KafkaSetup(system.Options, TimeProvider.System, NullLogger<KafkaSetup>.Instance).TryAsync(Token);
        var finding = Assert.Single(await KafkaCheck.RunAsync(system.Options, Token));
        Assert.Equal(FindingState.Fault, finding.State);
        Assert.Contains("refuses the login of 'alice'", finding.Found, StringComparison.Ordinal);
        Assert.DoesNotContain(WrongPassword, finding.ToString(), StringComparison.Ordinal);
        var setup = await setting;
        Assert.Equal(SetupState.Refused, setup.State);
        Assert.Contains("refuses the login of 'alice'", setup.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_of_somebody_else_is_an_error_of_its_own()
    {
        kafka.Require();
        await using var system = New("ca", options => options.Security.CaFile = "");
        var error = await Assert.ThrowsAsync<SinkError>(() => system.Lane.StartAsync(Token));
        Assert.Contains("kafka.security.protocol and ca_file", error.Message, StringComparison.Ordinal);
        Assert.Contains("certificate", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    private RealKafkaLane New(string prefix, Action<KafkaOptions>? change = null) => new(kafka, prefix, options =>
    {
        options.Security.Protocol = "sasl_ssl";
        options.Security.Username = SecureKafka.User;
        options.Security.Password = SecureKafka.Password;
        options.Security.CaFile = kafka.CaFile;
        change?.Invoke(options);
    });
}
