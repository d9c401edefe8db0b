using MarketData.Collectors;

namespace MarketData.Tests.Collectors;

public sealed class CollectorMonitorTests
{
    private static readonly Instrument s_instrument = new() { Exchange = "x", Name = "A-B", Kind = "future", TickSize = 1, ContractSize = 1 };

    private readonly CollectorMonitor _monitor = new();

    public CollectorMonitorTests() => _monitor.Expect([s_instrument], DataKind.OrderBook);

    private InstrumentView View => _monitor.Views()[0];

    [Fact]
    public void Connection_that_ends_by_our_own_stop_is_no_gap()
    {
        _monitor.Observe(Book(BookAction.Snapshot, 7));
        _monitor.Stopping();
        _monitor.Observe(Disconnected());
        Assert.Equal((0, "offline"), (View.GapsOpened, View.BookState));
    }

    [Fact]
    public void Instrument_that_is_collected_no_more_is_not_shown_and_one_that_stays_keeps_its_counts()
    {
        _monitor.Observe(Book(BookAction.Snapshot, 7));
        _monitor.Expect([s_instrument, s_instrument with { Name = "A-C" }], DataKind.OrderBook);
        Assert.Equal([1, 0], _monitor.Views().OrderBy(view => view.Name, StringComparer.Ordinal).Select(view => view.Events));
        _monitor.Expect([s_instrument], DataKind.OrderBook);
        Assert.Equal(1, Assert.Single(_monitor.Views()).Events);
    }

    [Fact]
    public void Connection_that_is_lost_is_a_gap()
    {
        _monitor.Observe(Book(BookAction.Snapshot, 7));
        _monitor.Observe(Disconnected());
        Assert.Equal((1, "offline"), (View.GapsOpened, View.BookState));
    }

    private static OrderBookEvent Book(BookAction action, long changeId) => new()
    {
        Exchange = "x",
        InstrumentName = "A-B",
        Key = s_instrument.Key,
        ExchangeTimeUnixMs = 1,
        ReceivedAtUnixNs = 1,
        Action = action,
        Bids = default,
        Asks = default,
        ChangeId = changeId,
        PreviousChangeId = action == BookAction.Snapshot ? null : changeId - 1,
        BestBid = null,
        BestAsk = null,
    };

    private static IntegrityEvent Disconnected() => new()
    {
        Exchange = "x",
        InstrumentName = "A-B",
        Key = s_instrument.Key,
        ExchangeTimeUnixMs = 1,
        ReceivedAtUnixNs = 1,
        Channel = "orderbook",
        Kind = IntegrityKind.Disconnected,
    };
}
