namespace MarketData;

/// <summary>One tradable instrument of an exchange, as the collectors need it.</summary>
public sealed record Instrument
{
    /// <summary>The exchange's name in lower case, for example <c>deribit</c>.</summary>
    public required string Exchange { get; init; }

    /// <summary>The exchange's own name of the instrument, for example <c>BTC-PERPETUAL</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The exchange's word for the kind (<c>future</c>, <c>option</c>, <c>spot</c>, <c>future_combo</c>, <c>option_combo</c>).</summary>
    public string Kind { get; init; } = "";

    /// <summary>The key used on every sink: <c>deribit.BTC-PERPETUAL</c>.</summary>
    public string Key => $"{Exchange}.{Name}";

    /// <summary>The instrument that a key names, of which nothing else is known. An exchange's name has no dot.</summary>
    /// <param name="key">A key, for example <c>deribit.BTC-PERPETUAL</c>.</param>
    /// <exception cref="ArgumentException">It has no dot.</exception>
    public static Instrument OfKey(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var dot = key.IndexOf('.', StringComparison.Ordinal);
        return dot < 0
            ? throw new ArgumentException($"'{key}' is no key: it has no dot.", nameof(key))
            : new Instrument { Exchange = key[..dot], Name = key[(dot + 1)..] };
    }

    /// <summary>Smallest price step, in price units; null when the exchange does not say.</summary>
    public decimal? TickSize { get; init; }

    /// <summary>Larger price steps that hold above given prices, lowest first; empty when there are none.</summary>
    public IReadOnlyList<TickSizeStep> TickSizeSteps { get; init; } = [];

    /// <summary>Size of one contract in units of amount; null when the exchange does not say.</summary>
    public decimal? ContractSize { get; init; }

    /// <summary>When the instrument expires, on the exchange's clock; null when it never does or the exchange does not say.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What is traded, for example <c>BTC</c>; empty when the exchange does not say.</summary>
    public string BaseCurrency { get; init; } = "";

    /// <summary>What the price is in, for example <c>USD</c>; empty when the exchange does not say.</summary>
    public string QuoteCurrency { get; init; } = "";

    /// <summary>What profit and loss are paid in, for example <c>USDC</c>; empty when the exchange does not say, as for spot.</summary>
    public string SettlementCurrency { get; init; } = "";

    /// <summary>The exchange's word for how often it settles (<c>perpetual</c>, <c>day</c>, <c>week</c>, <c>month</c>); empty when not said.</summary>
    public string SettlementPeriod { get; init; } = "";

    /// <summary><c>linear</c> or <c>reversed</c>, in the exchange's words; empty when the exchange does not say.</summary>
    public string ContractType { get; init; } = "";

    /// <summary><c>call</c> or <c>put</c>; empty for what is no option.</summary>
    public string OptionType { get; init; } = "";

    /// <summary>The option's strike, in price units of its index; null for what is no option.</summary>
    public decimal? Strike { get; init; }

    /// <summary>The index that prices it, for example <c>btc_usd</c>; empty when the exchange does not say.</summary>
    public string PriceIndex { get; init; } = "";
}
