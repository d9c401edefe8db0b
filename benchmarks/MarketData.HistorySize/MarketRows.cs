using Deribit.Simulator;

namespace MarketData.HistorySize;

/// <summary>
/// Events of the simulator's market, which has the shape of the exchange's: 20 instruments, 200 frames a second, books of about 40 levels
/// a side, each whole again every 10 s. Each book is verified every five minutes, and now and then a change or a trade is missing for a moment, as on
/// connections that are bad: the ledger says so. Our clock is the exchange's plus 20 ms and some jitter. Tickers are made from the books. The same every time.
/// </summary>
internal sealed class MarketRows(SimulatorMarket market, MarketClock clock)
{
    private const string Exchange = "deribit";
    private const double FramesPerSecond = 200;
    private const long SnapshotEveryMs = 10_000;
    private const long VerifiedEveryMs = 300_000;
    private const int FramesPerGap = 500;
    private const int NanosecondsPerMillisecond = 1_000_000;
    // Trades that may happen between two looks at an instrument: one event makes a few.
    private const int TradesLookedAt = 16;

    private readonly Random _random = new(1);
    private readonly Dictionary<string, SimulatedBook> _books = [];
    private readonly Dictionary<string, long> _lastTrade = [];
    private readonly Dictionary<string, long> _lastSnapshotMs = [];
    private readonly Dictionary<string, long> _lastVerifiedMs = [];

    // Of its own, so that the other events are what they were without it.
    private readonly Random _ledgerRandom = new(3);

    /// <summary>The simulator that fits.</summary>
    public static SimulatorOptions Options(MarketClock clock) => new()
    {
        Instruments = 20, FramesPerSecond = 0, Seed = 1, TimeProvider = clock, RetainedTrades = TradesLookedAt, HistoryTrades = TradesLookedAt,
    };

    /// <summary>The events of so many frames of the market.</summary>
    public IEnumerable<MarketDataEvent> Make(int frames)
    {
        for (var frame = 0; frame < frames; frame++)
        {
            clock.Advance(TimeSpan.FromSeconds(-Math.Log(1 - _random.NextDouble()) / FramesPerSecond));
            market.Advance(1);
            foreach (var name in market.InstrumentNames)
            {
                var book = market.GetBook(name);
                var before = _books.GetValueOrDefault(name);
                _books[name] = book;
                if (before is not null && before.ChangeId != book.ChangeId)
                {
                    foreach (var made in Changed(before, book)) yield return made;
                    foreach (var entry in Ledger(before, book)) yield return entry;
                }
                if (NowMs - _lastSnapshotMs.GetValueOrDefault(name) >= SnapshotEveryMs)
                {
                    _lastSnapshotMs[name] = NowMs;
                    yield return Book(book, BookAction.Snapshot, All(book.Bids), All(book.Asks)) with
                    {
                        PreviousChangeId = null, VerifiedAtUnixNs = before is null ? null : Received(NowMs),
                    };
                }
            }
        }
    }

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private IEnumerable<MarketDataEvent> Changed(SimulatedBook before, SimulatedBook book)
    {
        yield return Book(book, BookAction.Update, Changes(before.Bids, book.Bids), Changes(before.Asks, book.Asks)) with { PreviousChangeId = before.ChangeId };
        foreach (var trade in market.GetTrades(book.InstrumentName).Where(trade => trade.TradeSeq > _lastTrade.GetValueOrDefault(book.InstrumentName)))
        {
            _lastTrade[book.InstrumentName] = trade.TradeSeq;
            yield return Trade(trade);
        }
        // A fifth of the frames of books: the exchange sends a ticker a second or so.
        if (_random.Next(5) == 0 && book.Bids.Count > 0 && book.Asks.Count > 0) yield return Ticker(book);
    }

    private IEnumerable<IntegrityEvent> Ledger(SimulatedBook before, SimulatedBook book)
    {
        if (NowMs - _lastVerifiedMs.GetValueOrDefault(book.InstrumentName) >= VerifiedEveryMs)
        {
            _lastVerifiedMs[book.InstrumentName] = NowMs;
            yield return Entry(book, IntegrityKind.Verified, "orderbook", book.ChangeId, book.ChangeId, "The book is equal to the exchange's own.");
        }
        if (_ledgerRandom.Next(FramesPerGap) > 0) yield break;
        if (_ledgerRandom.Next(2) == 0)
        {
            yield return Entry(
                book, IntegrityKind.Gap, "orderbook", before.ChangeId, book.ChangeId,
                $"The chain broke: the book is at change {before.ChangeId}, but frame {book.ChangeId} continues {book.ChangeId - 1}.");
            yield return Entry(book, IntegrityKind.Resynced, "orderbook", before.ChangeId, book.ChangeId, "The book is in sync again.");
            yield break;
        }
        var sequence = _lastTrade.GetValueOrDefault(book.InstrumentName);
        yield return Entry(book, IntegrityKind.TradeGap, "trade", sequence + 1, sequence + 2, "2 trades are missing.");
        yield return Entry(book, IntegrityKind.Backfilled, "trade", sequence + 1, sequence + 2, "Every missing trade arrived.");
    }

    private IntegrityEvent Entry(SimulatedBook book, IntegrityKind kind, string channel, long from, long to, string detail) => new()
    {
        Exchange = Exchange,
        InstrumentName = book.InstrumentName,
        Key = $"{Exchange}.{book.InstrumentName}",
        ExchangeTimeUnixMs = book.TimestampUnixMs,
        ReceivedAtUnixNs = ((NowMs + 20) * NanosecondsPerMillisecond) + _ledgerRandom.Next(5 * NanosecondsPerMillisecond),
        Epoch = 1,
        Channel = channel,
        Kind = kind,
        FromId = from,
        ToId = to,
        FromTimeUnixMs = book.TimestampUnixMs,
        ToTimeUnixMs = kind is IntegrityKind.Gap or IntegrityKind.TradeGap ? null : NowMs,
        Detail = detail,
    };

    private OrderBookEvent Book(SimulatedBook book, BookAction action, BookLevel[] bids, BookLevel[] asks) => new()
    {
        Exchange = Exchange,
        InstrumentName = book.InstrumentName,
        Key = $"{Exchange}.{book.InstrumentName}",
        ExchangeTimeUnixMs = book.TimestampUnixMs,
        ReceivedAtUnixNs = Received(book.TimestampUnixMs),
        Epoch = 1,
        Action = action,
        Bids = bids,
        Asks = asks,
        ChangeId = book.ChangeId,
        PreviousChangeId = null,
        BestBid = book.Bids.Count == 0 ? null : Level(book.Bids[0]),
        BestAsk = book.Asks.Count == 0 ? null : Level(book.Asks[0]),
    };

    private TradeEvent Trade(SimulatedTrade trade) => new()
    {
        Exchange = Exchange,
        InstrumentName = trade.InstrumentName,
        Key = $"{Exchange}.{trade.InstrumentName}",
        ExchangeTimeUnixMs = trade.TimestampUnixMs,
        ReceivedAtUnixNs = Received(trade.TimestampUnixMs),
        Epoch = 1,
        TradeId = trade.TradeId,
        TradeSequence = trade.TradeSeq,
        Price = trade.Price,
        Amount = trade.Amount,
        Direction = trade.IsBuy ? TradeDirection.Buy : TradeDirection.Sell,
        TickDirection = _random.Next(4),
        IndexPrice = Near(trade.Price, 2),
        MarkPrice = Near(trade.Price, 2),
        ComboId = trade.ComboId,
        ComboTradeId = trade.ComboTradeId,
        ComboRole = trade.ComboId is null ? ComboRole.None : ComboRole.Leg,
    };

    private TickerEvent Ticker(SimulatedBook book) => new()
    {
        Exchange = Exchange,
        InstrumentName = book.InstrumentName,
        Key = $"{Exchange}.{book.InstrumentName}",
        ExchangeTimeUnixMs = NowMs,
        ReceivedAtUnixNs = Received(NowMs),
        Epoch = 1,
        State = "open",
        LastPrice = book.Bids[0].Price,
        MarkPrice = Near(book.Bids[0].Price, 2),
        IndexPrice = Near(book.Bids[0].Price, 2),
        BestBidPrice = book.Bids[0].Price,
        BestBidAmount = book.Bids[0].Amount,
        BestAskPrice = book.Asks[0].Price,
        BestAskAmount = book.Asks[0].Amount,
        MinPrice = Near(book.Bids[0].Price * 0.985m, 2),
        MaxPrice = Near(book.Bids[0].Price * 1.015m, 2),
        OpenInterest = 500_000_000 + (10 * _random.Next(100_000)),
        CurrentFunding = Math.Round(_random.NextDouble() / 10_000, 8),
        Funding8Hours = Math.Round(_random.NextDouble() / 10_000, 8),
        Stats = new TickerStats((double)book.Bids[0].Price * 1.02, (double)book.Bids[0].Price * 0.98, 10_000 + _random.Next(1_000), null, null),
    };

    // A price of its own that is near another one: a ten-thousandth of it, in cents where it has cents.
    private decimal Near(decimal price, int digits) =>
        decimal.Round(price * (1 + ((decimal)(_random.NextDouble() - 0.5) / 10_000)), price < 10 ? digits + 2 : digits);

    private long Received(long exchangeMs) =>
        ((exchangeMs + 20) * NanosecondsPerMillisecond) + (long)(-Math.Log(1 - _random.NextDouble()) * 2 * NanosecondsPerMillisecond);

    private static BookLevel Level(SimulatedLevel level) => new(level.Price, level.Amount);

    private static BookLevel[] All(IReadOnlyList<SimulatedLevel> levels) => [.. levels.Select(Level)];

    // What differs, amount 0 for what is gone.
    private static BookLevel[] Changes(IReadOnlyList<SimulatedLevel> before, IReadOnlyList<SimulatedLevel> now)
    {
        var left = before.ToDictionary(level => level.Price, level => level.Amount);
        var changed = now.Where(level => !left.Remove(level.Price, out var amount) || amount != level.Amount).Select(Level).ToList();
        return [.. changed, .. left.Keys.Select(price => new BookLevel(price, 0))];
    }
}
