using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace Deribit.Simulator.Tests;

[Trait("kind", "integration")]
public sealed partial class ProtocolTests
{
    private static readonly string[] OneBook = ["book.BTC-PERPETUAL.100ms"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static SimulatorOptions Still => MarketTests.Still;

    private static int Code(JsonElement reply) => reply.GetProperty("error").GetProperty("code").GetInt32();

    [Fact]
    public async Task Replies_carry_the_id_as_sent_and_the_times()
    {
        await using var server = await SimulatorServer.StartAsync(Still, Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        await client.SendAsync("""{"jsonrpc":"2.0","id":"abc","method":"public/test"}""");
        var reply = (await client.MessageAsync(_ => true, "a reply")).Json;
        Assert.Equal("abc", reply.GetProperty("id").GetString());
        Assert.Equal("1.2.26", reply.GetProperty("result").GetProperty("version").GetString());
        Assert.Equal(
            reply.GetProperty("usOut").GetInt64() - reply.GetProperty("usIn").GetInt64(), reply.GetProperty("usDiff").GetInt64());
        Assert.True(reply.GetProperty("testnet").GetBoolean());
    }

    [Fact]
    public async Task Simple_session_calls_answer_as_documented()
    {
        await using var server = await SimulatorServer.StartAsync(Still, Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        var hello = await client.CallAsync("public/hello", new { client_name = "test", client_version = "1" });
        Assert.Equal("1.2.26", hello.GetProperty("result").GetProperty("version").GetString());
        Assert.Equal(-32602, Code(await client.CallAsync("public/hello", new { client_name = "test" })));
        Assert.Equal("ok", (await client.CallAsync("public/set_heartbeat", new { interval = 10 })).GetProperty("result").GetString());
        Assert.Equal("ok", (await client.CallAsync("public/disable_heartbeat")).GetProperty("result").GetString());
        Assert.True((await client.CallAsync("public/get_time")).GetProperty("result").GetInt64() > 1_700_000_000_000);
        Assert.Equal("false", (await client.CallAsync("public/status")).GetProperty("result").GetProperty("locked").GetString());
        Assert.True((await client.CallAsync("public/test", new { expected_result = "exception" })).TryGetProperty("error", out _));
    }

    [Theory]
    [InlineData("not json at all", 11050)]
    [InlineData("[1,2]", 11050)]
    [InlineData("""{"jsonrpc":"2.0","id":901}""", 11050)]
    [InlineData("""{"jsonrpc":"2.0","id":901,"method":"public/no_such_thing"}""", -32601)]
    [InlineData("""{"jsonrpc":"2.0","id":901,"method":"public/set_heartbeat","params":{"interval":9}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":901,"method":"public/subscribe","params":{"channels":"book"}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":901,"method":"public/subscribe","params":{"channels":[1]}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":901,"method":"public/get_order_book","params":{"instrument_name":"NO-SUCH"}}""", 13020)]
    [InlineData("""{"jsonrpc":"2.0","id":901,"method":"public/get_order_book"}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":901,"method":"public/get_instruments","params":{"currency":"BTC","kind":"x"}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":901,"method":"private/subscribe","params":{"channels":[]}}""", 13009)]
    [InlineData("""{"jsonrpc":"2.0","id":901,"method":"public/get_last_trades_by_instrument","params":{"instrument_name":"BTC-PERPETUAL","count":1001}}""", -32602)]
    public async Task Bad_request_is_refused_and_the_connection_lives_on(string request, int code)
    {
        await using var server = await SimulatorServer.StartAsync(Still, Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        await client.SendAsync(request);
        var reply = (await client.MessageAsync(_ => true, "an error")).Json;
        Assert.Equal(code, Code(reply));
        Assert.True((await client.CallAsync("public/test")).TryGetProperty("result", out _));
    }

    [Fact]
    public async Task Text_that_is_not_json_is_named_so_without_id()
    {
        await using var server = await SimulatorServer.StartAsync(Still, Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        await client.SendAsync("{\"id\":7,");
        var reply = (await client.MessageAsync(_ => true, "an error")).Json;
        Assert.Equal("invalid json", reply.GetProperty("error").GetProperty("data").GetString());
        Assert.False(reply.TryGetProperty("id", out _));
    }

    [Fact]
    public async Task Request_over_32_kB_is_refused_and_the_connection_lives_on()
    {
        await using var server = await SimulatorServer.StartAsync(Still, Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        await client.SendAsync(new string(' ', 200_000));
        Assert.Equal(-32600, Code((await client.MessageAsync(_ => true, "an error")).Json));
        // Just within the limit passes.
        await client.SendAsync("""{"jsonrpc":"2.0","id":77,"method":"public/test"}""".PadRight(32 * 1024));
        Assert.True((await client.ReplyAsync(77)).TryGetProperty("result", out _));
    }

    [Fact]
    public async Task Subscribe_leaves_out_unknown_channels_and_answers_in_another_order()
    {
        await using var server = await SimulatorServer.StartAsync(Still, Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        string[] good = ["book.BTC-PERPETUAL.100ms", "ticker.BTC-PERPETUAL.agg2", "trades.future.BTC.100ms"];
        var accepted = await client.SubscribeAsync(
            [.. good, "book.NO-SUCH.100ms", "book.BTC-PERPETUAL.200ms", "book.BTC-PERPETUAL.none.50.100ms", "nonsense"]);
        Assert.Equal(good.Order(), accepted.Order());
        Assert.NotEqual(good, accepted);
        Assert.Empty(await client.SubscribeAsync("nonsense"));
    }

    [Fact]
    public async Task Second_subscribe_is_acknowledged_without_a_new_snapshot()
    {
        await using var server = await SimulatorServer.StartAsync(Still, Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        await client.SubscribeAsync(OneBook);
        Assert.Equal(OneBook, await client.SubscribeAsync(OneBook));
        await client.CallAsync("public/test");
        Assert.Single(await client.FramesAsync(OneBook[0]));
    }

    [Fact]
    public async Task Unsubscribe_then_subscribe_gives_a_new_snapshot_and_nothing_between()
    {
        await using var server = await SimulatorServer.StartAsync(Still, Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        await client.SubscribeAsync(OneBook);
        var removed = await client.CallAsync("public/unsubscribe", new { channels = (string[])[OneBook[0], "book.ETH-PERPETUAL.100ms"] });
        Assert.Equal(OneBook[0], Assert.Single(removed.GetProperty("result").EnumerateArray()).GetString());
        server.Market.Advance(300);
        await client.SubscribeAsync(OneBook);
        var frames = await client.FramesAsync(OneBook[0], 2);
        Assert.Equal(2, frames.Count);
        BookReplica.From(frames).AssertEquals(server.Market.GetBook("BTC-PERPETUAL"));
    }

    [Fact]
    public async Task Unsubscribe_all_ends_every_channel()
    {
        await using var server = await SimulatorServer.StartAsync(Still, Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        await client.SubscribeAsync("book.BTC-PERPETUAL.100ms", "trades.any.any.100ms");
        Assert.Equal("ok", (await client.CallAsync("public/unsubscribe_all")).GetProperty("result").GetString());
        server.Market.Advance(300);
        await client.CallAsync("public/test");
        Assert.Single(client.Messages, one => one.Channel is not null);
    }

    [Fact]
    public async Task Raw_channel_without_authentication_fails_the_whole_call()
    {
        await using var server = await SimulatorServer.StartAsync(Still, Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        var channels = new { channels = (string[])["book.BTC-PERPETUAL.raw", "ticker.BTC-PERPETUAL.100ms"] };
        Assert.Equal(13778, Code(await client.CallAsync("public/subscribe", channels)));
        Assert.DoesNotContain(client.Messages, one => one.Channel is not null);

        await client.AuthenticateAsync();
        Assert.Equal(2, (await client.CallAsync("public/subscribe", channels)).GetProperty("result").GetArrayLength());
        Assert.Equal(1, (await client.CallAsync("private/subscribe", new { channels = (string[])["book.ETH-PERPETUAL.raw"] }))
            .GetProperty("result").GetArrayLength());
    }

    [Fact]
    public async Task Authentication_by_signature_is_verified()
    {
        await using var server = await SimulatorServer.StartAsync(Still, Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        async Task<JsonElement> SignAsync(string secret, string nonce, TimeSpan age)
        {
            var timestamp = (TimeProvider.System.GetUtcNow() - age).ToUnixTimeMilliseconds();
            var signature = Convert.ToHexStringLower(
                HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{timestamp}\n{nonce}\nextra")));
            return await client.CallAsync(
                "public/auth", new { grant_type = "client_signature", client_id = "simulator", timestamp, nonce, data = "extra", signature });
        }

        Assert.Equal(13004, Code(await SignAsync("wrong", "n1", TimeSpan.Zero)));
        Assert.Equal(13004, Code(await SignAsync("simulator-secret", "n2", TimeSpan.FromMinutes(2))));
        Assert.True((await SignAsync("simulator-secret", "n3", TimeSpan.Zero)).TryGetProperty("result", out _));
        Assert.Equal(13004, Code(await SignAsync("simulator-secret", "n3", TimeSpan.Zero)));
        Assert.Equal(13004, Code(await client.CallAsync(
            "public/auth", new { grant_type = "client_credentials", client_id = "simulator", client_secret = "no" })));
    }

    [Fact]
    public async Task Token_expires_and_a_refresh_token_renews_it_once()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var server = await SimulatorServer.StartAsync(Still with { TimeProvider = time, TokenLifetime = TimeSpan.FromSeconds(30) }, Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        var grant = (await client.CallAsync(
            "public/auth", new { grant_type = "client_credentials", client_id = "simulator", client_secret = "simulator-secret", state = "s" }))
            .GetProperty("result");
        Assert.Equal(30, grant.GetProperty("expires_in").GetInt64());
        Assert.Equal("s", grant.GetProperty("state").GetString());
        var refresh = new { grant_type = "refresh_token", refresh_token = grant.GetProperty("refresh_token").GetString() };

        time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(13009, Code(await client.CallAsync("private/subscribe", new { channels = OneBook })));
        Assert.True((await client.CallAsync("public/auth", refresh)).TryGetProperty("result", out _));
        Assert.True((await client.CallAsync("private/subscribe", new { channels = OneBook })).TryGetProperty("result", out _));
        Assert.Equal(13009, Code(await client.CallAsync("public/auth", refresh)));
    }

    [Fact]
    public async Task Heartbeat_comes_at_its_pace_and_silence_closes_with_4000()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var server = await SimulatorServer.StartAsync(Still with { TimeProvider = time }, Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        await client.CallAsync("public/set_heartbeat", new { interval = 10 });
        time.Advance(TimeSpan.FromSeconds(10.5));
        await client.CallAsync("public/get_time");
        Assert.DoesNotContain(client.Messages, one => one.Text.Contains("test_request", StringComparison.Ordinal));

        time.Advance(TimeSpan.FromSeconds(1.5));
        await client.MessageAsync(one => one.Text.Contains("test_request", StringComparison.Ordinal), "test_request");
        await client.CallAsync("public/test");
        time.Advance(TimeSpan.FromSeconds(10.9));
        await client.WaitAsync(
            all => all.Count(one => one.Text.Contains("test_request", StringComparison.Ordinal)) == 2 ? all : null, "the second test_request");
        Assert.Equal(WebSocketState.Open, client.State);

        time.Advance(TimeSpan.FromSeconds(10.5));
        await client.Ended.WaitAsync(SimClient.Patience, Cancel);
        Assert.Equal(4000, (int)client.CloseStatus!);
        Assert.Equal("heartbeat close", client.CloseReason);
    }

    [Fact]
    public async Task Idle_connection_is_cut_after_a_minute_unless_it_holds_a_channel()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var server = await SimulatorServer.StartAsync(Still with { TimeProvider = time }, Cancel);
        await using var idle = await SimClient.ConnectAsync(server);
        await using var subscribed = await SimClient.ConnectAsync(server);
        await idle.CallAsync("public/test");
        await subscribed.SubscribeAsync(OneBook);
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(idle.Ended.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        await idle.Ended.WaitAsync(SimClient.Patience, Cancel);
        Assert.Null(idle.CloseStatus);
        time.Advance(TimeSpan.FromSeconds(120));
        Assert.True((await subscribed.CallAsync("public/test")).TryGetProperty("result", out _));
    }

    [Fact]
    public async Task Spent_credits_are_refused_and_end_the_session_and_refill_with_time()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var server = await SimulatorServer.StartAsync(Still with { EnforceCredits = true, TimeProvider = time }, Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        for (var i = 0; i < 10; i++)
        {
            Assert.True((await client.CallAsync("public/subscribe", new { channels = OneBook })).TryGetProperty("result", out _));
        }

        time.Advance(TimeSpan.FromSeconds(0.3));
        Assert.True((await client.CallAsync("public/subscribe", new { channels = OneBook })).TryGetProperty("result", out _));
        Assert.Equal(10028, Code(await client.CallAsync("public/test")));
        await client.Ended.WaitAsync(SimClient.Patience, Cancel);
    }

    [Fact]
    public async Task Connection_beyond_the_limit_gets_429()
    {
        await using var server = await SimulatorServer.StartAsync(Still with { MaxConnections = 2 }, Cancel);
        await using var first = await SimClient.ConnectAsync(server);
        await using (await SimClient.ConnectAsync(server))
        {
            var error = await Assert.ThrowsAsync<WebSocketException>(() => SimClient.ConnectAsync(server));
            Assert.Contains("429", error.Message, StringComparison.Ordinal);
            using var http = new HttpClient();
            Assert.Equal(HttpStatusCode.TooManyRequests, (await http.GetAsync(new Uri(server.HttpUri, "public/get_time"), Cancel)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(server.HttpUri, "/simulator/status"), Cancel)).StatusCode);
        }
    }

    [Fact]
    public async Task Slow_reader_is_closed_while_others_are_served()
    {
        await using var server = await SimulatorServer.StartAsync(Still with { MaxQueuedBytes = 2_000_000 }, Cancel);
        await using var slow = await SimClient.ConnectAsync(server, read: false);
        await using var quick = await SimClient.ConnectAsync(server);
        var channels = server.Market.InstrumentNames.Select(name => $"book.{name}.100ms").ToArray();
        await slow.SendCallAsync("public/subscribe", new { channels });
        await quick.SubscribeAsync(OneBook);
        while (server.Status.Connections.Count == 2)
        {
            // Socket buffers of the operating system swallow the first megabytes.
            server.Market.Advance(2000);
            await quick.CallAsync("public/test");
        }

        Assert.Equal(2, Assert.Single(server.Status.Connections).Id);
    }

    [Fact]
    public async Task Http_answers_queries_and_posted_calls_and_refuses_what_needs_a_socket()
    {
        await using var server = await SimulatorServer.StartAsync(Still, Cancel);
        using var http = new HttpClient { BaseAddress = server.HttpUri };
        var list = await http.GetFromJsonAsync<JsonElement>("public/get_instruments?currency=any", Cancel);
        Assert.Equal(server.Market.InstrumentNames, list.GetProperty("result").EnumerateArray().Select(one => one.GetProperty("instrument_name").GetString()));
        var options = await http.GetFromJsonAsync<JsonElement>("public/get_instruments?currency=USDC&kind=option", Cancel);
        Assert.All(options.GetProperty("result").EnumerateArray(), one => Assert.Equal("option", one.GetProperty("kind").GetString()));
        Assert.Contains(options.GetProperty("result").EnumerateArray(), one => one.GetProperty("strike").GetDecimal() == 0.625m);

        var posted = await http.PostAsJsonAsync(
            "", new { jsonrpc = "2.0", id = 5, method = "public/get_order_book", @params = new { instrument_name = "ETH-PERPETUAL", depth = 1 } }, Cancel);
        var book = await posted.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal(5, book.GetProperty("id").GetInt32());
        Assert.Equal(1, book.GetProperty("result").GetProperty("bids").GetArrayLength());

        var refused = await http.GetAsync(new Uri("public/subscribe?channels=[\"book.BTC-PERPETUAL.100ms\"]", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        var deep = await http.GetAsync(new Uri("public/get_last_trades_by_instrument?instrument_name=BTC-PERPETUAL&count=1001", UriKind.Relative), Cancel);
        Assert.Equal(-32602, Code(await deep.Content.ReadFromJsonAsync<JsonElement>(Cancel)));
    }

    [Fact]
    public async Task Last_trades_page_by_sequence_without_hole_or_repetition()
    {
        await using var server = await SimulatorServer.StartAsync(Still with { RetainedTrades = 500 }, Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        server.Market.Advance(8000);
        var known = server.Market.GetTrades("BTC-PERPETUAL");
        var pages = new List<long>();
        bool more;
        do
        {
            var result = (await client.CallAsync("public/get_last_trades_by_instrument", new
            {
                instrument_name = "BTC-PERPETUAL",
                start_seq = pages.Count == 0 ? 1 : pages[^1] + 1,
                count = 7,
                sorting = "asc",
            })).GetProperty("result");
            pages.AddRange(result.GetProperty("trades").EnumerateArray().Select(one => one.GetProperty("trade_seq").GetInt64()));
            more = result.GetProperty("has_more").GetBoolean();
        }
        while (more);

        Assert.Equal(known.Select(one => one.TradeSeq), pages);
        var newest = (await client.CallAsync("public/get_last_trades_by_instrument", new { instrument_name = "BTC-PERPETUAL", count = 1 }))
            .GetProperty("result").GetProperty("trades")[0];
        Assert.Equal(known[^1].TradeSeq, newest.GetProperty("trade_seq").GetInt64());
        var beyond = await client.CallAsync(
            "public/get_last_trades_by_instrument", new { instrument_name = "BTC-PERPETUAL", start_seq = known[^1].TradeSeq + 1 });
        Assert.Equal(0, beyond.GetProperty("result").GetProperty("trades").GetArrayLength());
    }

    [Fact]
    public async Task Trades_are_found_by_their_time_at_either_end()
    {
        var clock = new FakeTimeProvider();
        await using var server = await SimulatorServer.StartAsync(Still with { TimeProvider = clock }, Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        var times = new List<long>();
        for (var i = 0; i < 3; i++)
        {
            times.Add(clock.GetUtcNow().ToUnixTimeMilliseconds());
            server.Market.Trade("ETH-PERPETUAL", 2);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        var known = server.Market.GetTrades("ETH-PERPETUAL").Select(one => one.TradeSeq).ToArray();
        Assert.Equal(known[3], await FindAsync(new { instrument_name = "ETH-PERPETUAL", end_timestamp = times[1], count = 1, sorting = "desc" }));
        Assert.Equal(known[2], await FindAsync(new { instrument_name = "ETH-PERPETUAL", start_timestamp = times[1], count = 1, sorting = "asc" }));
        var refused = await client.CallAsync("public/get_last_trades_by_instrument_and_time", new { instrument_name = "ETH-PERPETUAL" });
        Assert.Equal(-32602, refused.GetProperty("error").GetProperty("code").GetInt32());

        async Task<long> FindAsync(object query) => (await client.CallAsync("public/get_last_trades_by_instrument_and_time", query))
            .GetProperty("result").GetProperty("trades").EnumerateArray().Single().GetProperty("trade_seq").GetInt64();
    }
}
