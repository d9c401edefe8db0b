using System.Text;
using Deribit.Client.Tests.Session;

namespace Deribit.Client.Tests.Recording;

[Trait("kind", "integration")]
public sealed class TapTests
{
    [Fact]
    public async Task Tap_gets_everything_that_is_received_and_no_secret()
    {
        await using var exchange = new FakeExchange();
        var tap = new Tap();
        await using (var test = new ClientUnderTest(exchange, options => options with { Credentials = new("id", "the-secret") }, tap: tap))
        {
            test.Client.Subscribe(["book.A.raw"]);
            await test.AcknowledgedAsync("book.A.raw");
            await exchange.Connection(1).NotifyAsync("book.A.raw", "[1]");
            await exchange.Connection(1).SendAsync("""{"params":{"type":"heartbeat"},"method":"heartbeat","jsonrpc":"2.0"}""");
            await exchange.Connection(1).SendAsync("not json");
            await exchange.Connection(1).SendAsync("""{"id":2,"result":{"access_token":"the-secret" """);
            await test.Client.GetTimeAsync(TestContext.Current.CancellationToken);
            exchange.Connection(1).Cut();
            await test.ConnectedAsync(2);
        }

        var records = tap.Records.All;
        Assert.Equal(
            [
                (DeribitRecordKind.Connected, """{"authenticated":true,"raw_allowed":true}"""),
                (DeribitRecordKind.Acknowledged, """{"channels":["book.A.raw"]}"""),
            ],
            records.Where(one => one.Generation == 1 && one.Kind is DeribitRecordKind.Connected or DeribitRecordKind.Acknowledged).Take(2)
                .Select(one => (one.Kind, one.Payload)));
        var frames = records.Where(one => one.Kind == DeribitRecordKind.Frame).Select(one => one.Payload).ToList();
        Assert.Contains(frames, frame => frame.Contains("\"channel\":\"book.A.raw\"", StringComparison.Ordinal));
        Assert.Contains(frames, frame => frame.Contains("\"type\":\"heartbeat\"", StringComparison.Ordinal));
        var unusable = records.Where(one => one.Kind == DeribitRecordKind.Unusable).Select(one => one.Payload).ToList();
        Assert.Equal(2, unusable.Count);
        Assert.EndsWith("\nnot json", unusable[0], StringComparison.Ordinal);
        Assert.EndsWith("\n", unusable[1], StringComparison.Ordinal);
        var disconnected = Assert.Single(records, one => one is { Kind: DeribitRecordKind.Disconnected, Generation: 1 });
        Assert.StartsWith("{\"reason\":\"Lost\"", disconnected.Payload, StringComparison.Ordinal);

        // Replies come with the method that they answer; that to the login stays out, because it carries the tokens.
        var replies = records.Where(one => one.Kind == DeribitRecordKind.Reply).Select(one => one.Payload).ToList();
        Assert.Contains(replies, reply => reply.StartsWith("public/get_time\n{", StringComparison.Ordinal) && reply.Contains("1790133842785", StringComparison.Ordinal));
        Assert.Contains("public/auth\n", replies);
        Assert.DoesNotContain(records, one => one.Payload.Contains("token", StringComparison.Ordinal));
        Assert.DoesNotContain(records, one => one.Payload.Contains("the-secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Frame_that_cannot_be_kept_ends_the_connection_and_reaches_nobody()
    {
        await using var exchange = new FakeExchange();
        var tap = new Tap { Refuses = static record => Encoding.UTF8.GetString(record.Payload.Span).Contains("refused", StringComparison.Ordinal) };
        await using var test = new ClientUnderTest(exchange, tap: tap);
        await test.ConnectedAsync();
        await exchange.Connection(1).NotifyAsync("trades.A.100ms", "[\"refused\"]");
        var ended = Assert.IsType<DeribitDisconnected>(await test.DisconnectedAsync());
        Assert.Equal("What came could not be recorded: the next connection begins with whole books.", ended.Detail);
        await test.ConnectedAsync(2);
        Assert.DoesNotContain(test.Messages.All, message => message is Notification);
    }
}
