using System.Collections.Concurrent;

namespace MarketData.Collectors;

/// <summary>
/// Keeps the last of everything for people to look at. Comes in: every published event, from the collector's thread. Goes out: copies, to
/// any thread. Owns: one row per instrument, each behind its own lock, which is held for a few assignments.
/// </summary>
public sealed class CollectorMonitor
{
    private readonly ConcurrentDictionary<string, Row> _rows = new(StringComparer.Ordinal);
    private long _events;
    private volatile bool _stopping;

    /// <summary>Events so far.</summary>
    public long Events => Interlocked.Read(ref _events);

    /// <summary>The intake stops by our own wish: a connection that ends from here on is no gap.</summary>
    public void Stopping() => _stopping = true;

    /// <summary>
    /// Says which instruments are collected from now on, so that one without any event is seen as silent rather than not at all, and one that
    /// is collected no more is not seen. One caller at a time.
    /// </summary>
    /// <param name="instruments">All instruments that are collected.</param>
    /// <param name="kinds">The kinds collected.</param>
    public void Expect(IEnumerable<Instrument> instruments, DataKind kinds)
    {
        ArgumentNullException.ThrowIfNull(instruments);
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var instrument in instruments)
        {
            if (keys.Add(instrument.Key) && !_rows.ContainsKey(instrument.Key))
                _rows.TryAdd(instrument.Key, new Row(instrument.Key, instrument.Name, kinds.HasFlag(DataKind.OrderBook) ? "waiting" : ""));
        }

        foreach (var key in _rows.Keys.Where(key => !keys.Contains(key)))
            _rows.TryRemove(key, out _);
    }

    /// <summary>Notes one event.</summary>
    /// <param name="marketEvent">The event.</param>
    public void Observe(MarketDataEvent marketEvent)
    {
        ArgumentNullException.ThrowIfNull(marketEvent);
        Interlocked.Increment(ref _events);
        if (_rows.TryGetValue(marketEvent.Key, out var row))
            row.Observe(marketEvent, _stopping);
    }

    /// <summary>A copy of every row, in no particular order.</summary>
    public IReadOnlyList<InstrumentView> Views() => [.. _rows.Values.Select(row => row.View())];

    private sealed class Row(string key, string name, string bookState)
    {
        private readonly Lock _lock = new();
        private string _bookState = bookState;
        private BookLevel? _bestBid;
        private BookLevel? _bestAsk;
        private decimal? _lastTradePrice;
        private TradeDirection _lastTradeDirection;
        private long _events;
        private long _gapsOpened;
        private long _gapsHealed;
        private long _receivedAtUnixNs;
        private long _exchangeTimeUnixMs;

        public void Observe(MarketDataEvent marketEvent, bool stopping)
        {
            lock (_lock)
            {
                _events++;
                _receivedAtUnixNs = marketEvent.ReceivedAtUnixNs;
                if (marketEvent.ExchangeTimeUnixMs > 0)
                    _exchangeTimeUnixMs = marketEvent.ExchangeTimeUnixMs;
                switch (marketEvent)
                {
                    case OrderBookEvent book:
                        (_bookState, _bestBid, _bestAsk) = ("live", book.BestBid, book.BestAsk);
                        break;
                    case TradeEvent trade:
                        (_lastTradePrice, _lastTradeDirection) = (trade.Price, trade.Direction);
                        break;
                    case IntegrityEvent { Channel: "orderbook" } integrity:
                        Observe(integrity, stopping);
                        break;
                    case IntegrityEvent { Kind: IntegrityKind.TradeGap }:
                        _gapsOpened++;
                        break;
                    case IntegrityEvent { Kind: IntegrityKind.Backfilled }:
                        _gapsHealed++;
                        break;
                }
            }
        }

        private void Observe(IntegrityEvent integrity, bool stopping)
        {
            switch (integrity.Kind)
            {
                case IntegrityKind.Gap or IntegrityKind.Stale or IntegrityKind.Rejected:
                    _gapsOpened += _bookState == "live" ? 1 : 0;
                    Mute("resync");
                    break;
                case IntegrityKind.Quarantined:
                    _gapsOpened += _bookState == "live" ? 1 : 0;
                    Mute("quarantine");
                    break;
                case IntegrityKind.Disconnected:
                    _gapsOpened += _bookState == "live" && !stopping ? 1 : 0;
                    Mute("offline");
                    break;
                case IntegrityKind.Resynced:
                    _gapsHealed++;
                    break;
            }
        }

        // What is shown of a book that is not in sync would be wrong.
        private void Mute(string state) => (_bookState, _bestBid, _bestAsk) = (state, null, null);

        public InstrumentView View()
        {
            lock (_lock)
            {
                return new InstrumentView(key, name, _bookState, _bestBid, _bestAsk, _lastTradePrice, _lastTradeDirection,
                    _events, _gapsOpened, _gapsHealed, _receivedAtUnixNs, _exchangeTimeUnixMs);
            }
        }
    }
}
