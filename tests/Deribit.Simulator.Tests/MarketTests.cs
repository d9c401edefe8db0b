using System.Text.Json;

namespace Deribit.Simulator.Tests;

[Trait("kind", "integration")]
public sealed class MarketTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal static SimulatorOptions Still => new() { FramesPerSecond = 0, EnforceCredits = false };

    [Fact]
    public async Task Books_rebuilt_from_the_stream_equal_the_oracle()
    {
        await using var server = await SimulatorServer.StartAsync(Still with { KeepHistory = true, BookLevels = 12 }, Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        var names = server.Market.InstrumentNames;
        await client.SubscribeAsync([.. names.Select(name => $"book.{name}.100ms")]);

        server.Market.Advance(6000);

        foreach (var name in names)
        {
            var oracle = server.Market.GetBook(name);
            var channel = $"book.{name}.100ms";
            var frames = await client.WaitAsync(
                all => all.LastOrDefault(one => one.Channel == channel) is { } last && last.Data.GetProperty("change_id").GetInt64() == oracle.ChangeId
                    ? all.Where(one => one.Channel == channel).ToArray() : null,
                $"change {oracle.ChangeId} of {name}");
            BookReplica.From(frames).AssertEquals(oracle);

            // And at every point on the way.
            var book = new BookReplica();
            foreach (var frame in frames.Take(50))
            {
                book.Apply(frame.Data);
                book.AssertEquals(server.Market.GetBook(name, book.ChangeId));
            }
        }
    }

    [Fact]
    public async Task Same_seed_gives_the_same_bytes_and_another_seed_does_not()
    {
        async Task<string[]> RunAsync(int seed)
        {
            var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
            await using var server = await SimulatorServer.StartAsync(Still with { Seed = seed, TimeProvider = time }, Cancel);
            await using var client = await SimClient.ConnectAsync(server);
            await client.SubscribeAsync("book.BTC-PERPETUAL.100ms", "trades.any.any.100ms", "ticker.ETH-PERPETUAL.100ms");
            server.Market.Advance(500);
            server.Market.Advance(1500);
            var id = server.Market.GetBook("BTC-PERPETUAL").ChangeId;
            await client.MessageAsync(
                one => one.Channel == "book.BTC-PERPETUAL.100ms" && one.Data.GetProperty("change_id").GetInt64() == id, "the last change");
            // The reply comes behind everything that was published before the call.
            await client.CallAsync("public/test");
            return [.. client.Messages.Where(one => one.Channel is not null).Select(one => one.Text)];
        }

        var first = await RunAsync(5);
        Assert.True(first.Length > 300);
        Assert.Equal(first, await RunAsync(5));
        Assert.NotEqual(first, await RunAsync(6));
    }

    [Fact]
    public async Task The_sequence_does_not_depend_on_who_listens()
    {
        await using var watched = await SimulatorServer.StartAsync(Still, Cancel);
        await using var alone = await SimulatorServer.StartAsync(Still, Cancel);
        await using var client = await SimClient.ConnectAsync(watched);
        await client.SubscribeAsync([.. watched.Market.InstrumentNames.SelectMany(name => new[] { $"book.{name}.100ms", $"ticker.{name}.agg2" })]);

        watched.Market.Advance(3000);
        for (var i = 0; i < 3000;)
        {
            i += alone.Market.Advance(1);
        }

        foreach (var name in watched.Market.InstrumentNames)
        {
            Assert.Equal(alone.Market.GetBook(name).Bids, watched.Market.GetBook(name).Bids);
            Assert.Equal(alone.Market.GetBook(name).ChangeId, watched.Market.GetBook(name).ChangeId);
        }
    }

    [Fact]
    public async Task Trades_are_contiguous_and_agree_with_the_books_and_with_get_last_trades()
    {
        await using var server = await SimulatorServer.StartAsync(Still with { KeepHistory = true }, Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        await client.SubscribeAsync("trades.BTC-PERPETUAL.100ms", "book.BTC-PERPETUAL.100ms");
        server.Market.Advance(4000);
        await client.CallAsync("public/test");

        var book = new BookReplica();
        var expected = 271_000_001L;
        var last = (Price: 0m, Direction: 0);
        var pending = new List<(decimal Price, decimal Amount, bool Buy)>();
        foreach (var frame in client.Messages.Where(one => one.Channel is not null))
        {
            if (frame.Channel!.StartsWith("trades", StringComparison.Ordinal))
            {
                foreach (var trade in frame.Data.EnumerateArray())
                {
                    Assert.Equal(expected++, trade.GetProperty("trade_seq").GetInt64());
                    var price = BookReplica.Exact(trade.GetProperty("price"));
                    var buy = trade.GetProperty("direction").GetString() == "buy";
                    var amount = BookReplica.Exact(trade.GetProperty("amount"));
                    var direction = trade.GetProperty("tick_direction").GetInt32();
                    Assert.Equal(
                        last.Price == 0 || price > last.Price ? 0 : price < last.Price ? 2 : last.Direction < 2 ? 1 : 3, direction);
                    last = (price, direction);
                    pending.Add((price, amount, buy));
                }

                continue;
            }

            // The book frame right behind the trades takes exactly what was traded.
            var before = pending.Select(one => (one, Held: (one.Buy ? book.Asks : book.Bids).GetValueOrDefault(one.Price))).ToList();
            book.Apply(frame.Data);
            foreach (var (trade, held) in before)
            {
                Assert.Equal(held - trade.Amount, (trade.Buy ? book.Asks : book.Bids).GetValueOrDefault(trade.Price));
            }

            pending.Clear();
        }

        Assert.True(expected > 271_000_021, "too few trades to mean anything");
        var first = 271_000_003;
        var reply = await client.CallAsync(
            "public/get_last_trades_by_instrument",
            new { instrument_name = "BTC-PERPETUAL", start_seq = first, end_seq = first + 9, count = 1000, sorting = "asc" });
        var oracle = server.Market.GetTrades("BTC-PERPETUAL").Where(one => one.TradeSeq >= first).Take(10).ToList();
        Assert.Equal(
            oracle.Select(one => (one.TradeSeq, one.TradeId, one.Price, one.Amount)),
            reply.GetProperty("result").GetProperty("trades").EnumerateArray().Select(one => (
                one.GetProperty("trade_seq").GetInt64(), one.GetProperty("trade_id").GetString()!,
                BookReplica.Exact(one.GetProperty("price")), BookReplica.Exact(one.GetProperty("amount")))));
        Assert.False(reply.GetProperty("result").GetProperty("has_more").GetBoolean());
    }

    [Fact]
    public async Task Tickers_agree_with_the_book_at_that_moment()
    {
        await using var server = await SimulatorServer.StartAsync(Still, Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        var names = server.Market.InstrumentNames;
        await client.SubscribeAsync([.. names.SelectMany(name => new[] { $"book.{name}.100ms", $"ticker.{name}.100ms" })]);
        server.Market.Advance(5000);
        await client.CallAsync("public/test");

        var books = names.ToDictionary(name => name, _ => new BookReplica());
        var tickers = 0;
        foreach (var frame in client.Messages.Where(one => one.Channel is not null))
        {
            var book = books[frame.Data.GetProperty("instrument_name").GetString()!];
            if (frame.Channel!.StartsWith("book", StringComparison.Ordinal))
            {
                book.Apply(frame.Data);
                continue;
            }

            if (book.ChangeId == 0)
            {
                continue;
            }

            tickers++;
            AssertBest(frame.Data, "bid", book.Bids);
            AssertBest(frame.Data, "ask", book.Asks);
        }

        Assert.True(tickers > 500);
    }

    [Fact]
    public async Task The_mix_is_mostly_books_with_some_tickers_and_few_trades_in_varied_number_forms()
    {
        await using var server = await SimulatorServer.StartAsync(Still, Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        var names = server.Market.InstrumentNames;
        await client.SubscribeAsync([.. names.SelectMany(name => new[] { $"book.{name}.100ms", $"ticker.{name}.100ms", $"trades.{name}.100ms" })]);
        await client.CallAsync("public/test");
        var before = client.Messages.Count;
        var made = server.Market.Advance(10_000);
        await client.CallAsync("public/test");

        var frames = client.Messages.Skip(before).Where(one => one.Channel is not null).ToList();
        Assert.Equal(made, frames.Count);
        Assert.InRange(frames.Count(one => one.Channel!.StartsWith("book", StringComparison.Ordinal)), 7500, 8500);
        Assert.InRange(frames.Count(one => one.Channel!.StartsWith("ticker", StringComparison.Ordinal)), 1200, 1800);
        Assert.InRange(frames.Count(one => one.Channel!.StartsWith("trades", StringComparison.Ordinal)), 350, 650);
        Assert.Contains(frames, one => one.Text.Contains("e4,", StringComparison.Ordinal) || one.Text.Contains("e4]", StringComparison.Ordinal));
        Assert.Contains(frames, one => one.Text.Contains(".0]", StringComparison.Ordinal));
        Assert.Contains(frames, one => one.Channel!.StartsWith("book.BTC-FS", StringComparison.Ordinal) && one.Text.Contains(",-", StringComparison.Ordinal));
        Assert.Contains(frames, one => one.Channel!.StartsWith("book.XRP_USDC-29JUN29-0d625-C", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_sided_books_occur()
    {
        await using var server = await SimulatorServer.StartAsync(Still with { Instruments = 60 }, Cancel);
        var oneSided = false;
        for (var i = 0; i < 300 && !oneSided; i++)
        {
            server.Market.Advance(200);
            oneSided = server.Market.InstrumentNames.Select(name => server.Market.GetBook(name)).Any(book => book.Bids.Count == 0 && book.Asks.Count > 0);
        }

        Assert.True(oneSided);
    }

    [Fact]
    public async Task Quiet_instruments_hardly_ever_move()
    {
        await using var server = await SimulatorServer.StartAsync(Still with { Instruments = 40, KeepHistory = true }, Cancel);
        server.Market.Advance(5000);
        Assert.True(server.Market.GetChangeIds("BTC-6JUL29-92000-P").Count < 5);
        Assert.True(server.Market.GetChangeIds("BTC-PERPETUAL").Count > 200);
    }

    [Fact]
    public async Task Grouped_book_is_the_top_of_the_whole_book()
    {
        await using var server = await SimulatorServer.StartAsync(Still, Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        Assert.Single(await client.SubscribeAsync("book.BTC-PERPETUAL.none.10.100ms", "book.BTC-PERPETUAL.none.50.100ms"));
        server.Market.Advance(500);
        var book = server.Market.GetBook("BTC-PERPETUAL");
        var frame = await client.MessageAsync(
            one => one.Channel is not null && one.Data.GetProperty("change_id").GetInt64() == book.ChangeId, "the last window");
        Assert.Equal(book.Bids.Take(10), Levels(frame.Data.GetProperty("bids")));
        Assert.Equal(book.Asks.Take(10), Levels(frame.Data.GetProperty("asks")));
        Assert.False(frame.Data.TryGetProperty("type", out _));
    }

    [Fact]
    public async Task Order_book_call_agrees_with_the_oracle()
    {
        await using var server = await SimulatorServer.StartAsync(Still, Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        server.Market.Advance(700);
        foreach (var name in server.Market.InstrumentNames)
        {
            var book = server.Market.GetBook(name);
            var result = (await client.CallAsync("public/get_order_book", new { instrument_name = name, depth = 10_000 })).GetProperty("result");
            Assert.Equal(book.ChangeId, result.GetProperty("change_id").GetInt64());
            Assert.Equal(book.Bids, Levels(result.GetProperty("bids")));
            Assert.Equal(book.Asks, Levels(result.GetProperty("asks")));
        }

        // Depth is rounded up to the next one on offer.
        var shallow = (await client.CallAsync("public/get_order_book", new { instrument_name = "BTC-PERPETUAL", depth = 4 })).GetProperty("result");
        Assert.Equal(5, shallow.GetProperty("bids").GetArrayLength());
    }

    [Fact]
    public async Task The_pace_is_what_was_asked()
    {
        await using var server = await SimulatorServer.StartAsync(new SimulatorOptions { FramesPerSecond = 500 }, Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        await client.SubscribeAsync("trades.any.any.100ms", "book.BTC-PERPETUAL.100ms");
        var frames = await client.FramesAsync("book.BTC-PERPETUAL.100ms", 20);
        Assert.True(frames.Count >= 20);
    }

    private static IEnumerable<SimulatedLevel> Levels(JsonElement side) =>
        side.EnumerateArray().Select(level => new SimulatedLevel(BookReplica.Exact(level[0]), BookReplica.Exact(level[1])));

    private static void AssertBest(JsonElement ticker, string side, SortedDictionary<decimal, decimal> levels)
    {
        var price = ticker.GetProperty($"best_{side}_price");
        var amount = BookReplica.Exact(ticker.GetProperty($"best_{side}_amount"));
        if (levels.Count == 0)
        {
            Assert.True(price.ValueKind == JsonValueKind.Null || BookReplica.Exact(price) == 0);
            Assert.Equal(0, amount);
            return;
        }

        Assert.Equal(levels.First().Key, BookReplica.Exact(price));
        Assert.Equal(levels.First().Value, amount);
    }
}
