using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Deribit.Client.Tests.Session;

namespace Deribit.Client.Tests.Transport;

[Trait("kind", "integration")]
public sealed class ConnectTests
{
    [Trait("row", "32")]
    [Fact]
    public async Task A_name_that_does_not_resolve_is_named_as_such() =>
        await FailsAsync(new Uri("ws://no-such-host.invalid/ws"), "NameNotResolved", "no-such-host.invalid");

    [Fact]
    public async Task A_port_that_nobody_listens_on_is_unreachable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        await FailsAsync(new Uri($"ws://127.0.0.1:{port}/ws"), "Unreachable", $"{port}");
    }

    [Trait("row", "32")]
    [Fact]
    public async Task A_certificate_that_is_not_trusted_fails_the_connection()
    {
        using var key = RSA.Create(2048);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(now.AddDays(-2), now.AddDays(-1));
        await using var exchange = new FakeExchange(certificate);
        await FailsAsync(exchange.Endpoint, "TlsFailed", "Certificates are always checked");
    }

    [Trait("row", "22")]
    [Fact]
    public async Task Http_429_is_named_cools_everybody_down_and_is_recovered_from()
    {
        await using var exchange = new FakeExchange { Upgrade = number => number == 1 ? 429 : 101 };
        var budget = new DeribitCallBudget(coolDown: TimeSpan.FromSeconds(1));
        await using var test = new ClientUnderTest(exchange, budget: budget);
        await FailedAsync(test);
        Assert.Contains(test.Log, line => line.Contains("TooManyConnections", StringComparison.Ordinal)
            && line.Contains("HTTP 429", StringComparison.Ordinal));
        Assert.Contains(test.Client.Status.Reasons, reason => reason.StartsWith("too_many_connections: ", StringComparison.Ordinal));
        Assert.Equal(1, exchange.Attempts);
        await test.ConnectedAsync();
        Assert.Equal(TimeSpan.Zero, budget.CoolDownLeft);
        Assert.Empty(test.Client.Status.Reasons);
    }

    [Fact]
    public async Task Another_http_refusal_is_named_with_its_status()
    {
        await using var exchange = new FakeExchange { Upgrade = _ => 503 };
        await FailsAsync(exchange.Endpoint, "UpgradeRefused", "HTTP 503");
    }

    [Fact]
    public async Task A_server_that_accepts_and_says_nothing_times_out()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await FailsAsync(new Uri($"ws://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/ws"), "ConnectTimeout", "ConnectTimeout");
    }

    private static async Task FailsAsync(Uri endpoint, string fault, string words)
    {
        // Only the test of the timeout runs into it: a machine that does other work may take its time over a handshake.
        var timeout = TimeSpan.FromSeconds(fault == "ConnectTimeout" ? 3 : 60);
        await using var test = new ClientUnderTest(endpoint, options => options with { ConnectTimeout = timeout });
        await FailedAsync(test);
        var line = test.Log.First(one => one.StartsWith("1002 ", StringComparison.Ordinal));
        Assert.Contains($"({fault})", line, StringComparison.Ordinal);
        Assert.Contains(words, line, StringComparison.Ordinal);
        Assert.Contains(test.Client.Status.Reasons, reason => reason.StartsWith("not_connected: ", StringComparison.Ordinal)
            && reason.Contains(words, StringComparison.Ordinal));
    }

    // Looks now and then: spinning would take the processor away from the connection that is waited for.
    private static async Task FailedAsync(ClientUnderTest test)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        while (!test.Log.Any(line => line.StartsWith("1002 ", StringComparison.Ordinal)))
        {
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
