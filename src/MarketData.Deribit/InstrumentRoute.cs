using MarketData.Books;

namespace MarketData.Deribit;

/// <summary>What the adapter knows of one collected instrument. Written and read by the stream's pump only.</summary>
internal sealed class InstrumentRoute(Instrument instrument, Shard shard)
{
    public Instrument Instrument { get; } = instrument;

    /// <summary>The connection that carries its channels.</summary>
    public Shard Shard { get; set; } = shard;

    /// <summary>
    /// The generation of that connection, counted over all connections; never falls, and grows with each connection that carries it.
    /// </summary>
    public long Epoch { get; set; }

    /// <summary>The sink key, built once and shared by every event.</summary>
    public string Key { get; } = instrument.Key;

    /// <summary>Whether it is a combo, whose trades also appear on its legs (Deribit API v2, instrument <c>kind</c>).</summary>
    public bool IsCombo { get; } = IsComboKind(instrument.Kind);

    /// <summary>Which prices the exchange promises.</summary>
    public TickRule Ticks { get; } = new(instrument);

    /// <summary>The book's state machine; null when books are not collected.</summary>
    public OrderBookSynchroniser? Book { get; set; }

    /// <summary>The book channel; null when books are not collected.</summary>
    public string? BookChannel { get; set; }

    /// <summary>
    /// The kinds whose old subscription has not ended yet: the instrument was removed a moment ago and is collected anew, and what arrives
    /// of these kinds is still the old subscription's.
    /// </summary>
    public DataKind Ending { get; set; }

    /// <summary>Whether the ticker's stream has an interval in the ledger that the next ticker closes.</summary>
    public bool TickerIsOpen { get; set; }

    /// <summary>The exchange's time of the last ticker, or since when there is none, in milliseconds since the Unix epoch.</summary>
    public long? TickerLostAtUnixMs { get; set; }

    /// <summary>How the trade channel is watched; null when trades are not collected.</summary>
    public ChannelWatch? TradeWatch { get; set; }

    /// <summary>How the ticker channel is watched; null when tickers are not collected.</summary>
    public ChannelWatch? TickerWatch { get; set; }

    /// <summary>Every channel that was subscribed for the instrument.</summary>
    public List<string> Channels { get; } = [];

    /// <summary>Whether the exchange's word for a kind is a combo's.</summary>
    public static bool IsComboKind(string kind) => kind is "future_combo" or "option_combo";
}
