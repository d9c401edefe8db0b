using System.Text;
using Deribit.Client.Protocol;
using Microsoft.Extensions.Time.Testing;

namespace Deribit.Client.Tests.Protocol;

public sealed class ReplyTests
{
    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":7,"result":{"a":[1]},"usIn":10,"usOut":12,"usDiff":2,"testnet":false}""")]
    [InlineData("""{"usDiff":2,"usOut":12,"usIn":10,"result":{"a":[1]},"testnet":false,"id":"7","new":{"id":9}}""")]
    public void A_result_is_read_in_any_order_and_with_an_id_echoed_as_a_string(string frame)
    {
        var reply = ReplyEnvelope.Read(Encoding.UTF8.GetBytes(frame));
        Assert.Equal((7L, 10L, 12L, 2L), (reply.Id, reply.UsIn, reply.UsOut, reply.UsDiff));
        Assert.False(reply.IsError);
        Assert.Equal("""{"a":[1]}""", Encoding.UTF8.GetString(reply.Result));
    }

    [Fact]
    public void A_maintenance_error_without_id_and_times_is_read()
    {
        var reply = ReplyEnvelope.Read("""{"jsonrpc":"2.0","error":{"message":"system_maintenance","code":11051}}"""u8);
        Assert.True(reply.IsError);
        Assert.Null(reply.Id);
        Assert.Null(reply.UsIn);
        Assert.Equal((11051, "system_maintenance"), (reply.Code, reply.Message));
    }

    [Theory]
    [InlineData("""{"code":-32602,"message":"Invalid params","data":{"reason":"value is too high","param":"count"}}""", -32602,
        "Invalid params",
        """{"reason":"value is too high","param":"count"}""")]
    [InlineData("""{"data":"invalid json","code":11050,"message":"bad_request"}""", 11050, "bad_request", "\"invalid json\"")]
    [InlineData("""{"code":"x","message":null,"extra":[1]}""", 0, "", null)]
    [InlineData("\"words\"", 0, "\"words\"", null)]
    public void An_error_keeps_code_message_and_data(string error, int code, string message, string? data)
    {
        var reply = ReplyEnvelope.Read(Encoding.UTF8.GetBytes($$"""{"id":1,"error":{{error}}}"""));
        Assert.True(reply.IsError);
        Assert.Equal((code, message, data), (reply.Code, reply.Message, reply.Data));
    }

    [Theory]
    [InlineData("""{"id":1}""")]
    [InlineData("""{"id":1,"result":""")]
    [InlineData("""{"id":1,"result":[1,2}""")]
    [InlineData("""{"error":{"message":"\ud800"}}""")]
    public void A_reply_that_cannot_be_read_is_a_protocol_exception(string frame) =>
        Assert.Throws<DeribitProtocolException>(() => ReplyEnvelope.Read(Encoding.UTF8.GetBytes(frame)).Id);

    [Fact]
    public async Task An_unreadable_request_error_without_id_goes_to_the_longest_request()
    {
        var pending = new PendingRequests(new FakeTimeProvider());
        var small = pending.Add(1, "public/test", 50);
        var large = pending.Add(2, "public/subscribe", 33_000);
        var answered = pending.Complete(ReplyEnvelope.Read("""{"error":{"code":-32600,"message":"request entity too large"}}"""u8), 0);
        Assert.Same(large, answered);
        Assert.Equal(-32600, (await Assert.ThrowsAsync<DeribitRpcException>(() => large.Reply)).Code);
        Assert.False(small.Reply.IsCompleted);
    }

    [Fact]
    public async Task A_request_times_out_by_the_given_clock_and_its_late_reply_finds_nobody()
    {
        var clock = new FakeTimeProvider();
        var pending = new PendingRequests(clock);
        var request = pending.Add(pending.NextId(), "public/test", 50);
        var wait = pending.WaitAsync(request, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(wait.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(2));
        var exception = await Assert.ThrowsAsync<DeribitConnectionException>(() => wait);
        Assert.Equal(DeribitConnectionFault.RequestTimeout, exception.Fault);
        Assert.Null(pending.Complete(ReplyEnvelope.Read("""{"id":1,"result":1}"""u8), 0));
    }

    [Fact]
    public async Task A_lost_connection_fails_all_requests_and_every_later_one()
    {
        var pending = new PendingRequests(new FakeTimeProvider());
        var request = pending.Add(1, "public/test", 50);
        pending.FailAll(new DeribitConnectionException("It broke."));
        await Assert.ThrowsAsync<DeribitConnectionException>(() => request.Reply);
        Assert.Throws<DeribitConnectionException>(() => pending.Add(2, "public/test", 50));
    }

    [Fact]
    public void A_request_is_written_with_an_integer_id() => Assert.Equal(
        """{"jsonrpc":"2.0","id":7,"method":"public/ticker","params":{"instrument_name":"BTC-PERPETUAL"}}""",
        Encoding.UTF8.GetString(RequestWriter.Write(
            7, "public/ticker", writer => writer.WriteString("instrument_name", "BTC-PERPETUAL")).Span));
}
