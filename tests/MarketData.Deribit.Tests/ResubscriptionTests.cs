namespace MarketData.Deribit.Tests;

public sealed class ResubscriptionTests
{
    private const string BookChannel = "book.BTC-PERPETUAL.100ms";

    // More often than the adapter looks at its clock.
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    // The subscribe call of a resubscription fails. The client subscribes again by itself, and that brings the snapshot before the adapter has
    // looked at how the call ended.
    [Fact]
    public async Task Book_that_came_back_after_a_resubscription_had_failed_is_not_called_stale()
    {
        var subscribed = 0;
        var wire = new ScriptedWire
        {
            Script = (id, method, channels) => (method, channels.Contains(BookChannel)) switch
            {
                ("public/subscribe", true) => ++subscribed switch
                {
                    1 => [WiredExchange.Reply(id, channels), Frame(100, null)],
                    2 => [WiredExchange.Refusal(id)],
                    // The reply is slow.
                    _ => [Frame(110, null)],
                },
                ("public/subscribe" or "public/unsubscribe", _) => [WiredExchange.Reply(id, channels)],
                ("public/set_heartbeat", _) => [WiredExchange.Result(id, "\"ok\"")],
                _ => [WiredExchange.Refusal(id)],
            },
        };
        await using var rig = await WiredExchange.StartAsync(DataKind.OrderBook, wire);
        await rig.PassUntilAsync(() => Has(100));

        wire.Send(Frame(106, 105));
        await WiredExchange.UntilAsync(() => rig.Ledger().Contains(IntegrityKind.Gap));
        // One look at the clock starts the resubscription; until the snapshot is here there is no other.
        rig.Time.Advance(Step);
        await WiredExchange.UntilAsync(() => Has(110));
        for (var i = 0; i < 40; i++)
        {
            var taken = rig.Exchange.TakenUntil;
            await rig.PassUntilAsync(() => !ReferenceEquals(taken, rig.Exchange.TakenUntil));
        }

        Assert.Equal([IntegrityKind.Gap, IntegrityKind.Resynced], rig.Ledger());
        Assert.Equal(1, rig.Exchange.Status.BooksLive);

        bool Has(long changeId) => rig.Events<OrderBookEvent>().Any(one => one.ChangeId == changeId);
    }

    private static string Frame(long changeId, long? previous) => WiredExchange.Frame(
        BookChannel,
        $"{{\"timestamp\":{changeId},\"type\":\"{(previous is null ? "snapshot" : "change")}\",\"change_id\":{changeId},"
        + $"\"instrument_name\":\"{WiredExchange.Name}\",\"bids\":[[\"new\",100.0,10.0]],\"asks\":[[\"new\",101.0,10.0]]"
        + $"{(previous is null ? "" : $",\"prev_change_id\":{previous}")}}}");
}
