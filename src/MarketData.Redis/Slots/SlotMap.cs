using System.Collections.Concurrent;

namespace MarketData.Redis.Slots;

/// <summary>Every slot of the lane by instrument key. The publisher adds, the sender takes away and walks through.</summary>
internal sealed class SlotMap(SlotContext context)
{
    private readonly ConcurrentDictionary<string, BookSlot> _books = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ValueSlot> _trades = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ValueSlot> _tickers = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Order book slots.</summary>
    public IEnumerable<BookSlot> Books => _books.Select(static pair => pair.Value);

    /// <summary>All slots.</summary>
    public IEnumerable<LaneSlot> All =>
        _books.Select(static LaneSlot (pair) => pair.Value)
            .Concat(_trades.Select(static LaneSlot (pair) => pair.Value))
            .Concat(_tickers.Select(static LaneSlot (pair) => pair.Value));

    /// <summary>The book of an instrument, if there is one.</summary>
    public BookSlot? FindBook(string key) => _books.GetValueOrDefault(key);

    /// <summary>The book of an instrument; null when there is no room for another key.</summary>
    public BookSlot? Book(string key) => _books.TryGetValue(key, out var slot) ? slot : Add(_books, key, NewBook);

    /// <summary>The last trade of an instrument; null when there is no room for another key.</summary>
    public ValueSlot? Trade(string key) => _trades.TryGetValue(key, out var slot) ? slot : Add(_trades, key, NewTrade);

    /// <summary>The ticker of an instrument; null when there is no room for another key.</summary>
    public ValueSlot? Ticker(string key) => _tickers.TryGetValue(key, out var slot) ? slot : Add(_tickers, key, NewTicker);

    /// <summary>Ends the service of an instrument's slots; of one stream's, or of all.</summary>
    /// <param name="key">The instrument's key.</param>
    /// <param name="channel">The stream as integrity events name it; null for all.</param>
    public void Remove(string key, string? channel)
    {
        if (channel is null or "orderbook" && _books.TryGetValue(key, out var book))
            book.Remove();
        if (channel is null or "trade" && _trades.TryGetValue(key, out var trade))
            trade.Remove();
        if (channel is null or "ticker" && _tickers.TryGetValue(key, out var ticker))
            ticker.Remove();
    }

    /// <summary>Forgets a slot that has nothing left to do.</summary>
    public void Bury(LaneSlot slot)
    {
        if (!slot.TryBury())
            return;
        var key = slot.Instrument;
        var removed = slot is BookSlot book
            ? _books.TryRemove(KeyValuePair.Create(key, book))
            : _trades.TryRemove(KeyValuePair.Create(key, (ValueSlot)slot)) || _tickers.TryRemove(KeyValuePair.Create(key, (ValueSlot)slot));
        if (!removed)
            return;
        Interlocked.Decrement(ref _count);
        context.Health.KeyLimit(null);
    }

    private TSlot? Add<TSlot>(ConcurrentDictionary<string, TSlot> slots, string key, Func<string, SlotContext, TSlot> create)
        where TSlot : LaneSlot
    {
        if (Interlocked.Increment(ref _count) > context.Options.MaximumKeys)
        {
            Interlocked.Decrement(ref _count);
            return null;
        }

        var created = create(key, context);
        var slot = slots.GetOrAdd(key, created);
        if (!ReferenceEquals(slot, created))
            Interlocked.Decrement(ref _count);
        return slot;
    }

    private static BookSlot NewBook(string key, SlotContext context) =>
        new(RedisKeys.OrderBook(key), context.Options.OrderBookTtl, context);

    private static ValueSlot NewTrade(string key, SlotContext context) => new(RedisKeys.Trade(key), context.Options.TradeTtl, context);

    private static ValueSlot NewTicker(string key, SlotContext context) => new(RedisKeys.Ticker(key), context.Options.TickerTtl, context);
}
