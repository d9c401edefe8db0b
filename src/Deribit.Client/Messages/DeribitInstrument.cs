namespace Deribit.Client;

/// <summary>One instrument as <c>public/get_instruments</c> describes it. Immutable; may be kept. What was left out is null.</summary>
public sealed record DeribitInstrument
{
    /// <summary>The exchange's name, for example <c>BTC-25DEC26-100000-C</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The exchange's number of the instrument.</summary>
    public long? Id { get; init; }

    /// <summary><c>future</c>, <c>option</c>, <c>spot</c>, <c>future_combo</c>, <c>option_combo</c>, or an unknown word.</summary>
    public string? Kind { get; init; }

    /// <summary>The exchange's word for its state, for example <c>open</c>; since January 2026.</summary>
    public string? State { get; init; }

    /// <summary>Whether it can be traded.</summary>
    public bool? IsActive { get; init; }

    /// <summary>Base currency.</summary>
    public string? BaseCurrency { get; init; }

    /// <summary>Counter currency.</summary>
    public string? CounterCurrency { get; init; }

    /// <summary>Quote currency; on inverse options the coin itself.</summary>
    public string? QuoteCurrency { get; init; }

    /// <summary>Settlement currency; not on spot.</summary>
    public string? SettlementCurrency { get; init; }

    /// <summary><c>perpetual</c>, <c>month</c>, <c>week</c>, <c>day</c>, or an unknown word; not on spot.</summary>
    public string? SettlementPeriod { get; init; }

    /// <summary>The index that prices it, for example <c>btc_usd</c>.</summary>
    public string? PriceIndex { get; init; }

    /// <summary><c>linear</c> or <c>reversed</c>.</summary>
    public string? InstrumentType { get; init; }

    /// <summary><c>call</c> or <c>put</c>, options only.</summary>
    public string? OptionType { get; init; }

    /// <summary>Strike, options only.</summary>
    public decimal? Strike { get; init; }

    /// <summary>Size of one contract in units of amount.</summary>
    public decimal? ContractSize { get; init; }

    /// <summary>Smallest price step.</summary>
    public decimal? TickSize { get; init; }

    /// <summary>Larger price steps that hold above given prices; may be empty.</summary>
    public IReadOnlyList<DeribitTickSizeStep> TickSizeSteps { get; init; } = [];

    /// <summary>Smallest amount of a trade.</summary>
    public decimal? MinTradeAmount { get; init; }

    /// <summary>Maker's commission as a fraction.</summary>
    public decimal? MakerCommission { get; init; }

    /// <summary>Taker's commission as a fraction.</summary>
    public decimal? TakerCommission { get; init; }

    /// <summary>When it was listed, in milliseconds since the Unix epoch.</summary>
    public long? CreationTimeUnixMs { get; init; }

    /// <summary>When it expires, in milliseconds since the Unix epoch; 32503708800000 when it never does.</summary>
    public long? ExpirationTimeUnixMs { get; init; }

    /// <summary>The exchange's time of the message, in ms since the Unix epoch; only in notifications of new instruments.</summary>
    public long? ExchangeTimeUnixMs { get; init; }
}
