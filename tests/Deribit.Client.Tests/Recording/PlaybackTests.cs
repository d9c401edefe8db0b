using System.Text;

namespace Deribit.Client.Tests.Recording;

public sealed class PlaybackTests
{
    private const long Second = 1_000_000_000;
    private const string Ticker = "ticker.BTC-PERPETUAL.100ms";

    private readonly DeribitPlaybackClock _clock = new();

    [Fact]
    public async Task Messages_come_at_their_recorded_times_and_between_them_the_clock_is_to_be_looked_at()
    {
        await using var playback = Play([Connected(100 * Second), Trade(100 * Second, 1), Trade(100 * Second + 120_000_000, 2)]);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(100), _clock.GetUtcNow());
        Assert.IsType<DeribitConnected>(Next(playback));
        Assert.Equal(100 * Second, Assert.IsType<DeribitTrades>(Next(playback)).ReceivedAtUnixNs);
        var looks = new List<double>();
        while (!playback.TryRead(out _))
        {
            Assert.True(await playback.WaitToReadAsync(CancellationToken.None));
            looks.Add((_clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(100)).TotalMilliseconds);
        }

        Assert.Equal([50, 100, 120], looks);
        Assert.False(playback.Completed.IsCompleted);
        Assert.False(playback.WaitToReadAsync(CancellationToken.None).AsTask().IsCompleted);
        Assert.True(playback.Completed.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Frames_of_channels_that_nobody_asked_for_are_left_out_and_intervals_are_not_mixed()
    {
        await using var playback = Play(
            [Connected(Second), Of(Second, "trades.ETH-PERPETUAL.100ms", "[]"), Trade(Second, 1), Of(Second, "trades.BTC-PERPETUAL.raw", "[]"), Trade(Second, 2)]);
        Assert.IsType<DeribitConnected>(Next(playback));
        Assert.Equal(1, Assert.IsType<DeribitTrades>(Next(playback)).Trades[0].TradeSequence);
        Assert.Equal(2, Assert.IsType<DeribitTrades>(Next(playback)).Trades[0].TradeSequence);
        Assert.False(playback.TryRead(out _));
    }

    [Fact]
    public async Task Behind_a_hole_the_connection_is_lost_and_what_follows_is_on_a_new_one()
    {
        await using var playback = Play(
            [Connected(Second), Trade(Second, 1), new(DeribitRecordKind.Missing, 0, Second, "The file is damaged."u8.ToArray()), Trade(Second, 5, generation: 2)]);
        Assert.IsType<DeribitConnected>(Next(playback));
        Assert.IsType<DeribitTrades>(Next(playback));
        Assert.Equal("The file is damaged.", Assert.IsType<DeribitDisconnected>(Next(playback)).Detail);
        Assert.Equal(2, Assert.IsType<DeribitConnected>(Next(playback)).Generation);
        Assert.Contains("trades.BTC-PERPETUAL.100ms", Assert.IsType<DeribitChannelsAcknowledged>(Next(playback)).Channels);
        Assert.Equal(playback.Status.ChannelsWanted, playback.Status.ChannelsAcknowledged);
        Assert.Equal(5, Assert.IsType<DeribitTrades>(Next(playback)).Trades[0].TradeSequence);
    }

    [Fact]
    public async Task Loss_of_the_connection_is_told_and_the_end_of_the_recorder_is_none()
    {
        await using var playback = Play([Connected(Second), Ended(Second, "Lost"), Connected(Second), Ended(Second, "Stopped")]);
        Assert.IsType<DeribitConnected>(Next(playback));
        Assert.Equal("Why.", Assert.IsType<DeribitDisconnected>(Next(playback)).Detail);
        Assert.IsType<DeribitConnected>(Next(playback));
        Assert.False(playback.TryRead(out _));
        Assert.True(playback.Status.Connected);
    }

    [Fact]
    public async Task What_was_acknowledged_or_refused_for_other_readers_is_not_told()
    {
        await using var playback = Play(
        [
            Connected(Second),
            new(DeribitRecordKind.Acknowledged, 1, Second, """{"channels":["book.BTC-PERPETUAL.100ms","trades.BTC-PERPETUAL.100ms"]}"""u8.ToArray()),
            new(DeribitRecordKind.Refused, 1, Second, """{"channels":["book.X.raw"],"attempts":5,"given_up":true,"detail":"No."}"""u8.ToArray()),
            new(DeribitRecordKind.Refused, 1, Second, """{"channels":["book.X.raw","ticker.BTC-PERPETUAL.raw"],"attempts":5,"given_up":true,"detail":"No."}"""u8.ToArray()),
        ]);
        Assert.IsType<DeribitConnected>(Next(playback));
        Assert.Equal(["trades.BTC-PERPETUAL.100ms"], Assert.IsType<DeribitChannelsAcknowledged>(Next(playback)).Channels);
        Assert.Equal(["ticker.BTC-PERPETUAL.raw"], Assert.IsType<DeribitChannelsRefused>(Next(playback)).Channels);
        Assert.False(playback.TryRead(out _));
        Assert.Equal(["trades.BTC-PERPETUAL.100ms"], playback.Unsubscribe(["trades.BTC-PERPETUAL.100ms", Ticker]));
    }

    [Fact]
    public async Task Record_that_cannot_be_read_loses_the_connection()
    {
        await using var playback = Play([Connected(Second), new(DeribitRecordKind.Acknowledged, 1, Second, "{}"u8.ToArray()), Trade(Second, 1)]);
        Assert.IsType<DeribitConnected>(Next(playback));
        Assert.StartsWith("A record of the kind Acknowledged could not be read", Assert.IsType<DeribitDisconnected>(Next(playback)).Detail, StringComparison.Ordinal);
        Assert.IsType<DeribitConnected>(Next(playback));
    }

    [Fact]
    public async Task Silence_at_the_beginning_is_not_waited_for_either()
    {
        await using var playback = new DeribitPlayback([Connected(Second), Trade(100_000 * Second, 1)], _clock, 1, TimeProvider.System);
        Assert.True(playback.TryRead(out _));
        Assert.True(playback.WaitToReadAsync(CancellationToken.None).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Past_trades_are_those_that_were_played_so_far_and_those_that_were_answered()
    {
        var reply = "public/get_last_trades_by_instrument\n{\"id\":3,\"result\":{\"trades\":[" + TradeJson(2) + "],\"has_more\":false}}";
        await using var playback = Play(
            [Connected(Second), Trade(Second, 1), new(DeribitRecordKind.Reply, 1, Second, Encoding.UTF8.GetBytes(reply)), Trade(Second, 4), Trade(2 * Second, 5)]);
        while (playback.TryRead(out _))
        {
        }

        var token = TestContext.Current.CancellationToken;
        Assert.Equal("1 2 4", Sequences(await playback.GetLastTradesByInstrumentAsync("BTC-PERPETUAL", 1, 9, 10, "asc", token)));
        Assert.Equal("4", Sequences(await playback.GetLastTradesByInstrumentAsync("BTC-PERPETUAL", count: 1, sorting: "desc", cancellationToken: token)));
        Assert.True((await playback.GetLastTradesByInstrumentAsync("BTC-PERPETUAL", 1, 9, 2, "asc", token)).HasMore);
        Assert.Empty(Sequences(await playback.GetLastTradesByInstrumentAsync("ETH-PERPETUAL", 1, 9, 10, "asc", token)));
        Assert.Equal(_clock.GetUtcNow(), await playback.GetTimeAsync(token));
        await Assert.ThrowsAsync<DeribitRpcException>(() => playback.GetOrderBookAsync("BTC-PERPETUAL", 1, token));
    }

    [Fact]
    public async Task Silence_in_which_nobody_recorded_is_jumped_over()
    {
        await using var playback = Play([Connected(Second), Trade(100_000 * Second, 1)]);
        Next(playback);
        var looks = 0;
        for (; !playback.TryRead(out _); looks++)
        {
            Assert.True(await playback.WaitToReadAsync(CancellationToken.None));
        }

        Assert.InRange(looks, 1_000, 1_300);
    }

    [Fact]
    public async Task Reader_does_what_time_demands_before_what_follows_a_record_of_another_kind()
    {
        var noted = new List<string>();
        await using var playback = Play(
            [Connected(Second), new((DeribitRecordKind)32, 0, Second, "note"u8.ToArray()), Trade(Second, 1)],
            record => noted.Add(Encoding.UTF8.GetString(record.Payload.Span)));
        Next(playback);
        Assert.False(playback.TryRead(out _));
        Assert.Equal(["note"], noted);
        Assert.True(await playback.WaitToReadAsync(CancellationToken.None));
        Assert.IsType<DeribitTrades>(Next(playback));
    }

    private static string Sequences(DeribitTradesPage page) => string.Join(' ', page.Trades.Select(trade => trade.TradeSequence));

    private static DeribitMessage Next(DeribitPlayback playback) => playback.TryRead(out var message) ? message : throw new InvalidOperationException("No message is due.");

    private static DeribitRecord Connected(long at) => new(DeribitRecordKind.Connected, 1, at, """{"authenticated":false,"raw_allowed":true}"""u8.ToArray());

    private static DeribitRecord Ended(long at, string reason) =>
        new(DeribitRecordKind.Disconnected, 1, at, Encoding.UTF8.GetBytes($"{{\"reason\":\"{reason}\",\"detail\":\"Why.\"}}"));

    private static DeribitRecord Trade(long at, long sequence, long generation = 1) => Of(at, "trades.BTC-PERPETUAL.100ms", $"[{TradeJson(sequence)}]", generation);

    private static DeribitRecord Of(long at, string channel, string data, long generation = 1) => new(
        DeribitRecordKind.Frame, generation, at,
        Encoding.UTF8.GetBytes($"{{\"jsonrpc\":\"2.0\",\"method\":\"subscription\",\"params\":{{\"channel\":\"{channel}\",\"data\":{data}}}}}"));

    private static string TradeJson(long sequence) =>
        $"{{\"trade_seq\":{sequence},\"trade_id\":\"{sequence}\",\"timestamp\":{sequence},\"instrument_name\":\"BTC-PERPETUAL\",\"price\":1.5,\"amount\":10,"
        + "\"direction\":\"buy\",\"tick_direction\":0,\"index_price\":1.5,\"mark_price\":1.5}";

    private DeribitPlayback Play(DeribitRecord[] records, Action<DeribitRecord>? other = null)
    {
        var playback = new DeribitPlayback(records, _clock, null, TimeProvider.System, other);
        playback.Subscribe([Ticker, "trades.BTC-PERPETUAL.100ms"]);
        return playback;
    }
}
