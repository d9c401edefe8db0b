using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace Deribit.Simulator.Tests;

[Trait("kind", "integration")]
public sealed class ReplayTests : IDisposable
{
    private static readonly string[] Recorded =
    [
        """{"jsonrpc":"2.0","id":3,"result":["book.AAA_USDC-PERPETUAL.raw"],"usIn":1,"usOut":2,"usDiff":1,"testnet":false}""",
        """{"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.AAA_USDC-PERPETUAL.raw","data":{"type":"snapshot","timestamp":1700000000000,"instrument_name":"AAA_USDC-PERPETUAL","change_id":100,"bids":[["new",1.25,10.0],["new",1.2,3e1]],"asks":[["new",1.3,7]]}}}""",
        """{"params":{"type":"test_request"},"method":"heartbeat","jsonrpc":"2.0"}""",
        """{"jsonrpc":"2.0", "method":"subscription", "params": { "channel" : "book.AAA_USDC-PERPETUAL.raw" , "data":{"type":"change","timestamp":1700000000100,"instrument_name":"AAA_USDC-PERPETUAL","change_id":105,"prev_change_id":100,"bids":[["change",1.25,4.0],["delete",1.2,0.0]],"asks":[["new",1.275,2.5]]}}}""",
        """{"jsonrpc":"2.0","method":"subscription","params":{"channel":"trades.option.any.raw","data":[{"trade_seq":5,"trade_id":"77","timestamp":1700000000200,"tick_direction":0,"price":0.05,"instrument_name":"BTC-25DEC26-90000-C","index_price":9.2e4,"direction":"buy","amount":1.0},{"trade_seq":9,"trade_id":"78","timestamp":1700000000200,"tick_direction":1,"price":0.06,"instrument_name":"ETH-25DEC26-3000-P","index_price":2.7e3,"direction":"sell","amount":2}]}}""",
        """{"jsonrpc":"2.0","method":"subscription","params":{"channel":"trades.AAA_USDC-PERPETUAL.100ms","data":[{"trade_seq":1,"trade_id":"AAA-1","timestamp":1700000000300,"tick_direction":0,"price":1.3,"instrument_name":"AAA_USDC-PERPETUAL","index_price":1.3,"direction":"buy","amount":1.0}]}}""",
        "this is not json",
        """{"jsonrpc":"2.0","method":"subscription","params":{"channel":"ticker.AAA_USDC-PERPETUAL.100ms","data":{"timestamp":1700000001000,"state":"open","instrument_name":"AAA_USDC-PERPETUAL","best_bid_price":1.25}}}""",
        """{"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.AAA_USDC-PERPETUAL.none.10.100ms","data":{"timestamp":1700000001500,"change_id":105,"instrument_name":"AAA_USDC-PERPETUAL","bids":[[1.25,4.0]],"asks":[[1.275,2.5]]}}}""",
        """{"jsonrpc":"2.0","method":"subscription","params":{"channel":"platform_state","data":{"locked":false,"price_index":"aaa_usdc","reasons":[]}}}""",
        """{"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.AAA_USDC-PERPETUAL.raw","data":{"type":"change","timestamp":1700000002000,"instrument_name":"AAA_USDC-PERPETUAL","change_id":120,"prev_change_id":105,"bids":[],"asks":[["delete",1.3,0.0]]}}}""",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("simulator-replay-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Quoted_snapshot_without_a_side_is_served_but_is_no_book()
    {
        var half = Recorded[1].Replace(""","asks":[["new",1.3,7]]""", "", StringComparison.Ordinal)
            .Replace(".raw", ".100ms", StringComparison.Ordinal);
        await using var server = await SimulatorServer.StartAsync(Options(Write("half.ws.jsonl", [half])), Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        await client.SubscribeAsync("book.AAA_USDC-PERPETUAL.100ms");
        server.Replay.Start();
        await server.Replay.Completed.WaitAsync(SimClient.Patience, Cancel);
        await client.CallAsync("public/test");
        Assert.Equal(half, Assert.Single(client.Messages, one => one.Channel is not null).Text);
        Assert.Null(server.Replay.GetBook("AAA_USDC-PERPETUAL"));
    }

    [Fact]
    public async Task Row53_Recording_with_a_truncated_tail_is_served_up_to_its_last_good_line_and_says_which()
    {
        var whole = Write("whole.ws.jsonl", Recorded);
        var bytes = await File.ReadAllBytesAsync(whole, Cancel);
        // Cut in the middle of the last record, as a full disk or a power loss does.
        var cut = Path.Combine(_folder, "cut.ws.jsonl");
        await File.WriteAllBytesAsync(cut, bytes[..^40], Cancel);
        await using var sound = await SimulatorServer.StartAsync(Options(whole), Cancel);
        await using var server = await SimulatorServer.StartAsync(Options(cut), Cancel);
        Assert.Empty(sound.Replay.Damage);
        Assert.Equal(sound.Replay.FramesTotal - 1, server.Replay.FramesTotal);
        Assert.Contains($"cut.ws.jsonl, line {Recorded.Length}: ", Assert.Single(server.Replay.Damage), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Row53_Recording_that_is_damaged_in_the_middle_ends_there_and_never_goes_on_behind_the_hole()
    {
        string[] lines = [.. Recorded];
        lines[3] = lines[3][..60] + '\0' + lines[3][61..];
        await using var server = await SimulatorServer.StartAsync(Options(Write("bad.ws.jsonl", lines)), Cancel);
        Assert.Equal(1, server.Replay.FramesTotal);
        Assert.Contains("bad.ws.jsonl, line 4: ", Assert.Single(server.Replay.Damage), StringComparison.Ordinal);
        server.Replay.Start();
        await server.Replay.Completed.WaitAsync(SimClient.Patience, Cancel);
        Assert.Equal(100, server.Replay.GetBook("AAA_USDC-PERPETUAL")!.ChangeId);
    }

    [Fact]
    public async Task Row53_Recording_without_one_good_record_is_refused_with_the_line()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => SimulatorServer.StartAsync(Options(Write("none.ws.jsonl", [Recorded[1][..50]])), Cancel));
        Assert.Contains("none.ws.jsonl, line 1: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_frame_is_served_as_recorded_under_the_name_that_was_subscribed()
    {
        await using var server = await SimulatorServer.StartAsync(Options(Write("a.ws.jsonl", Recorded)), Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        string[] channels =
        [
            "book.AAA_USDC-PERPETUAL.100ms", "trades.option.any.agg2", "trades.AAA_USDC-PERPETUAL.100ms", "ticker.AAA_USDC-PERPETUAL.agg2",
            "book.AAA_USDC-PERPETUAL.none.10.agg2", "platform_state",
        ];
        Assert.Equal(channels.Length, (await client.SubscribeAsync(channels)).Length);
        server.Replay.Start();
        await server.Replay.Completed.WaitAsync(SimClient.Patience, Cancel);
        await client.CallAsync("public/test");

        string[] renamed =
        [
            .. Recorded.Where(line => line.Contains("subscription", StringComparison.Ordinal)).Select(line => line
                .Replace("book.AAA_USDC-PERPETUAL.raw", channels[0], StringComparison.Ordinal)
                .Replace("trades.option.any.raw", channels[1], StringComparison.Ordinal)
                .Replace("ticker.AAA_USDC-PERPETUAL.100ms", channels[3], StringComparison.Ordinal)
                .Replace("none.10.100ms", "none.10.agg2", StringComparison.Ordinal)),
        ];
        Assert.Equal(renamed, client.Messages.Where(one => one.Channel is not null).Select(one => one.Text));
        Assert.Equal((8, 8, 3), (server.Replay.FramesServed, server.Replay.FramesTotal, server.Replay.LinesSkipped));
    }

    [Fact]
    public async Task Trades_of_a_kind_are_filtered_for_an_instrument_and_the_other_way_round()
    {
        await using var server = await SimulatorServer.StartAsync(Options(Write("a.ws.jsonl", Recorded)), Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        await client.SubscribeAsync("trades.ETH-25DEC26-3000-P.100ms", "trades.future.USDC.100ms", "trades.BTC-25DEC26-90000-C.agg2");
        server.Replay.Start();
        await server.Replay.Completed.WaitAsync(SimClient.Patience, Cancel);
        await client.CallAsync("public/test");

        var option = Assert.Single(await client.FramesAsync("trades.ETH-25DEC26-3000-P.100ms")).Text;
        Assert.Equal(
            """{"jsonrpc":"2.0","method":"subscription","params":{"channel":"trades.ETH-25DEC26-3000-P.100ms","data":[{"trade_seq":9,"trade_id":"78","timestamp":1700000000200,"tick_direction":1,"price":0.06,"instrument_name":"ETH-25DEC26-3000-P","index_price":2.7e3,"direction":"sell","amount":2}]}}""",
            option);
        var wide = Assert.Single(await client.FramesAsync("trades.future.USDC.100ms"));
        Assert.Equal("AAA-1", wide.Data[0].GetProperty("trade_id").GetString());
        Assert.Equal(3, client.Messages.Count(one => one.Channel is not null));
    }

    [Fact]
    public async Task Late_subscription_gets_a_snapshot_of_the_book_as_served()
    {
        await using var server = await SimulatorServer.StartAsync(Options(Write("a.ws.jsonl", Recorded)), Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        // Nothing has been served: no snapshot yet.
        await client.SubscribeAsync("book.AAA_USDC-PERPETUAL.100ms");
        Assert.Null(server.Replay.GetBook("AAA_USDC-PERPETUAL"));
        await client.CallAsync("public/unsubscribe_all");
        Assert.DoesNotContain(client.Messages, one => one.Channel is not null);

        server.Replay.Start();
        await server.Replay.Completed.WaitAsync(SimClient.Patience, Cancel);
        await client.SubscribeAsync("book.AAA_USDC-PERPETUAL.agg2");
        var snapshot = Assert.Single(await client.FramesAsync("book.AAA_USDC-PERPETUAL.agg2"));
        var book = BookReplica.From([snapshot]);
        book.AssertEquals(server.Replay.GetBook("AAA_USDC-PERPETUAL"));
        Assert.Equal(120, book.ChangeId);
        Assert.Equal([new(1.25m, 4m)], book.Bids);
        Assert.Equal([new(1.275m, 2.5m)], book.Asks);

        var rest = (await client.CallAsync("public/get_order_book", new { instrument_name = "AAA_USDC-PERPETUAL" })).GetProperty("result");
        Assert.Equal(120, rest.GetProperty("change_id").GetInt64());
    }

    [Fact]
    public async Task After_a_break_of_the_recorded_chain_there_is_no_snapshot_until_the_next_recorded_one()
    {
        var broken = Recorded[^1].Replace("105", "110", StringComparison.Ordinal);
        await using var server = await SimulatorServer.StartAsync(Options(Write("b.ws.jsonl", [Recorded[1], broken])), Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        server.Replay.Start();
        await server.Replay.Completed.WaitAsync(SimClient.Patience, Cancel);
        Assert.Single(await client.SubscribeAsync("book.AAA_USDC-PERPETUAL.100ms"));
        await client.CallAsync("public/test");
        Assert.DoesNotContain(client.Messages, one => one.Channel is not null);
    }

    [Fact]
    public async Task Instruments_are_derived_from_the_recording()
    {
        await using var server = await SimulatorServer.StartAsync(Options(Write("a.ws.jsonl", Recorded)), Cancel);
        using var http = new HttpClient { BaseAddress = server.HttpUri };
        var all = (await http.GetFromJsonAsync<JsonElement>("public/get_instruments?currency=any", Cancel)).GetProperty("result");
        Assert.Equal(
            ["AAA_USDC-PERPETUAL", "BTC-25DEC26-90000-C", "ETH-25DEC26-3000-P"],
            all.EnumerateArray().Select(one => one.GetProperty("instrument_name").GetString()));
        Assert.Equal(0.001m, all[0].GetProperty("tick_size").GetDecimal());
        // A price that only a trade shows counts as well.
        Assert.Equal(0.01m, all[1].GetProperty("tick_size").GetDecimal());
        Assert.Equal("linear", all[0].GetProperty("instrument_type").GetString());
        Assert.Equal(("option", "call", 90000m), (
            all[1].GetProperty("kind").GetString(), all[1].GetProperty("option_type").GetString(), all[1].GetProperty("strike").GetDecimal()));
        Assert.Equal(
            DateTimeOffset.Parse("2026-12-25T08:00:00Z", CultureInfo.InvariantCulture).ToUnixTimeMilliseconds(),
            all[1].GetProperty("expiration_timestamp").GetInt64());
        var options = await http.GetFromJsonAsync<JsonElement>("public/get_instruments?currency=ETH&kind=option", Cancel);
        Assert.Equal(1, options.GetProperty("result").GetArrayLength());
    }

    [Fact]
    public async Task Trades_served_so_far_are_what_get_last_trades_knows()
    {
        await using var server = await SimulatorServer.StartAsync(Options(Write("a.ws.jsonl", Recorded)), Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        var query = new { instrument_name = "BTC-25DEC26-90000-C", start_seq = 1, sorting = "asc" };
        Assert.Equal(0, (await client.CallAsync("public/get_last_trades_by_instrument", query)).GetProperty("result").GetProperty("trades").GetArrayLength());
        server.Replay.Start();
        await server.Replay.Completed.WaitAsync(SimClient.Patience, Cancel);
        var trades = (await client.CallAsync("public/get_last_trades_by_instrument", query)).GetProperty("result").GetProperty("trades");
        Assert.Equal(5, Assert.Single(trades.EnumerateArray()).GetProperty("trade_seq").GetInt64());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Recorded_pace_follows_the_times_file_and_the_speed(int speed)
    {
        var frames = Enumerable.Range(0, 4).Select(i =>
            $$$$"""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"ticker.BTC-PERPETUAL.raw","data":{"timestamp":{{{{i}}}},"instrument_name":"BTC-PERPETUAL"}}}""");
        var file = Write("paced.ws.jsonl", [.. frames]);
        await File.WriteAllLinesAsync(Path.Combine(_folder, "paced.times.txt"), ["100.0", "104.0", "108.0", "112.0"], Cancel);
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var server = await SimulatorServer.StartAsync(
            Options(file) with { ReplaySpeed = speed, TimeProvider = time, StartReplayOnSubscribe = true }, Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        await client.SubscribeAsync("ticker.BTC-PERPETUAL.100ms");
        await client.FramesAsync("ticker.BTC-PERPETUAL.100ms", 1);
        var elapsed = 0.0;
        void AdvanceTo(double recordedSeconds)
        {
            time.Advance(TimeSpan.FromSeconds((recordedSeconds - elapsed) / speed));
            elapsed = recordedSeconds;
        }

        for (var frame = 2; frame <= 4; frame++)
        {
            AdvanceTo(((frame - 1) * 4) - 0.1);
            await client.CallAsync("public/test");
            Assert.Equal(frame - 1, (await client.FramesAsync("ticker.BTC-PERPETUAL.100ms")).Count);
            AdvanceTo(((frame - 1) * 4) + 0.1);
            await client.FramesAsync("ticker.BTC-PERPETUAL.100ms", frame);
        }

        await server.Replay.Completed.WaitAsync(SimClient.Patience, Cancel);
    }

    [Fact]
    public async Task At_full_speed_a_slow_reader_holds_the_replay_back_and_loses_nothing()
    {
        var padding = new string('x', 2000);
        var frames = Enumerable.Range(0, 20_000).Select(i =>
            $$$$"""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"ticker.BTC-PERPETUAL.raw","data":{"timestamp":{{{{i}}}},"p":"{{{{padding}}}}"}}}""");
        var options = Options(Write("big.ws.jsonl", [.. frames])) with { MaxQueuedBytes = 4_000_000 };
        await using var server = await SimulatorServer.StartAsync(options, Cancel);
        await using var slow = await SimClient.ConnectAsync(server, read: false);
        await slow.SendCallAsync("public/subscribe", new { channels = (string[])["ticker.BTC-PERPETUAL.100ms"] });
        var buffer = new byte[1024 * 1024];
        await slow.ReceiveOneFragmentAsync(buffer);
        server.Replay.Start();
        for (var i = 0; i < 20_000;)
        {
            if (i == 5)
            {
                // The timeline waits for this reader instead of running ahead to the end.
                Assert.False(server.Replay.Completed.IsCompleted);
            }

            if (await slow.ReceiveOneFragmentAsync(buffer) > 0)
            {
                i++;
            }
        }

        await server.Replay.Completed.WaitAsync(SimClient.Patience, Cancel);
        Assert.Equal(20_000, server.Replay.FramesServed);
    }

    [Fact]
    public async Task File_without_a_notification_is_refused_by_name()
    {
        var file = Write("empty.jsonl", [Recorded[0]]);
        var error = await Assert.ThrowsAsync<ArgumentException>(() => SimulatorServer.StartAsync(Options(file), Cancel));
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shared_samples_are_served_byte_for_byte()
    {
        var samples = RepositoryRoot.Beside("shared/deribit/samples");
        if (samples is null)
        {
            Assert.Skip("The folder ../shared/deribit/samples is not there.");
        }

        foreach (var file in Directory.GetFiles(samples, "*.ws.jsonl").Where(one => !one.Contains("doc_examples", StringComparison.Ordinal)))
        {
            var lines = await File.ReadAllLinesAsync(file, Cancel);
            var notifications = lines.Select(Notification).Where(one => one.Channel is not null).ToList();
            await using var server = await SimulatorServer.StartAsync(Options(file), Cancel);
            Assert.Equal(notifications.Count, server.Replay.FramesTotal);
            await using var client = await SimClient.ConnectAsync(server);
            var channels = notifications.Select(one => Public(one.Channel!)).Distinct().ToArray();
            Assert.Equal(channels.Order(), (await client.SubscribeAsync(channels)).Order());
            server.Replay.Start();
            await server.Replay.Completed.WaitAsync(SimClient.Patience, Cancel);
            await client.CallAsync("public/test");

            // A trades frame recorded per kind may reach a channel of one instrument too; each recorded frame counts once.
            var served = client.Messages.Where(one => one.Channel is not null).Select(one => After(one.Text)).ToList();
            Assert.Equal(notifications.Select(one => After(one.Line)), served);
        }
    }

    private static SimulatorOptions Options(params string[] files) => new()
    {
        Mode = SimulatorMode.Replay,
        ReplayFiles = files,
        ReplaySpeed = double.PositiveInfinity,
        EnforceCredits = false,
    };

    private static string Public(string channel) =>
        channel.EndsWith(".raw", StringComparison.Ordinal) ? channel[..^4] + ".100ms" : channel;

    private static (string Line, string? Channel) Notification(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.TryGetProperty("params", out var p) && p.TryGetProperty("channel", out var channel)
            ? (line.TrimEnd(), channel.GetString())
            : (line, null);
    }

    /// <summary>Everything behind the closing quote of the channel name.</summary>
    private static string After(string frame)
    {
        var start = frame.IndexOf('"', frame.IndexOf(':', frame.IndexOf("\"channel\"", StringComparison.Ordinal)));
        return frame[frame.IndexOf('"', start + 1)..];
    }

    private string Write(string name, string[] lines)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllLines(path, lines, new UTF8Encoding(false));
        return path;
    }
}
