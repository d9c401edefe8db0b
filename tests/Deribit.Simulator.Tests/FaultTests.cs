using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using Deribit.Simulator.Faults;

namespace Deribit.Simulator.Tests;

[Trait("kind", "integration")]
public sealed partial class FaultTests
{
    private const string Book = "book.BTC-PERPETUAL.100ms";
    private const string Trades = "trades.BTC-PERPETUAL.100ms";
    private const string Ticker = "ticker.BTC-PERPETUAL.100ms";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // One instrument, so that every event concerns it.
    private static SimulatorOptions One => MarketTests.Still with { Instruments = 1, KeepHistory = true };

    [Fact]
    public async Task Drop_leaves_out_exactly_the_frame_that_the_ledger_names()
    {
        await using var rig = await Rig.StartAsync(Book);
        rig.Server.Faults.Add(new Fault { Kind = FaultKind.Drop, Channel = "book.*", Skip = 2 });
        var frames = await rig.AdvanceAsync(Book, 30);
        var applied = Assert.Single(rig.Server.Faults.Applied);
        var ids = rig.Server.Market.GetChangeIds("BTC-PERPETUAL");
        Assert.Equal(ids[3], applied.ChangeId);
        Assert.Equal((FaultKind.Drop, 1, Book), (applied.Kind, applied.ConnectionId, applied.Channel));
        Assert.Equal(ids.Where(id => id != applied.ChangeId), frames.Select(Id));
        Assert.Empty(rig.Server.Faults.Armed);
    }

    [Fact]
    public async Task Duplicate_sends_the_same_bytes_twice()
    {
        await using var rig = await Rig.StartAsync(Book);
        rig.Server.Faults.Add(new Fault { Kind = FaultKind.Duplicate });
        var frames = await rig.AdvanceAsync(Book, 10);
        Assert.Equal(frames[1].Bytes, frames[2].Bytes);
        Assert.NotEqual(frames[2].Bytes, frames[3].Bytes);
    }

    [Fact]
    public async Task Swap_sends_two_neighbours_in_the_wrong_order()
    {
        await using var rig = await Rig.StartAsync(Book);
        rig.Server.Faults.Add(new Fault { Kind = FaultKind.Swap });
        var frames = await rig.AdvanceAsync(Book, 10);
        var ids = rig.Server.Market.GetChangeIds("BTC-PERPETUAL");
        Assert.Equal([ids[0], ids[2], ids[1], .. ids.Skip(3)], frames.Select(Id));
    }

    [Fact]
    public async Task Mute_silences_one_channel_until_cleared()
    {
        await using var rig = await Rig.StartAsync(Book, Ticker);
        rig.Server.Faults.Add(new Fault { Kind = FaultKind.Mute, Channel = Book });
        await rig.AdvanceAsync(Ticker, 200);
        Assert.Single(await rig.Client.FramesAsync(Book));
        Assert.True((await rig.Client.FramesAsync(Ticker)).Count > 5);
        Assert.Equal(FaultKind.Mute, Assert.Single(rig.Server.Faults.Applied).Kind);
        rig.Server.Faults.Clear();
        Assert.True((await rig.AdvanceAsync(Book, 50)).Count > 10);
    }

    [Theory]
    [InlineData(FaultKind.TruncateJson)]
    [InlineData(FaultKind.FlipBytes)]
    [InlineData(FaultKind.ByteOrderMark)]
    [InlineData(FaultKind.DeepNesting)]
    [InlineData(FaultKind.EmptyFrame)]
    public async Task Broken_text_is_not_json(FaultKind kind)
    {
        await using var rig = await Rig.StartAsync(Book);
        rig.Server.Faults.Add(new Fault { Kind = kind });
        await rig.AdvanceAsync(Book, 10);
        var broken = Assert.Single(rig.Client.Messages, one => !one.Valid);
        Assert.Equal(kind, Assert.Single(rig.Server.Faults.Applied).Kind);
        switch (kind)
        {
            case FaultKind.EmptyFrame:
                Assert.Empty(broken.Bytes);
                break;
            case FaultKind.DeepNesting:
                Assert.Contains(new string('[', 10_000), broken.Text, StringComparison.Ordinal);
                break;
            case FaultKind.ByteOrderMark:
                Assert.Equal(0xEF, broken.Bytes[0]);
                break;
        }
    }

    [Fact]
    public async Task Invalid_utf8_makes_a_client_that_checks_end_the_connection()
    {
        await using var rig = await Rig.StartAsync(Book);
        rig.Server.Faults.Add(new Fault { Kind = FaultKind.InvalidUtf8 });
        rig.Server.Market.Advance(10);
        await rig.Client.Ended.WaitAsync(SimClient.Patience, Cancel);
        Assert.Equal(FaultKind.InvalidUtf8, Assert.Single(rig.Server.Faults.Applied).Kind);
    }

    [Theory]
    [InlineData(FaultKind.NegativeAmount, Book)]
    [InlineData(FaultKind.NegativeAmount, Trades)]
    [InlineData(FaultKind.NegativeAmount, Ticker)]
    [InlineData(FaultKind.ZeroAmount, Book)]
    [InlineData(FaultKind.ZeroAmount, Trades)]
    [InlineData(FaultKind.CrossedBook, Book)]
    [InlineData(FaultKind.DeleteUnknownLevel, Book)]
    [InlineData(FaultKind.UnknownAction, Book)]
    [InlineData(FaultKind.MissingField, Book)]
    [InlineData(FaultKind.MissingField, Trades)]
    [InlineData(FaultKind.MissingField, Ticker)]
    [InlineData(FaultKind.ChangedType, Book)]
    [InlineData(FaultKind.ChangedType, Trades)]
    [InlineData(FaultKind.ChangedType, Ticker)]
    [InlineData(FaultKind.UnknownEnum, Book)]
    [InlineData(FaultKind.UnknownEnum, Trades)]
    [InlineData(FaultKind.UnknownEnum, Ticker)]
    [InlineData(FaultKind.OffTickPrice, Book)]
    [InlineData(FaultKind.OffTickPrice, Trades)]
    [InlineData(FaultKind.ExtraField, Book)]
    [InlineData(FaultKind.DuplicateKey, Book)]
    [InlineData(FaultKind.UnknownChannel, Book)]
    public async Task Lying_content_is_json_that_differs_from_the_unspoiled_twin(FaultKind kind, string channel)
    {
        await using var rig = await Rig.StartAsync(channel);
        await using var witness = await SimClient.ConnectAsync(rig.Server);
        await witness.SubscribeAsync(channel);
        rig.Server.Faults.Add(new Fault { Kind = kind, ConnectionId = 1 });
        await rig.AdvanceAsync(channel, 400);
        await witness.CallAsync("public/test");

        var seen = Notifications(rig.Client);
        var truth = Notifications(witness);
        Assert.Equal(truth.Count, seen.Count);
        var different = Enumerable.Range(0, truth.Count).Where(i => !truth[i].Bytes.AsSpan().SequenceEqual(seen[i].Bytes)).ToList();
        var spoiled = seen[Assert.Single(different)];
        Assert.True(spoiled.Valid);
        Assert.Equal(kind, Assert.Single(rig.Server.Faults.Applied).Kind);
        AssertLie(kind, spoiled, truth[different[0]]);
    }

    [Fact]
    public async Task Huge_frame_is_padded_valid_json()
    {
        await using var rig = await Rig.StartAsync(Book);
        rig.Server.Faults.Add(new Fault { Kind = FaultKind.HugeFrame });
        await rig.AdvanceAsync(Book, 5);
        var huge = Assert.Single(rig.Client.Messages, one => one.Bytes.Length == 5_000_000);
        Assert.True(huge.Valid);
    }

    [Fact]
    public async Task Fragments_of_one_byte_make_the_same_message()
    {
        await using var server = await SimulatorServer.StartAsync(One, Cancel);
        await using var client = await SimClient.ConnectAsync(server, read: false);
        await client.SendCallAsync("public/subscribe", new { channels = (string[])[Trades] });
        var buffer = new byte[64 * 1024];
        await client.ReceiveOneFragmentAsync(buffer);
        server.Faults.Add(new Fault { Kind = FaultKind.OneByteFragments });
        while (server.Faults.Applied.Count == 0)
        {
            server.Market.Advance(1);
        }

        Assert.Equal(1, await client.ReceiveOneFragmentAsync(buffer));
        Assert.Equal((byte)'{', buffer[0]);
        Assert.Equal(1, await client.ReceiveOneFragmentAsync(buffer));
        Assert.Equal((byte)'"', buffer[0]);
    }

    [Fact]
    public async Task Binary_frame_carries_the_same_text()
    {
        await using var rig = await Rig.StartAsync(Book);
        rig.Server.Faults.Add(new Fault { Kind = FaultKind.BinaryFrame });
        await rig.AdvanceAsync(Book, 5);
        Assert.True(Assert.Single(rig.Client.Messages, one => one.Type == WebSocketMessageType.Binary).Valid);
        BookReplica.From(await rig.Client.FramesAsync(Book)).AssertEquals(rig.Server.Market.GetBook("BTC-PERPETUAL"));
    }

    [Fact]
    public async Task Inserted_snapshot_equals_the_book_at_its_id()
    {
        await using var rig = await Rig.StartAsync(Book);
        rig.Server.Faults.Add(new Fault { Kind = FaultKind.InsertSnapshot, Skip = 3 });
        var frames = await rig.AdvanceAsync(Book, 30);
        var snapshot = Assert.Single(frames.Skip(1), one => one.Data.GetProperty("type").GetString() == "snapshot");
        BookReplica.From([snapshot]).AssertEquals(rig.Server.Market.GetBook("BTC-PERPETUAL", Id(snapshot)));
        BookReplica.From(frames).AssertEquals(rig.Server.Market.GetBook("BTC-PERPETUAL"));
    }

    [Fact]
    public async Task Snapshot_withheld_leaves_changes_only_until_the_fault_is_spent()
    {
        await using var rig = await Rig.StartAsync();
        rig.Server.Faults.Add(new Fault { Kind = FaultKind.NoSnapshot, Channel = Book, Count = 2 });
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal([Book], await rig.Client.SubscribeAsync(Book));
            await rig.AdvanceAsync(Book, 20);
            await rig.Client.CallAsync("public/unsubscribe", new { channels = (string[])[Book] });
        }

        Assert.DoesNotContain(await rig.Client.FramesAsync(Book), one => one.Data.GetProperty("type").GetString() == "snapshot");
        await rig.Client.SubscribeAsync(Book);
        await rig.Client.MessageAsync(one => one.Text.Contains("\"snapshot\"", StringComparison.Ordinal), "the snapshot");
    }

    [Fact]
    public async Task Delayed_snapshot_follows_changes_and_is_current()
    {
        await using var rig = await Rig.StartAsync();
        rig.Server.Faults.Add(new Fault { Kind = FaultKind.DelaySnapshot, Duration = TimeSpan.FromMilliseconds(300) });
        await rig.Client.SubscribeAsync(Book);
        rig.Server.Market.Advance(20);
        var snapshot = await rig.Client.MessageAsync(one => one.Text.Contains("\"snapshot\"", StringComparison.Ordinal), "the late snapshot");
        var frames = await rig.Client.FramesAsync(Book);
        Assert.Equal("change", frames[0].Data.GetProperty("type").GetString());
        BookReplica.From([snapshot]).AssertEquals(rig.Server.Market.GetBook("BTC-PERPETUAL"));
    }

    [Fact]
    public async Task Omitted_channel_is_missing_from_the_reply_and_silent()
    {
        await using var rig = await Rig.StartAsync();
        rig.Server.Faults.Add(new Fault { Kind = FaultKind.OmitChannel, Channel = Book });
        Assert.Equal([Ticker], await rig.Client.SubscribeAsync(Book, Ticker));
        Assert.Equal([Book], await rig.Client.SubscribeAsync(Book));
    }

    [Fact]
    public async Task Faults_of_replies_lose_delay_and_refuse_the_next_call_of_a_method()
    {
        await using var rig = await Rig.StartAsync();
        var faults = rig.Server.Faults;
        faults.Add(new Fault { Kind = FaultKind.LoseReply, Method = "public/subscribe" });
        faults.Add(new Fault { Kind = FaultKind.ErrorReply, Method = "public/get_time", Code = 10041, Reason = "settlement_in_progress" });
        faults.Add(new Fault { Kind = FaultKind.SlowReply, Method = "public/hello", Duration = TimeSpan.FromMilliseconds(200) });

        var lost = await rig.Client.SendCallAsync("public/subscribe", new { channels = (string[])[Book] });
        await rig.Client.FramesAsync(Book);
        var error = (await rig.Client.CallAsync("public/get_time")).GetProperty("error");
        Assert.Equal(10041, error.GetProperty("code").GetInt32());
        Assert.True((await rig.Client.CallAsync("public/get_time")).TryGetProperty("result", out _));

        var slow = await rig.Client.SendCallAsync("public/hello", new { client_name = "t", client_version = "1" });
        await rig.Client.CallAsync("public/test");
        await rig.Client.ReplyAsync(slow);
        var order = rig.Client.Messages.Where(one => one.Channel is null).Select(one => one.Json.GetProperty("id").GetInt32()).ToList();
        Assert.DoesNotContain(lost, order);
        Assert.Equal([slow + 1, slow], order.TakeLast(2));
        Assert.Equal(3, faults.Applied.Count);
    }

    [Fact]
    public async Task Scheduled_faults_repeat_with_the_seed_and_match_the_ledger()
    {
        async Task<(long[] Missing, long[] Ledger)> RunAsync(int seed)
        {
            var schedule = new FaultSchedule { Seed = seed, Rates = new Dictionary<FaultKind, double> { [FaultKind.Drop] = 0.05 } };
            await using var rig = await Rig.StartAsync(One with { FaultSchedule = schedule }, Book);
            var frames = await rig.AdvanceAsync(Book, 600);
            var ids = rig.Server.Market.GetChangeIds("BTC-PERPETUAL");
            return ([.. ids.Except(frames.Select(Id))], [.. rig.Server.Faults.Applied.Select(one => one.ChangeId)]);
        }

        var first = await RunAsync(3);
        Assert.InRange(first.Missing.Length, 5, 80);
        Assert.Equal(first.Missing, first.Ledger);
        Assert.Equal(first.Missing, (await RunAsync(3)).Missing);
        Assert.NotEqual(first.Missing, (await RunAsync(4)).Missing);
    }

    [Fact]
    public async Task Faults_can_be_set_and_cleared_over_http()
    {
        await using var rig = await Rig.StartAsync(Book);
        using var http = new HttpClient { BaseAddress = new Uri(rig.Server.HttpUri, "/simulator/") };
        var set = await http.PostAsJsonAsync("faults", new { kind = "drop", channel = "book.*", count = 2 }, Cancel);
        Assert.True(set.IsSuccessStatusCode);
        await rig.AdvanceAsync(Book, 10);
        var status = await http.GetFromJsonAsync<JsonElement>("status", Cancel);
        Assert.Equal(2, status.GetProperty("faults_applied").GetInt32());
        Assert.Equal(1, status.GetProperty("connections")[0].GetProperty("channels").GetInt32());

        await http.PostAsJsonAsync("faults", new { kind = "mute" }, Cancel);
        Assert.Single(rig.Server.Faults.Armed);
        await http.DeleteAsync(new Uri("faults", UriKind.Relative), Cancel);
        Assert.Empty(rig.Server.Faults.Armed);

        var wrong = await http.PostAsJsonAsync("faults", new { kind = "no_such_fault" }, Cancel);
        Assert.Equal(400, (int)wrong.StatusCode);
        var book = await http.GetFromJsonAsync<JsonElement>("book/BTC-PERPETUAL", Cancel);
        Assert.Equal(rig.Server.Market.GetBook("BTC-PERPETUAL").ChangeId, book.GetProperty("change_id").GetInt64());
        var listed = await http.PostAsJsonAsync("market", new { list = "ETH-28DEC29-9000-C", lock_index = "btc_usd" }, Cancel);
        Assert.True(listed.IsSuccessStatusCode);
        Assert.Contains("ETH-28DEC29-9000-C", rig.Server.Market.InstrumentNames);
    }

    private static long Id(SimClient.Received frame) => frame.Data.GetProperty("change_id").GetInt64();

    private static List<SimClient.Received> Notifications(SimClient client) =>
        [.. client.Messages.Where(one => one.Text.Contains("\"subscription\"", StringComparison.Ordinal))];

    private static void AssertLie(FaultKind kind, SimClient.Received spoiled, SimClient.Received truth)
    {
        var expected = kind switch
        {
            FaultKind.NegativeAmount => "-1",
            FaultKind.DeleteUnknownLevel => "[\"delete\",0.12345678,0]",
            FaultKind.UnknownAction => "explode",
            FaultKind.UnknownEnum => "sideways",
            FaultKind.OffTickPrice => "0000001",
            FaultKind.ExtraField => "field_of_the_future",
            FaultKind.DuplicateKey => "\"timestamp\":0,\"timestamp\":",
            FaultKind.UnknownChannel => "nobody.asked.for.this",
            FaultKind.ChangedType => spoiled.Channel == Book ? "\"change_id\":[" : ":{\"value\":",
            _ => null,
        };
        if (expected is not null)
        {
            Assert.Contains(expected, spoiled.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(expected, truth.Text, StringComparison.Ordinal);
        }

        if (kind == FaultKind.MissingField)
        {
            Assert.True(spoiled.Bytes.Length < truth.Bytes.Length);
        }
    }

    private sealed class Rig(SimulatorServer server, SimClient client) : IAsyncDisposable
    {
        public SimulatorServer Server => server;

        public SimClient Client => client;

        public static Task<Rig> StartAsync(params string[] channels) => StartAsync(One, channels);

        public static async Task<Rig> StartAsync(SimulatorOptions options, params string[] channels)
        {
            var server = await SimulatorServer.StartAsync(options, Cancel);
            var client = await SimClient.ConnectAsync(server);
            if (channels.Length > 0)
            {
                await client.SubscribeAsync(channels);
            }

            return new Rig(server, client);
        }

        /// <summary>Moves the market, waits until the client has everything, and returns what came on the channel.</summary>
        public async Task<IReadOnlyList<SimClient.Received>> AdvanceAsync(string channel, int frames)
        {
            server.Market.Advance(frames);
            await client.CallAsync("public/test");
            return [.. client.Messages.Where(one => one.Channel == channel)];
        }

        public async ValueTask DisposeAsync()
        {
            await client.DisposeAsync();
            await server.DisposeAsync();
        }
    }
}
