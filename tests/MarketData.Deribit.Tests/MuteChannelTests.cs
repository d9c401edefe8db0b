namespace MarketData.Deribit.Tests;

/// <summary>Channels without a snapshot that the exchange accepts, and sends nothing on.</summary>
public sealed class MuteChannelTests
{
    private const string Ticker = "ticker.BTC-PERPETUAL.100ms";
    private const string Trades = "trades.BTC-PERPETUAL.100ms";
    private const string OneTicker =
        """{"timestamp":5000,"state":"open","instrument_name":"BTC-PERPETUAL","best_bid_price":100.0,"best_bid_amount":1.0,"best_ask_price":101.0,"best_ask_amount":1.0,"stats":{}}""";

    private const string OneTrade =
        """{"trade_seq":1,"trade_id":"T1","timestamp":5000,"tick_direction":0,"price":100.0,"mark_price":100.0,"index_price":100.0,"instrument_name":"BTC-PERPETUAL","direction":"buy","amount":10.0}""";

    [Fact]
    public async Task Ticker_that_never_spoke_is_asked_about_subscribed_anew_and_named_when_that_does_not_help()
    {
        var subscribed = 0;
        var wire = new ScriptedWire
        {
            Script = (id, method, channels) =>
            {
                if (method == "public/subscribe" && channels.Contains(Ticker))
                    subscribed++;
                return Answer(id, method, channels, trades: "");
            },
        };
        await using var rig = await WiredExchange.StartAsync(DataKind.Ticker, wire);
        await rig.PassUntilAsync(() => rig.Ledger().Contains(IntegrityKind.Stale));
        await rig.PassUntilAsync(() => subscribed == 2);
        Assert.DoesNotContain(rig.Exchange.Status.Reasons, IsMute);
        await rig.PassUntilAsync(() => rig.Exchange.Status.Reasons.Any(IsMute));
        await rig.PassUntilAsync(() => subscribed == 3);
        Assert.Contains(Ticker, rig.Exchange.Status.Reasons.Single(IsMute), StringComparison.Ordinal);

        // The incident is one, however often something is tried against it.
        Assert.Equal([IntegrityKind.Stale], rig.Ledger());
        wire.Send(WiredExchange.Frame(Ticker, OneTicker));
        await rig.PassUntilAsync(() => rig.Ledger().Count == 2 && !rig.Exchange.Status.Reasons.Any(IsMute));
        Assert.Equal([IntegrityKind.Stale, IntegrityKind.Resynced], rig.Ledger());
    }

    [Fact]
    public async Task Trade_channel_of_an_instrument_without_trades_is_verified_and_its_first_trade_is_not_missed()
    {
        var (subscribed, trades) = (0, "");
        var wire = new ScriptedWire
        {
            Script = (id, method, channels) =>
            {
                if (method == "public/subscribe" && channels.Contains(Trades))
                    subscribed++;
                return Answer(id, method, channels, Volatile.Read(ref trades));
            },
        };
        await using var rig = await WiredExchange.StartAsync(DataKind.Trade, wire, options => options.AuditInterval = TimeSpan.FromSeconds(20));
        await rig.PassUntilAsync(() => rig.Ledger().Count(kind => kind == IntegrityKind.Verified) == 3);
        Assert.All(rig.Events<IntegrityEvent>().Where(one => one.Kind == IntegrityKind.Verified), one => Assert.Equal(0, one.ToId));
        Assert.Equal(1, subscribed);

        // The channel does not bring it.
        Volatile.Write(ref trades, OneTrade);
        await rig.PassUntilAsync(() => rig.Events<TradeEvent>().Count == 1);
        await rig.PassUntilAsync(() => rig.Ledger().Contains(IntegrityKind.Resynced));
        Assert.Equal(2, subscribed);
        Assert.Equal(TradeSource.Backfill, rig.Events<TradeEvent>()[0].Source);
        Assert.Single(rig.Ledger(), IntegrityKind.Stale);
        await rig.PassUntilAsync(() => rig.Events<IntegrityEvent>().Any(one => one is { Kind: IntegrityKind.Verified, ToId: 1 }));
        Assert.Single(rig.Events<TradeEvent>());
    }

    private static bool IsMute(string reason) => reason.StartsWith("channels_mute: 1 channels", StringComparison.Ordinal);

    private static string[] Answer(long id, string method, IReadOnlyList<string> channels, string trades) => method switch
    {
        "public/subscribe" or "public/unsubscribe" => [WiredExchange.Reply(id, channels)],
        "public/set_heartbeat" => [WiredExchange.Result(id, "\"ok\"")],
        "public/get_last_trades_by_instrument" => [WiredExchange.Result(id, $"{{\"trades\":[{trades}],\"has_more\":false}}")],
        "public/get_order_book" =>
            [WiredExchange.Result(id, OneTicker[..^1] + ",\"change_id\":7,\"bids\":[[100.0,1.0]],\"asks\":[[101.0,1.0]]}")],
        _ => [WiredExchange.Refusal(id)],
    };
}
