using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;
using Deribit.Client.Tests.Session;

namespace Deribit.Client.Tests.Transport;

[Trait("kind", "integration")]
public sealed class FrameTests
{
    private const string Notice = """{"jsonrpc":"2.0","method":"subscription","params":{"channel":"a","data":"äöü€"}}""";

    [Fact]
    public async Task A_message_in_fragments_of_one_byte_is_reassembled()
    {
        await using var exchange = new FakeExchange();
        await using var test = new ClientUnderTest(exchange);
        await test.ConnectedAsync();
        var bytes = Encoding.UTF8.GetBytes(Notice);
        for (var i = 0; i < bytes.Length; i++)
        {
            await exchange.Connection(1).SendAsync(bytes.AsMemory(i, 1), WebSocketMessageType.Text, end: i == bytes.Length - 1);
        }

        Assert.Equal(Notice, (await FirstAsync<Notification>(test)).Text);
    }

    [Fact]
    public async Task A_message_in_tcp_slices_of_one_byte_is_reassembled()
    {
        await using var exchange = new FakeExchange();
        await using var test = new ClientUnderTest(exchange);
        await test.ConnectedAsync();
        var frame = TextFrame(Encoding.UTF8.GetBytes(Notice));
        for (var i = 0; i < frame.Length; i++)
        {
            await exchange.Connection(1).RawAsync(frame.AsMemory(i, 1));
        }

        Assert.Equal(Notice, (await FirstAsync<Notification>(test)).Text);
    }

    [Fact]
    public async Task A_message_of_5_MB_arrives_whole()
    {
        await using var exchange = new FakeExchange();
        await using var test = new ClientUnderTest(exchange);
        await test.ConnectedAsync();
        var data = new string('x', 5_000_000);
        await exchange.Connection(1).NotifyAsync("a", $"\"{data}\"");
        Assert.Contains(data, (await FirstAsync<Notification>(test)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_above_the_cap_is_surfaced_and_the_connection_goes_on()
    {
        await using var exchange = new FakeExchange();
        await using var test = new ClientUnderTest(exchange, options => options with { MaxFrameBytes = 100_000 });
        await test.ConnectedAsync();
        await exchange.Connection(1).NotifyAsync("a", $"\"{new string('x', 150_000)}\"");
        await exchange.Connection(1).SendAsync(Notice);
        Assert.Equal(Notice, (await FirstAsync<Notification>(test)).Text);
        var unusable = await FirstAsync<DeribitUnusableFrame>(test);
        Assert.Contains("100000 bytes", unusable.Reason, StringComparison.Ordinal);
        Assert.Equal(64 * 1024, unusable.Raw.Length);
        Assert.Equal(1, exchange.Attempts);
    }

    [Fact]
    public async Task An_endless_message_ends_the_connection_with_bounded_memory()
    {
        await using var exchange = new FakeExchange();
        exchange.OnOpen = async connection =>
        {
            if (connection.Number == 1)
            {
                await connection.SendAsync(new byte[1_000_000], WebSocketMessageType.Text, end: false);
            }
        };
        await using var test = new ClientUnderTest(exchange, options => options with { MaxFrameBytes = 100_000 });
        await test.ConnectedAsync(2);
        Assert.Contains(test.Log, line => line.Contains("BrokenStream", StringComparison.Ordinal)
            && line.Contains("MaxFrameBytes", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("not json", "no JSON object")]
    [InlineData("[]", "no JSON object")]
    [InlineData("{\"method\":\"unheard_of\"}", "no JSON object")]
    [InlineData("\uFEFF{\"id\":1,\"result\":1}", "no JSON object")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,", "could not be read")]
    public async Task A_text_frame_that_cannot_be_used_is_surfaced_and_the_connection_goes_on(string text, string reason)
    {
        await using var exchange = new FakeExchange();
        await using var test = new ClientUnderTest(exchange);
        await test.ConnectedAsync();
        await exchange.Connection(1).SendAsync(text);
        await exchange.Connection(1).SendAsync(Notice);
        Assert.Equal(Notice, (await FirstAsync<Notification>(test)).Text);
        var unusable = await FirstAsync<DeribitUnusableFrame>(test);
        Assert.Contains(reason, unusable.Reason, StringComparison.Ordinal);
        Assert.Equal(text, Encoding.UTF8.GetString(unusable.Raw.Span));
        Assert.Equal((1, 1), (unusable.Generation, exchange.Attempts));
    }

    [Fact]
    public async Task A_deeply_nested_frame_is_refused_without_harm()
    {
        await using var exchange = new FakeExchange();
        await using var test = new ClientUnderTest(exchange);
        await test.ConnectedAsync();
        await exchange.Connection(1).SendAsync("{\"a\":" + new string('[', 100_000));
        await exchange.Connection(1).SendAsync(Notice);
        Assert.Equal(Notice, (await FirstAsync<Notification>(test)).Text);
        await FirstAsync<DeribitUnusableFrame>(test);
    }

    [Fact]
    public async Task A_binary_frame_is_surfaced_and_the_connection_goes_on()
    {
        await using var exchange = new FakeExchange();
        await using var test = new ClientUnderTest(exchange);
        await test.ConnectedAsync();
        await exchange.Connection(1).SendAsync(new byte[] { 1, 2, 255 }, WebSocketMessageType.Binary, end: true);
        await exchange.Connection(1).SendAsync(Notice);
        Assert.Equal(Notice, (await FirstAsync<Notification>(test)).Text);
        var unusable = await FirstAsync<DeribitUnusableFrame>(test);
        Assert.Contains("binary", unusable.Reason, StringComparison.Ordinal);
        Assert.Equal([1, 2, 255], unusable.Raw.ToArray());
    }

    [Fact]
    public async Task Invalid_utf8_is_surfaced_and_leads_to_a_new_connection()
    {
        await using var exchange = new FakeExchange();
        await using var test = new ClientUnderTest(exchange);
        await test.ConnectedAsync();
        await exchange.Connection(1).RawAsync(TextFrame([(byte)'{', 0xFF, 0xFE]));
        var unusable = await FirstAsync<DeribitUnusableFrame>(test);
        Assert.Contains("UTF-8", unusable.Reason, StringComparison.Ordinal);
        Assert.Equal([(byte)'{', 0xFF, 0xFE], unusable.Raw.ToArray());
        Assert.Equal(DeribitDisconnectReason.BrokenStream, ((DeribitDisconnected)await test.DisconnectedAsync()).Reason);
        await test.ConnectedAsync(2);
    }

    [Fact]
    public async Task An_error_without_id_is_logged_with_what_was_in_flight_and_surfaced()
    {
        await using var exchange = new FakeExchange();
        exchange.OnRequest = async (connection, request) =>
        {
            if (request.Method != "public/hang")
            {
                return false;
            }

            await connection.SendAsync("""{"jsonrpc":"2.0","error":{"code":10001,"message":"error"},"usIn":1}""");
            return true;
        };
        await using var test = new ClientUnderTest(exchange);
        await test.ConnectedAsync();
        var exception = await Assert.ThrowsAsync<DeribitConnectionException>(() => test.Client.CallAsync(
            "public/hang", null, TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken));
        Assert.Equal(DeribitConnectionFault.RequestTimeout, exception.Fault);
        Assert.Contains("10001", (await FirstAsync<DeribitUnusableFrame>(test)).Reason, StringComparison.Ordinal);
        Assert.Contains(test.Log, line => line.StartsWith("2001 ", StringComparison.Ordinal)
            && line.Contains("public/hang", StringComparison.Ordinal));
    }

    private static async Task<T> FirstAsync<T>(ClientUnderTest test) where T : DeribitMessage =>
        (T)await test.Messages.FirstAsync(message => message is T, typeof(T).Name);

    private static byte[] TextFrame(byte[] payload)
    {
        var frame = new byte[4 + payload.Length];
        frame[0] = 0x81;
        frame[1] = 126;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
        payload.CopyTo(frame, 4);
        return frame;
    }
}
