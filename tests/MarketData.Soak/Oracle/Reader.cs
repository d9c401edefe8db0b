using System.Text.Json;

using LedgerRules;
using MarketData.Kafka;
using MarketData.Soak.Venue;

namespace MarketData.Soak.Oracle;

/// <summary>
/// A consumer of every topic that knows the truth. Comes in: messages in the order in which Kafka stored them, as bytes. Goes out: verdicts.
/// Owns: per key what a consumer would hold.
/// </summary>
internal sealed class Reader(Verdict verdict, Witness witness, SoakOptions options)
{
    private readonly Dictionary<string, BookReader> _books = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TradeReader> _trades = new(StringComparer.Ordinal);
    private readonly HashSet<PendingMessage> _stored = new(ReferenceEqualityComparer.Instance);

    private int _meant;
    private int _run;

    /// <summary>The ledger's own law, over every channel.</summary>
    public LedgerLaw Law { get; } = new();

    /// <summary>FNV-1a over all values, in the order of their storing.</summary>
    public ulong Digest { get; private set; } = 14_695_981_039_346_656_037UL;

    public long Messages { get; private set; }

    public long Duplicates { get; private set; }

    public IReadOnlyCollection<BookReader> Books => _books.Values;

    public IReadOnlyCollection<TradeReader> Trades => _trades.Values;

    /// <summary>What the ledger of the present collector has open of a stream; null when nothing.</summary>
    public string? OpenIncident(VenueInstrument instrument, string channel) =>
        Law.OpenOf(Source, "deribit." + instrument.Name, channel) is [var open, ..] ? open : null;

    public BookReader Book(string key) => _books[key];

    public TradeReader Trade(string key) => _trades[key];

    public void Know(VenueInstrument instrument)
    {
        var key = "deribit." + instrument.Name;
        _books[key] = new BookReader(instrument, verdict, witness, options);
        _trades[key] = new TradeReader(instrument, verdict);
    }

    /// <summary>A new collector begins.</summary>
    public void BeginRun()
    {
        _stored.Clear();
        _run++;
        foreach (var book in _books.Values)
            book.BeginRun();
        foreach (var trades in _trades.Values)
            trades.BeginStretch();
    }

    /// <summary>Kafka will never take this event; the lane must say so.</summary>
    public void Refused(MarketDataEvent refused)
    {
        if (refused is OrderBookEvent book)
            _books[book.Key].Refused(book.ChangeId);
        else if (refused is TradeEvent trade)
            _trades[trade.Key].Refused(trade.TradeId);
    }

    public void Stored(PendingMessage message)
    {
        Messages++;
        foreach (var one in message.Value)
            Digest = (Digest ^ one) * 1_099_511_628_211UL;
        if (!_stored.Add(message))
        {
            Duplicates++;
            verdict.Check(message.MarkedResent, () => $"{message.Topic} {message.KeyText}: a message is on the topic twice and does not say so.");
            return;
        }

        if (message.Topic == "market.dead-letter" || IsLostByMutation(message))
            return;
        using var json = JsonDocument.Parse(message.Value);
        var root = json.RootElement;
        var key = $"{root.GetProperty("exchange").GetString()}.{root.GetProperty("instrument_name").GetString()}";
        verdict.Check(key == message.KeyText, () => $"{message.Topic}: the key is {message.KeyText}, the event is of {key}.");
        switch (message.Topic)
        {
            case "market.orderbook":
                _books[key].Take(root);
                break;
            case "market.trades":
                _trades[key].Take(root);
                break;
            case "market.integrity":
                Law.Tell((IntegrityEvent)message.Event!, Source);
                TakeIntegrity(key, root);
                break;
            default:
                break;
        }
    }

    private string Source => $"run {_run}";

    private bool IsLostByMutation(PendingMessage message)
    {
        var isMeant = options.Mutation switch
        {
            Mutation.LostTrade => message.Event is TradeEvent,
            Mutation.LostUpdate => message.Event is OrderBookEvent { Action: BookAction.Update },
            Mutation.LostIncident => message.Event is IntegrityEvent
            {
                Channel: "orderbook", Kind: IntegrityKind.Gap or IntegrityKind.Disconnected or IntegrityKind.Quarantined,
            },
            Mutation.LostTickerClosing => message.Event is IntegrityEvent { Channel: "ticker", Kind: IntegrityKind.Resynced },
            Mutation.LostTradeClosing => message.Event is IntegrityEvent { Channel: "trade", Kind: IntegrityKind.Resynced },
            _ => false,
        };
        return isMeant && ++_meant == (options.Mutation == Mutation.LostIncident ? 1 : 5);
    }

    private void TakeIntegrity(string key, JsonElement root)
    {
        var channel = root.GetProperty("channel").GetString();
        if (options.Verbose && channel != "orderbook")
            Console.WriteLine($"   ledger: {key} {channel} {root.GetProperty("kind")} {root.GetProperty("from_id")}..{root.GetProperty("to_id")} {root.GetProperty("detail")}");
        if (channel == "orderbook" && _books.TryGetValue(key, out var book))
            book.TakeIntegrity(root);
        else if (channel == "trade" && _trades.TryGetValue(key, out var trades))
            trades.TakeIntegrity(root);
    }
}
