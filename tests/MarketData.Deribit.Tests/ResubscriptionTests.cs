using System.Text.Json;

using Deribit.Client.Channels;

using MarketData.Exchanges;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MarketData.Deribit.Tests;

public sealed class ResubscriptionTests
{
    private const string Name = "BTC-PERPETUAL";
    private const string BookChannel = "book.BTC-PERPETUAL.100ms";

    // More often than the adapter looks at its clock.
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    private readonly FakeTimeProvider _time = new();
    private readonly Lock _lock = new();
    private readonly List<MarketDataEvent> _events = [];

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
                    1 => [Reply(id, channels), Frame(100, null)],
                    2 => [Refusal(id)],
                    // The reply is slow.
                    _ => [Frame(110, null)],
                },
                ("public/subscribe" or "public/unsubscribe", _) => [Reply(id, channels)],
                ("public/set_heartbeat", _) => [$"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":\"ok\"}}"],
                _ => [Refusal(id)],
            },
        };
        using var stop = new CancellationTokenSource();
        var budget = new DeribitCallBudget(timeProvider: _time);
        await using var exchange = new DeribitExchange(
            new DeribitExchangeOptions { HistoryUrl = null }, budget, _time, NullLoggerFactory.Instance,
            options => new DeribitClient(options, budget, _time, null, wire, new NotificationDecoder(), static () => 0.5));
        var collected = exchange.CollectAsync(
            [new WantedInstrument { Instrument = new Instrument { Exchange = "deribit", Name = Name } }], "The test wants it no more.");
        var reading = Task.Run(() => ReadAsync(exchange, stop.Token), TestContext.Current.CancellationToken);
        try
        {
            await PassUntilAsync(() => Has(100));
            await collected;

            wire.Send(Frame(106, 105));
            await UntilAsync(() => Ledger().Contains(IntegrityKind.Gap));
            // One look at the clock starts the resubscription; until the snapshot is here there is no other.
            _time.Advance(Step);
            await UntilAsync(() => Has(110));
            for (var i = 0; i < 40; i++)
            {
                var taken = exchange.TakenUntil;
                await PassUntilAsync(() => !ReferenceEquals(taken, exchange.TakenUntil));
            }

            Assert.Equal([IntegrityKind.Gap, IntegrityKind.Resynced], Ledger());
            Assert.Equal(1, exchange.Status.BooksLive);
        }
        finally
        {
            await stop.CancelAsync();
            await PassUntilAsync(() => reading.IsCompleted);
        }

        await reading;
    }

    private static string Reply(long id, IReadOnlyList<string> channels) =>
        $"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{JsonSerializer.Serialize(channels)}}}";

    private static string Refusal(long id) =>
        $"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"error\":{{\"code\":11000,\"message\":\"refused\"}}}}";

    private static string Frame(long changeId, long? previous) =>
        $"{{\"jsonrpc\":\"2.0\",\"method\":\"subscription\",\"params\":{{\"channel\":\"{BookChannel}\",\"data\":{{\"timestamp\":{changeId},"
        + $"\"type\":\"{(previous is null ? "snapshot" : "change")}\",\"change_id\":{changeId},\"instrument_name\":\"{Name}\","
        + $"\"bids\":[[\"new\",100.0,10.0]],\"asks\":[[\"new\",101.0,10.0]]{(previous is null ? "" : $",\"prev_change_id\":{previous}")}}}}}}}";

    private Task PassUntilAsync(Func<bool> condition) => UntilAsync(() =>
    {
        if (condition())
            return true;
        _time.Advance(Step);
        return false;
    });

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, TestContext.Current.CancellationToken);
        while (!condition())
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, either.Token);
    }

    private bool Has(long changeId)
    {
        lock (_lock)
            return _events.OfType<OrderBookEvent>().Any(one => one.ChangeId == changeId);
    }

    private List<IntegrityKind> Ledger()
    {
        lock (_lock)
        {
            return
            [
                .. _events.OfType<IntegrityEvent>().Where(one => one.Channel == "orderbook" && one.Kind != IntegrityKind.Connected)
                    .Select(one => one.Kind),
            ];
        }
    }

    private async Task ReadAsync(DeribitExchange exchange, CancellationToken stop)
    {
        await foreach (var one in exchange.StreamAsync(DataKind.OrderBook, stop))
        {
            lock (_lock)
                _events.Add(one);
        }
    }
}
