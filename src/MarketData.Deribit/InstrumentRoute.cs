using MarketData.Books;

namespace MarketData.Deribit;

/// <summary>What the adapter knows of one collected instrument. Written and read by the stream's pump only.</summary>
internal sealed class InstrumentRoute(Instrument instrument)
{
    public Instrument Instrument { get; } = instrument;

    /// <summary>The sink key, built once and shared by every event.</summary>
    public string Key { get; } = instrument.Key;

    /// <summary>Whether it is a combo, whose trades also appear on its legs (Deribit API v2, instrument <c>kind</c>).</summary>
    public bool IsCombo { get; } = instrument.Kind is "future_combo" or "option_combo";

    /// <summary>The book's state machine; null when books are not collected.</summary>
    public OrderBookSynchroniser? Book { get; set; }

    /// <summary>The book channel; null when books are not collected.</summary>
    public string? BookChannel { get; set; }

    /// <summary>Every channel that was subscribed for the instrument.</summary>
    public List<string> Channels { get; } = [];
}
