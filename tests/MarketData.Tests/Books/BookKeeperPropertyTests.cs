using CsCheck;
using MarketData.Books;
using static MarketData.Tests.Books.BookTestData;

namespace MarketData.Tests.Books;

/// <summary>
/// A random market whose frames are dropped, doubled, swapped, corrupted and cut off: whatever is published, a consumer rebuilds the true
/// book of that change id from it, and in the end the book is live again.
/// </summary>
public sealed class BookKeeperPropertyTests
{
    private enum Fate
    {
        Delivered,
        Dropped,
        Doubled,
        Swapped,
        Undecodable,
        Disconnected,
    }

    private static readonly Gen<Fate> s_fate = Gen.Int[0, 39].Select(n => n switch
    {
        0 => Fate.Dropped,
        1 => Fate.Doubled,
        2 => Fate.Swapped,
        3 => Fate.Undecodable,
        4 => Fate.Disconnected,
        _ => Fate.Delivered,
    });

    private static readonly Gen<(int Mid, int Offset, int Amount)> s_touch = Gen.Select(Gen.Int[-3, 3], Gen.Int[1, 12], Gen.Int[0, 4]);

    [Fact]
    public void Published_events_rebuild_to_the_true_book_whatever_the_network_does() =>
        Gen.Select(s_touch.Array[1, 4], s_fate, Gen.Int[0, 5], Gen.Int[1, 900]).Array[1, 150].Sample(
            steps =>
            {
                var market = new Market();
                var rig = KeeperRig.Connected(out var book);
                var consumer = new Consumer(market);
                var inFlight = new List<Frame> { market.Snapshot() };
                long epoch = 1;
                foreach (var (touches, fate, delay, milliseconds) in steps)
                {
                    inFlight.Add(market.Change(touches));
                    Deliver(rig, book, inFlight, fate, ref epoch, market);
                    rig.Advance(TimeSpan.FromMilliseconds(milliseconds));
                    foreach (var resync in rig.TakeResyncs())
                    {
                        // The exchange answers some frames later; a new connection is made at once.
                        if (resync.NewConnection) Reconnect(rig, inFlight, ref epoch, market);
                        else if (delay == 0) rig.Keeper.ResyncFailed(book, "Refused.");
                        else Resubscribe(rig, book, inFlight, market);
                    }

                    consumer.Read(rig.Output);
                }

                // The network behaves from here on: the book must come back.
                for (var i = 0; i < 80 && book.State != BookState.Live; i++)
                {
                    while (inFlight.Count > 0) Deliver(rig, book, inFlight, Fate.Delivered, ref epoch, market);
                    rig.Advance(TimeSpan.FromSeconds(1));
                    foreach (var resync in rig.TakeResyncs())
                    {
                        if (resync.NewConnection) Reconnect(rig, inFlight, ref epoch, market);
                        else Resubscribe(rig, book, inFlight, market);
                    }
                }

                consumer.Read(rig.Output);
                Assert.Equal(BookState.Live, book.State);
                Assert.Empty(LedgerCheck.Assert(consumer.Everything));
                LedgerCheck.AssertLaw(consumer.Everything);
                while (inFlight.Count > 0) Deliver(rig, book, inFlight, Fate.Delivered, ref epoch, market);
                consumer.Read(rig.Output);
            },
            iter: 400);

    private static void Resubscribe(KeeperRig rig, OrderBookSynchroniser book, List<Frame> inFlight, Market market)
    {
        rig.Keeper.ResyncStarted(book);
        inFlight.Add(market.Snapshot());
    }

    private static void Reconnect(KeeperRig rig, List<Frame> inFlight, ref long epoch, Market market)
    {
        inFlight.Clear();
        rig.Keeper.Disconnected("Lost.", rig.Output);
        rig.Keeper.Connected(++epoch, rig.Output);
        inFlight.Add(market.Snapshot());
    }

    private static void Deliver(KeeperRig rig, OrderBookSynchroniser book, List<Frame> inFlight, Fate fate, ref long epoch, Market market)
    {
        if (inFlight.Count == 0) return;
        var frame = inFlight[0];
        inFlight.RemoveAt(0);
        switch (fate)
        {
            case Fate.Dropped:
                break;
            case Fate.Doubled:
                Apply(rig, book, frame);
                Apply(rig, book, frame);
                break;
            case Fate.Swapped when inFlight.Count > 0:
                Apply(rig, book, inFlight[0]);
                inFlight.RemoveAt(0);
                Apply(rig, book, frame);
                break;
            case Fate.Undecodable:
                rig.Keeper.Reject(book, "Not JSON.", "{"u8, rig.Output);
                break;
            case Fate.Disconnected:
                Reconnect(rig, inFlight, ref epoch, market);
                break;
            default:
                Apply(rig, book, frame);
                break;
        }
    }

    private static void Apply(KeeperRig rig, OrderBookSynchroniser book, Frame frame) => rig.Keeper.Apply(
        book,
        new BookFrame
        {
            IsSnapshot = frame.Previous is null,
            ChangeId = frame.Id,
            PreviousChangeId = frame.Previous,
            ExchangeTimeUnixMs = frame.Id,
            ReceivedAtUnixNs = frame.Id,
            Bids = frame.Bids,
            Asks = frame.Asks,
        },
        rig.Output);

    private sealed record Frame(long Id, long? Previous, BookLevel[] Bids, BookLevel[] Asks);

    /// <summary>The true book and its history by change id.</summary>
    private sealed class Market
    {
        private readonly ReferenceBook _book = new();
        private long _id = 5;
        private decimal _mid = 50;

        public Market()
        {
            _book.Replace(Levels("49 1, 48 2"), Levels("51 1, 52 2"));
            History[_id] = _book.Copy();
        }

        public Dictionary<long, ReferenceBook> History { get; } = [];

        public Frame Snapshot() => new(_id, null, [.. _book.Bids], [.. _book.Asks]);

        public Frame Change((int Mid, int Offset, int Amount)[] touches)
        {
            var bids = new List<BookLevel>();
            var asks = new List<BookLevel>();
            foreach (var (move, offset, amount) in touches)
            {
                _mid += move * 0.25m;
                // Takers sweep what the mid has passed, so the true book is never crossed.
                bids.AddRange(_book.Bids.Where(level => level.Price >= _mid).Select(level => level with { Amount = 0 }));
                asks.AddRange(_book.Asks.Where(level => level.Price <= _mid).Select(level => level with { Amount = 0 }));
                bids.Add(new BookLevel(_mid - (offset * 0.5m), amount));
                asks.Add(new BookLevel(_mid + (offset * 0.5m), amount * 0.125m));
                _book.Apply(bids.ToArray(), asks.ToArray());
            }

            var previous = _id;
            _id += 1 + (touches[0].Offset % 4);
            History[_id] = _book.Copy();
            return new Frame(_id, previous, [.. bids], [.. asks]);
        }
    }

    /// <summary>Rebuilds the book from what is published, as any reader of the topic would.</summary>
    private sealed class Consumer(Market market)
    {
        private readonly OrderBook _book = new();
        private long? _id;

        public List<MarketDataEvent> Everything { get; } = [];

        public void Read(List<MarketDataEvent> output)
        {
            foreach (var published in output.OfType<OrderBookEvent>())
            {
                if (published.Action == BookAction.Snapshot)
                {
                    Assert.Null(published.PreviousChangeId);
                    Assert.Equal(BookApplyResult.Applied, _book.Replace(published.Bids.Span, published.Asks.Span));
                }
                else
                {
                    Assert.Equal(_id, published.PreviousChangeId);
                    Assert.Equal(BookApplyResult.Applied, _book.Apply(published.Bids.Span, published.Asks.Span));
                }

                _id = published.ChangeId;
                market.History[published.ChangeId].AssertEquals(_book);
                Assert.False(_book.IsCrossed);
                Assert.Equal((_book.BestBid, _book.BestAsk), (published.BestBid, published.BestAsk));
            }

            Everything.AddRange(output);
            LedgerCheck.Assert(Everything);
            output.Clear();
        }
    }
}
