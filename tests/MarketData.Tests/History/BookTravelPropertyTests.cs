using CsCheck;
using MarketData.History;
using MarketData.Tests.Books;
using Microsoft.Extensions.Time.Testing;

namespace MarketData.Tests.History;

/// <summary>
/// A random book whose events are stored twice, in any order, over lost connections and with ids that begin anew: at every instant the
/// history gives the book that a plain model had. When events are lost, it may not know, but what it calls proven is right.
/// </summary>
public sealed class BookTravelPropertyTests
{
    private const int Instants = 100;

    private static readonly Instrument _instrument = BookTestData.Instrument();

    private static readonly Gen<Step[]> _steps = Gen.Select(
        Gen.Int[0, 60], Gen.Int[0, 9], Gen.Int[0, 11], Gen.Int[0, 3], Gen.Bool,
        (milliseconds, action, level, amount, isTwice) => new Step(milliseconds, action, level, amount, isTwice)).Array[20, 80];

    private static readonly Gen<double[]> _instants = Gen.Double[0, 1].Array[Instants];

    [Fact]
    public void Book_of_every_instant_equals_the_model() => Gen.Select(_steps, _instants, Gen.Int).Sample(
        (steps, instants, seed) =>
        {
            var market = new Market(steps);
            var history = market.Stored(seed, isLost: _ => false);
            foreach (var at in instants.Select(market.InstantOf))
            {
                var answer = Ask(history, at);
                Assert.True(answer.State == BookAtState.Proven || market.EndsItsCount(at), answer.Statement);
                market.AssertIs(answer, at);
            }
        },
        iter: 30);

    [Fact]
    public void What_is_called_proven_is_right_whatever_is_lost() => Gen.Select(_steps, _instants, Gen.Int).Sample(
        (steps, instants, seed) =>
        {
            var market = new Market(steps);
            var random = new Random(seed);
            var history = market.Stored(seed, isLost: _ => random.Next(8) == 0);
            foreach (var at in instants.Select(market.InstantOf))
            {
                var answer = Ask(history, at);
                if (answer.State == BookAtState.Proven) market.AssertIs(answer, at);
            }
        },
        iter: 30);

    private static BookAt Ask(MemoryBookHistory history, long atUnixMs)
    {
        var travel = new BookTravel(history, new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddDays(1)));
        return travel.AtAsync(_instrument, atUnixMs, CancellationToken.None).GetAwaiter().GetResult();
    }

    private sealed record Step(int Milliseconds, int Action, int Level, int Amount, bool IsTwice);

    private sealed class Market
    {
        private const long Begin = 1_000_000;
        private const long LagMs = 5;

        private readonly List<OrderBookEvent> _events = [];
        private readonly List<(long At, long Id, int Count, ReferenceBook Book)> _states = [];
        private readonly ReferenceBook _book = new();
        private long _now = Begin;
        private long _id = 1_000;
        private long _changedAt = Begin;
        private long _epoch = 1;
        private int _count;

        public Market(Step[] steps)
        {
            _book.Replace(BookTestData.Levels("49 1, 48 2"), BookTestData.Levels("51 1, 52 2"));
            Change(_id);
            Add(null, [], [], null);
            foreach (var step in steps)
            {
                _now += step.Milliseconds;
                var before = _events.Count;
                Take(step);
                if (step.IsTwice) _events.AddRange(_events[before..]);
            }

            Add(null, [], [], _now + 3_000);
        }

        public long InstantOf(double share) => Begin + (long)(share * (_now - Begin));

        /// <summary>Whether the ids began anew after the state of an instant: then nothing continues it.</summary>
        public bool EndsItsCount(long at)
        {
            var after = _states.FindIndex(state => state.At > at);
            return after > 0 && _states[after].Count != _states[after - 1].Count;
        }

        public MemoryBookHistory Stored(int seed, Predicate<OrderBookEvent> isLost)
        {
            var random = new Random(seed);
            var history = new MemoryBookHistory();
            history.Books.AddRange(_events.Where(stored => !isLost(stored)).OrderBy(_ => random.Next()));
            return history;
        }

        public void AssertIs(BookAt answer, long at)
        {
            var (_, id, _, book) = _states.FindLast(state => state.At <= at);
            Assert.Equal(id, answer.Book!.ChangeId);
            Assert.Equal(book.Bids, answer.Book.Bids.ToArray());
            Assert.Equal(book.Asks, answer.Book.Asks.ToArray());
        }

        private void Take(Step step)
        {
            switch (step.Action)
            {
                case 0:
                    // Near the last change or seconds after it.
                    _now += 1 + (step.Level * 400);
                    Add(null, [], [], _now + LagMs);
                    _now++;
                    break;
                case 1:
                    // Another connection begins with the whole book.
                    _now++;
                    _epoch++;
                    Add(null, [], [], null);
                    break;
                case 2 when step.Level == 0:
                    // The exchange counts anew.
                    _epoch++;
                    _count++;
                    Change(_id = step.Amount + 1);
                    Add(null, [], [], null);
                    break;
                default:
                    var (bids, asks) = step.Level % 2 == 0
                        ? (new BookLevel[] { new(49 - (step.Level / 2), step.Amount) }, Array.Empty<BookLevel>())
                        : ([], [new(51 + (step.Level / 2), step.Amount)]);
                    _book.Apply(bids, asks);
                    var previous = _id;
                    Change(_id += 1 + (step.Level % 3));
                    Add(previous, bids, asks, null);
                    break;
            }
        }

        private void Change(long id)
        {
            _changedAt = _now;
            _states.Add((_now, id, _count, _book.Copy()));
        }

        private void Add(long? previous, BookLevel[] bids, BookLevel[] asks, long? verifiedMs) => _events.Add(new OrderBookEvent
        {
            Exchange = _instrument.Exchange,
            InstrumentName = _instrument.Name,
            Key = _instrument.Key,
            ExchangeTimeUnixMs = _changedAt,
            // The snapshot of a new connection comes when it was asked for, not when the book changed.
            ReceivedAtUnixNs = ((verifiedMs is null ? _now : _changedAt) + LagMs) * 1_000_000,
            VerifiedAtUnixNs = verifiedMs * 1_000_000,
            Epoch = _epoch,
            Action = previous is null ? BookAction.Snapshot : BookAction.Update,
            Bids = previous is null ? _book.Bids.ToArray() : bids,
            Asks = previous is null ? _book.Asks.ToArray() : asks,
            ChangeId = _id,
            PreviousChangeId = previous,
            BestBid = _book.Bids.Cast<BookLevel?>().FirstOrDefault(),
            BestAsk = _book.Asks.Cast<BookLevel?>().FirstOrDefault(),
        });
    }
}
