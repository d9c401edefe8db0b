using System.Text;

using Deribit.Simulator.Faults;

using MarketData.Integration.Tests.Rigs;

using Microsoft.Extensions.Logging;

namespace MarketData.Integration.Tests.Faults;

/// <summary>Frames that are sound JSON and say something else than expected.</summary>
[Trait("kind", "integration")]
public sealed class MessagesContentTests(MessagesRig fixture) : IClassFixture<MessagesRig>
{
    private readonly Rig _rig = fixture.Rig;

    [Fact]
    public async Task Row14_Unknown_direction_state_and_action_pass_through_and_are_warned_of_once()
    {
        var mark = await _rig.MarkAsync();
        await _rig.ApplyAsync(new Fault { Kind = FaultKind.UnknownEnum, Channel = "trades.BTC-PERPETUAL.*", Count = 2 });
        await _rig.ApplyAsync(new Fault { Kind = FaultKind.UnknownEnum, Channel = "ticker.ETH-PERPETUAL.*", Count = 2 });
        var actions = await _rig.ApplyAsync(
            new Fault { Kind = FaultKind.UnknownAction, Channel = "book.SOL_USDC-PERPETUAL.*", Count = 2 });

        await Until.TrueAsync(() => mark.Trades.Count(one => one.Text("direction") == "sideways") == 2, () => "two trades");
        await Until.TrueAsync(() => mark.Tickers.Count(one => one.Text("state") == "sideways") == 2, () => "two tickers");
        await Mark.FirstAsync(() => mark.OrderBooks, one => one.Number("change_id") == actions[^1].ChangeId, "the unknown action");
        foreach (var trade in mark.Trades.Where(one => one.Text("direction") == "sideways"))
        {
            var truth = _rig.Simulator.Market.GetTrades("BTC-PERPETUAL").Single(one => one.TradeSeq == trade.Number("trade_seq"));
            Assert.Equal(truth.Price, trade.Json.GetProperty("price").GetDecimal());
            Assert.Equal(truth.Amount, trade.Json.GetProperty("amount").GetDecimal());
        }

        foreach (var value in new[] { "direction = sideways", "state = sideways", "book action = explode" })
            Assert.Equal(LogLevel.Warning, Assert.Single(mark.Lines, line => line.Text.Contains(value, StringComparison.Ordinal)).Level);
        await mark.OthersUntouchedAsync();
        Assert.Empty(mark.DeadLetters);
        await _rig.UntilReadyAsync();
        _rig.AssertBooksExact();
    }

    [Fact]
    public async Task Row15_Null_best_prices_and_missing_greeks_become_nulls()
    {
        const string option = "BTC-29JUN29-100000-C";
        var mark = await _rig.MarkAsync();
        await _rig.ApplyAsync(new Fault { Kind = FaultKind.NullField, Channel = $"ticker.{option}.*" });
        await _rig.ApplyAsync(new Fault { Kind = FaultKind.MissingOptionalField, Channel = $"ticker.{option}.*" });

        IEnumerable<TopicRecord> Tickers() => mark.Tickers.Where(one => one.Text("instrument_name") == option);
        var empty = await Mark.FirstAsync(
            Tickers, one => one.IsNull("best_bid_price") && one.IsNull("best_ask_price"), "the ticker without prices");
        Assert.True(empty.IsNull("best_bid_amount") && empty.IsNull("best_ask_amount") && empty.IsNull("bid_iv") && empty.IsNull("ask_iv"));
        Assert.False(empty.IsNull("greeks") || empty.IsNull("mark_price"));
        var plain = await Mark.FirstAsync(Tickers, one => one.IsNull("greeks"), "the ticker without greeks");
        Assert.True(plain.IsNull("index_price") && plain.IsNull("mark_price"));
        Assert.False(plain.IsNull("underlying_price"));

        Assert.DoesNotContain(mark.Lines, line => line.Level >= LogLevel.Warning);
        await mark.OthersUntouchedAsync();
        Assert.Empty(mark.DeadLetters);
        await _rig.UntilReadyAsync();
    }

    [Fact]
    public async Task Row16_New_fields_are_ignored_and_optional_ones_may_be_missing()
    {
        var mark = await _rig.MarkAsync();
        var news = await _rig.ApplyAsync(new Fault { Kind = FaultKind.ExtraField, Channel = "book.ETH-PERPETUAL.*", Count = 2 });
        await _rig.ApplyAsync(new Fault { Kind = FaultKind.ExtraField, Channel = "trades.ETH-PERPETUAL.*" });
        await _rig.ApplyAsync(new Fault { Kind = FaultKind.ExtraField, Channel = "ticker.ETH-PERPETUAL.*" });
        var untyped = await _rig.ApplyAsync(
            new Fault { Kind = FaultKind.MissingOptionalField, Channel = "book.BTC-PERPETUAL.*", Count = 2 });
        await _rig.ApplyAsync(new Fault { Kind = FaultKind.MissingOptionalField, Channel = "trades.BTC-PERPETUAL.*" });

        foreach (var frame in news.Concat(untyped))
            await Mark.FirstAsync(() => mark.OrderBooks, one => one.Number("change_id") == frame.ChangeId, "the frame " + frame.Channel);
        var trade = await Mark.FirstAsync(() => mark.Trades, one => one.IsNull("mark_price"), "the trade without a mark price");
        Assert.True(trade.IsNull("index_price"));
        await mark.OthersUntouchedAsync();
        Assert.Empty(mark.DeadLetters);
        await _rig.UntilReadyAsync();
        _rig.AssertBooksExact();
    }

    [Theory]
    [InlineData(FaultKind.MissingField)]
    [InlineData(FaultKind.ChangedType)]
    public async Task Row16_Required_field_missing_or_of_another_type_is_dead_letter_and_alarm(FaultKind kind)
    {
        var mark = await _rig.MarkAsync();
        await _rig.ApplyAsync(new Fault { Kind = kind, Channel = "book.BTC-29JUN29.*" });
        await _rig.ApplyAsync(new Fault { Kind = kind, Channel = "ticker.SOL_USDC-PERPETUAL.*" });
        await _rig.ApplyAsync(new Fault { Kind = kind, Channel = "trades.BTC-PERPETUAL.*" });

        await AssertRefusedAsync("orderbook", "BTC-29JUN29", "change_id");
        await AssertRefusedAsync("ticker", "SOL_USDC-PERPETUAL", "timestamp");
        await AssertRefusedAsync("trade", "BTC-PERPETUAL", "trade_seq");

        // What the refused frames would have said is in the ledger: the book was resubscribed, the trade is a hole.
        await mark.HealedAsync("BTC-29JUN29");
        await mark.IntegrityAsync("BTC-PERPETUAL", "trade_gap", "trade");
        await mark.OthersUntouchedAsync("BTC-29JUN29", "SOL_USDC-PERPETUAL", "BTC-PERPETUAL");
        await _rig.UntilReadyAsync();
        _rig.AssertBooksExact();

        async Task AssertRefusedAsync(string stream, string instrument, string field)
        {
            var letter = await mark.DeadLetterAsync(
                $"of {stream}", one => one.Headers["channel"] == stream && one.Headers["instrument"] == instrument);
            Assert.Contains(field, letter.Headers["reason"], StringComparison.Ordinal);
            Assert.Equal("deribit." + instrument, letter.Key);
            Assert.Equal("subscription", letter.Text("method"));
            var rejected = await mark.IntegrityAsync(instrument, "rejected", stream);
            Assert.Equal(letter.Headers["reason"], rejected.Text("detail"));
            Assert.Contains(mark.Lines, line => line is { Level: LogLevel.Error, Id.Id: 4006 }
                && line.Text.Contains(instrument, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Row17_Unknown_channel_is_counted_and_its_frame_is_kept()
    {
        var mark = await _rig.MarkAsync();
        await _rig.ApplyAsync(new Fault { Kind = FaultKind.UnknownChannel, Channel = "ticker.BTC-PERPETUAL.*", Count = 3 });
        await _rig.ApplyAsync(new Fault { Kind = FaultKind.UnknownChannel, Channel = "book.BTC-29JUN29.*" });

        await Until.TrueAsync(() => mark.DeadLetters.Count() >= 4, () => $"four dead letters, there are {mark.DeadLetters.Count()}");
        foreach (var letter in mark.DeadLetters)
        {
            Assert.Contains("nobody.asked.for.this", letter.Headers["reason"], StringComparison.Ordinal);
            Assert.Contains("\"nobody.asked.for.this\"", Encoding.UTF8.GetString(letter.Value), StringComparison.Ordinal);
            Assert.True(letter.Json.GetProperty("params").TryGetProperty("data", out _));
        }

        // The frame was a book's: its chain shows that it is missing.
        await mark.HealedAsync("BTC-29JUN29");
        Assert.Equal(4, mark.DeadLetters.Count());
        Assert.Equal(4, mark.Integrity.Count(one => one.Text("kind") == "rejected" && one.Text("channel") == "connection"));
        await mark.OthersUntouchedAsync("BTC-29JUN29", "BTC-PERPETUAL");
        await _rig.UntilReadyAsync();
        _rig.AssertBooksExact();
    }
}
