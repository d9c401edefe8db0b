using Deribit.Client.Session;

namespace Deribit.Client.Tests.Session;

[Trait("kind", "integration")]
public sealed class AuthenticationTests
{
    private const string Secret = "TOP-SECRET-VALUE";

    [Fact]
    public async Task Rejected_credentials_fall_back_to_public_mode_with_a_flag_and_no_secret_in_the_log()
    {
        await using var exchange = new FakeExchange { OnRequest = RejectAsync };
        await using var test = new ClientUnderTest(exchange, options => options with { Credentials = new("id", Secret) });
        var connected = (DeribitConnected)await test.ConnectedAsync();
        Assert.False(connected.Authenticated);
        var status = test.Client.Status;
        Assert.True(status is { Connected: true, Authenticated: false, CredentialsRejected: true });
        Assert.Contains(status.Reasons, reason => reason.StartsWith("credentials_rejected: ", StringComparison.Ordinal));
        test.Client.Reconnect("test");
        await test.ConnectedAsync(2);
        Assert.Single(exchange.Requests.All, request => request.Method == "public/auth");
        Assert.Contains(test.Log, line => line.StartsWith("2010 Error", StringComparison.Ordinal));
        Assert.DoesNotContain(test.Log, line => line.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rejected_credentials_end_the_client_when_the_options_say_so()
    {
        await using var exchange = new FakeExchange { OnRequest = RejectAsync };
        await using var test = new ClientUnderTest(
            exchange, options => options with { Credentials = new("id", Secret), FallBackToPublicMode = false });
        var exception = await Assert.ThrowsAsync<DeribitRpcException>(() => test.Running);
        Assert.Equal(13004, exception.Code);
        Assert.DoesNotContain(Secret, exception.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(test.Log, line => line.Contains(Secret, StringComparison.Ordinal));
        Assert.False(await test.Client.WaitToReadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Authentication_is_renewed_before_it_runs_out_by_refresh_token_then_by_credentials()
    {
        await using var exchange = new FakeExchange();
        exchange.OnRequest = async (connection, request) =>
        {
            if (request.Method != "public/auth")
            {
                return false;
            }

            var renewals = exchange.Requests.All.Count(one => one.Method == "public/auth");
            if (renewals == 3)
            {
                await connection.ErrorAsync(request, 13009, "unauthorized");
            }
            else
            {
                await connection.ReplyAsync(request, """{"access_token":"A-TOKEN","refresh_token":"R-TOKEN","expires_in":1}""");
            }

            return true;
        };
        await using var test = new ClientUnderTest(exchange, options => options with { Credentials = new("id", Secret) });
        var all = await exchange.Requests.UntilAsync(
            requests => requests.Count(request => request.Method == "public/auth") >= 4, "three renewals");
        Assert.Equal(
            ["client_credentials", "refresh_token", "refresh_token", "client_credentials"],
            all.Where(request => request.Method == "public/auth").Take(4)
                .Select(request => request.Params.GetProperty("grant_type").GetString()!));
        await test.StopAsync();
        Assert.Equal(1, exchange.Attempts);
        Assert.DoesNotContain(test.Log, line => line.Contains(Secret, StringComparison.Ordinal)
            || line.Contains("-TOKEN", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_reconnect_authenticates_again()
    {
        await using var exchange = new FakeExchange();
        await using var test = new ClientUnderTest(exchange, options => options with { Credentials = new("id", Secret) });
        await test.ConnectedAsync();
        exchange.Connection(1).Cut();
        Assert.True(((DeribitConnected)await test.ConnectedAsync(2)).Authenticated);
        Assert.Equal([1, 2], exchange.Requests.All.Where(request => request.Method == "public/auth").Select(request => request.Connection));
    }

    [Fact]
    public async Task A_client_signature_carries_no_secret_and_can_be_checked()
    {
        await using var exchange = new FakeExchange();
        await using var test = new ClientUnderTest(
            exchange, options => options with { Credentials = new("id", Secret, DeribitGrant.ClientSignature) });
        await test.ConnectedAsync();
        var its = exchange.Requests.All.Single(request => request.Method == "public/auth").Params;
        Assert.DoesNotContain(Secret, its.ToString(), StringComparison.Ordinal);
        Assert.Equal("client_signature", its.GetProperty("grant_type").GetString());
        Assert.Equal(
            ClientSignature.Sign(Secret, its.GetProperty("timestamp").GetInt64(), its.GetProperty("nonce").GetString()!, ""),
            its.GetProperty("signature").GetString());
    }

    [Fact]
    public void The_signature_is_the_hmac_of_timestamp_nonce_and_data() =>

        // echo -ne '1576074319000\n1iqt2wls\n' | openssl dgst -sha256 -hmac AMANDASECRECT
        Assert.Equal(
            "56590594f97921b09b18f166befe0d1319b198bbcdad7ca73382de2f88fe9aa1",
            ClientSignature.Sign("AMANDASECRECT", 1576074319000, "1iqt2wls", ""));

    [Fact]
    public void Options_and_credentials_print_no_secret()
    {
        var options = new DeribitClientOptions { Credentials = new("id", Secret) };
        Assert.DoesNotContain(Secret, options.ToString(), StringComparison.Ordinal);
        Assert.Contains("id (secret withheld", options.ToString(), StringComparison.Ordinal);
    }

    private static async Task<bool> RejectAsync(FakeConnection connection, FakeRequest request)
    {
        if (request.Method != "public/auth")
        {
            return false;
        }

        await connection.SendAsync(
            $$$"""{"jsonrpc":"2.0","id":{{{request.Id}}},"error":{"code":13004,"message":"invalid_credentials","data":"{{{Secret}}}"}}""");
        return true;
    }
}
