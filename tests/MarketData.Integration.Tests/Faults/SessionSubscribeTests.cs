using System.Text;
using System.Text.RegularExpressions;

using Deribit.Simulator.Faults;

using MarketData.Collectors;
using MarketData.Integration.Tests.Rigs;

using Microsoft.Extensions.Logging;

namespace MarketData.Integration.Tests.Faults;

/// <summary>What goes wrong between asking for channels and having them.</summary>
[Trait("kind", "integration")]
public sealed class SessionSubscribeTests
{
    [Fact]
    public async Task Row18_Missing_channels_are_retried_with_backoff_then_unavailable_and_never_healthy()
    {
        const string book = "book.ETH-29JUN29.100ms";
        const string ticker = "ticker.SOL_USDC-PERPETUAL.100ms";
        await using var rig = await SessionRigs.StartAsync(
            simulator =>
            {
                simulator.Faults.Add(new Fault { Kind = FaultKind.OmitChannel, Channel = book, Count = 0 });
                simulator.Faults.Add(new Fault { Kind = FaultKind.OmitChannel, Channel = ticker, Count = 0 });
            },
            ("subscribe_retry_seconds", "0.2"));
        var mark = new Mark(rig);
        var healthy = 0;
        await Until.TrueAsync(
            () =>
            {
                healthy += rig.OrderBooks.Reasons().Count == 0 || rig.Tickers.Reasons().Count == 0 ? 1 : 0;
                return mark.Integrity.Any(one => one.Text("kind") == "quarantined") && rig.Tickers.Says("channels_unavailable")
                    && rig.OrderBooks.Says("channels_unavailable") && rig.OrderBooks.ExchangeStatus.BooksLive == 7 && rig.Trades.Reasons().Count == 0;
            },
            () => string.Join("; ", rig.OrderBooks.Reasons().Concat(rig.Tickers.Reasons()).Concat(rig.Trades.Reasons())));
        Assert.Equal(0, healthy);

        // Five attempts, each after at least half of a bound that doubles; then the instrument is unavailable, with the reason.
        var times = rig.Simulator.Faults.Applied
            .Where(one => one.Kind == FaultKind.OmitChannel && one.Channel == book).Select(one => one.Time).ToList();
        Assert.Equal(5, times.Count);
        for (var i = 1; i < times.Count; i++)
            Assert.True((times[i] - times[i - 1]).TotalSeconds >= 0.1 * Math.Pow(2, i - 1) - 0.02, $"Attempt {i + 1} came too early.");
        Assert.Contains(book, (await mark.IntegrityAsync("ETH-29JUN29", "quarantined")).Text("detail"), StringComparison.Ordinal);
        var refused = await mark.IntegrityAsync("SOL_USDC-PERPETUAL", "rejected", "ticker");
        Assert.Contains(ticker, refused.Text("detail"), StringComparison.Ordinal);
        Assert.True(rig.OrderBooks.Says("channels_unavailable"));
        Assert.Contains(rig.OrderBooks.Reasons(), reason => reason.Contains(book, StringComparison.Ordinal));
        Assert.Contains(rig.Tickers.Reasons(), reason => reason.Contains(ticker, StringComparison.Ordinal));
        Assert.Equal("quarantine", rig.OrderBooks.Monitor.Views().Single(view => view.Name == "ETH-29JUN29").BookState);
        Assert.Contains(mark.Lines, line => line is { Level: LogLevel.Error, Id.Id: 4005 }
            && line.Text.Contains(book, StringComparison.Ordinal));
        Assert.DoesNotContain(rig.Topics.OrderBooks, one => one.Text("instrument_name") == "ETH-29JUN29");
        await using (var redis = await rig.RedisAsync())
        {
            await redis.UntilBookAsync("BTC-PERPETUAL", present: true);
            await redis.UntilBookAsync("ETH-29JUN29", present: false);
        }

        // A new connection tries them again.
        rig.Simulator.Faults.Clear();
        rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.Abort });
        await mark.IntegrityAsync("ETH-29JUN29", "resynced");
        await rig.UntilReadyAsync();
        rig.AssertBooksExact();
    }

    [Fact]
    public async Task Row19_Data_before_the_subscribe_reply_is_accepted()
    {
        await using var rig = await SessionRigs.StartAsync(simulator => simulator.Faults.Add(
            new Fault { Kind = FaultKind.SlowReply, Method = "public/subscribe", Duration = TimeSpan.FromSeconds(5), Count = 6 }));
        // Each collector asks when it is ready to, so each is looked at for itself: data first, then whether the reply is still to come. The
        // three channels of the platform may have a call, and so a reply, of their own.
        const int Platform = 3;
        bool IsBeforeReply(Collector collector) =>
            collector.Says("channels_missing") && collector.ExchangeStatus.ChannelsAcknowledged is 0 or Platform;
        var (books, trades, tickers) = (false, false, false);
        await Until.TrueAsync(
            () =>
            {
                books |= rig.Topics.OrderBooks.Count > 20 && rig.OrderBooks.ExchangeStatus.BooksLive == 8 && IsBeforeReply(rig.OrderBooks);
                trades |= rig.Topics.Trades.Count > 0 && IsBeforeReply(rig.Trades);
                tickers |= rig.Topics.Tickers.Count > 0 && IsBeforeReply(rig.Tickers);
                return books && trades && tickers;
            },
            () => $"data before the reply: books {books}, trades {trades}, tickers {tickers}");

        await rig.UntilReadyAsync();
        Assert.All(rig.Topics.Integrity, one => Assert.Equal("connected", one.Text("kind")));
        Assert.All(rig.Topics.OrderBooks, one => Assert.Equal(1, one.Epoch()));
        rig.AssertBooksExact();
    }

    [Fact]
    public async Task Row20_Unreadable_requests_are_logged_and_halved_without_a_reconnect()
    {
        // Each connection's first subscribe call meets one of them.
        await using var rig = await SessionRigs.StartAsync(simulator =>
        {
            simulator.Faults.Add(Refusal(1, FaultKind.ErrorReply, 11050, "bad_request"));
            simulator.Faults.Add(Refusal(2, FaultKind.ErrorReply, -32600, "request entity too large"));
            simulator.Faults.Add(Refusal(3, FaultKind.ErrorWithoutId, -32600, "request entity too large"));
        });
        await rig.UntilReadyAsync();

        // The three channels of the platform and of the listings, the eight instruments, or both, whichever call comes first.
        var halved = rig.Log.Lines.Where(line => line.Id.Id == 2022).Select(line => line.Text).ToList();
        Assert.Equal(3, halved.Count);
        Assert.All(halved, line => Assert.Matches("public/subscribe of (3|8|11) channels .* cut to (1|4|5) channels", line));
        Assert.Single(halved, line => line.Contains("11050", StringComparison.Ordinal));
        var unnamed = Assert.Single(rig.Log.Lines, line => line.Id.Id == 2001).Text;
        Assert.Contains("-32600 request entity too large", unnamed, StringComparison.Ordinal);
        // A slow connection may have another call in flight as well, which is named before or behind it.
        Assert.Matches(new Regex(@"In flight: .*public/subscribe \(id \d+, \d+ bytes\).*Attributed to: public/subscribe"), unnamed);

        var letter = await Mark.FirstAsync(() => rig.Topics.DeadLetters, one => true, "the error without an id");
        Assert.Contains("error without an id: -32600", letter.Headers["reason"], StringComparison.Ordinal);
        Assert.Contains("\"code\":-32600", Encoding.UTF8.GetString(letter.Value), StringComparison.Ordinal);
        Assert.Equal([], rig.Log.Lines.Where(line => line.Id.Id is 1002 or 1003).Select(line => line.Text));
        Assert.Equal([1L, 2L, 3L], rig.Simulator.Status.Connections.Select(one => one.Id).Order());
        Assert.All(rig.Topics.Integrity, one => Assert.Equal(1, one.Epoch()));
        rig.AssertBooksExact();

        static Fault Refusal(long connection, FaultKind kind, int code, string reason) =>
            new() { Kind = kind, ConnectionId = connection, Method = "public/subscribe", Code = code, Reason = reason };
    }

    [Fact]
    public async Task Row21_One_collectors_10028_cools_all_three_down_and_they_resume_apart()
    {
        await using var rig = await SessionRigs.StartAsync();
        var mark = await rig.MarkAsync();
        rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.Drop, Channel = "book.BTC-PERPETUAL.*" });
        var refused = (await rig.ApplyAsync(
            new Fault { Kind = FaultKind.ErrorReply, Method = "public/unsubscribe", Code = 10028, Reason = "too_many_requests" }))[0];
        foreach (var collector in rig.Collectors.All)
            await collector.SaysAsync("rate_limited");

        // The others lose their connections too: nobody may connect before the cool-down is over.
        rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.Abort });
        var resumed = new List<double>();
        foreach (var channel in SessionRigs.Channels)
        {
            var at = DateTimeOffset.UnixEpoch.AddTicks(await rig.ConnectedAtAsync(channel, 2) / TimeSpan.NanosecondsPerTick);
            resumed.Add((at - refused.Time).TotalSeconds);
        }

        // The first cool-down is 3 s; the random part of up to half of it sets the three apart.
        Assert.All(resumed, after => Assert.InRange(after, 2.9, 60));
        Assert.True(resumed.Max() - resumed.Min() > 0.005, $"They resumed all at once: {string.Join(", ", resumed)}");
        Assert.Contains("(10028)", Assert.Single(mark.Lines, line => line.Id.Id == 2003).Text, StringComparison.Ordinal);
        await rig.UntilReadyAsync();
        await mark.IntegrityAsync("BTC-PERPETUAL", "resynced");
        rig.AssertBooksExact();
    }
}
