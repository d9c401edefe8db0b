using MarketData.Books;
using Microsoft.Extensions.Time.Testing;

namespace MarketData.Tests.Books;

/// <summary>A keeper with a clock that the test moves, and short forms for frames.</summary>
internal sealed class KeeperRig
{
    private readonly List<BookResync> _due = [];

    public KeeperRig(BookKeeperOptions? options = null) => Keeper = new BookKeeper(options ?? new BookKeeperOptions(), Time);

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public BookKeeper Keeper { get; }

    /// <summary>Everything published so far.</summary>
    public List<MarketDataEvent> Output { get; } = [];

    public IEnumerable<IntegrityEvent> Integrity => Output.OfType<IntegrityEvent>().Where(e => e.Kind != IntegrityKind.Connected);

    public IEnumerable<IntegrityKind> Kinds => Integrity.Select(e => e.Kind);

    public IEnumerable<OrderBookEvent> Books => Output.OfType<OrderBookEvent>();

    public static KeeperRig Connected(out OrderBookSynchroniser book, BookKeeperOptions? options = null)
    {
        var rig = new KeeperRig(options);
        book = rig.Keeper.Add(BookTestData.Instrument());
        rig.Keeper.Connected(1, rig.Output);
        return rig;
    }

    /// <summary>A book on the connection that is up.</summary>
    public OrderBookSynchroniser Add(string name)
    {
        var book = Keeper.Add(BookTestData.Instrument(name));
        Keeper.Begin(book, 1, connected: true, null, "", Output);
        return book;
    }

    /// <summary>Connected, with a live book of bid 100 and ask 101 at change 10.</summary>
    public static KeeperRig Live(out OrderBookSynchroniser book, BookKeeperOptions? options = null)
    {
        var rig = Connected(out book, options);
        Assert.Equal(BookSyncResult.SnapshotApplied, rig.Snapshot(book, 10));
        rig.Output.Clear();
        return rig;
    }

    public BookSyncResult Snapshot(OrderBookSynchroniser book, long id, string bids = "100 1", string asks = "101 1") =>
        Keeper.Apply(
            book,
            new BookFrame
            {
                IsSnapshot = true,
                ChangeId = id,
                ExchangeTimeUnixMs = 1000 + id,
                ReceivedAtUnixNs = 1_000_000 + id,
                Bids = BookTestData.Levels(bids),
                Asks = BookTestData.Levels(asks),
                Raw = "snapshot"u8,
            },
            Output);

    public BookSyncResult Change(OrderBookSynchroniser book, long? previous, long id, string bids = "100 2", string asks = "") =>
        Keeper.Apply(
            book,
            new BookFrame
            {
                IsSnapshot = false,
                ChangeId = id,
                PreviousChangeId = previous,
                ExchangeTimeUnixMs = 1000 + id,
                ReceivedAtUnixNs = 1_000_000 + id,
                Bids = BookTestData.Levels(bids),
                Asks = BookTestData.Levels(asks),
                Raw = "change"u8,
            },
            Output);

    public void Advance(TimeSpan by)
    {
        Time.Advance(by);
        Keeper.Tick(Output);
    }

    /// <summary>What the keeper wants from the session now.</summary>
    public List<BookResync> TakeResyncs()
    {
        _due.Clear();
        Keeper.TakeResyncs(_due);
        return [.. _due];
    }

    /// <summary>Takes the one resubscription that must be due for the book, and acknowledges it.</summary>
    public void Resubscribe(OrderBookSynchroniser book)
    {
        var resync = Assert.Single(TakeResyncs());
        Assert.Equal((book, false), (resync.Book, resync.NewConnection));
        Assert.NotEmpty(resync.Reason);
        Keeper.ResyncStarted(book);
    }
}
