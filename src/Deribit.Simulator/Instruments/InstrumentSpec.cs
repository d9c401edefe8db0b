namespace Deribit.Simulator.Instruments;

/// <summary>
/// What is fixed about one instrument. Prices are <c>ticks * TickMantissa / 10^PriceScale</c>, amounts
/// <c>lots * LotMantissa / 10^AmountScale</c>: whole numbers all the way, so every figure on the wire is exact.
/// </summary>
internal sealed record InstrumentSpec
{
    public const long FarFutureUnixMs = 32503708800000;

    public required string Name { get; init; }

    /// <summary><c>future</c>, <c>option</c>, <c>spot</c>, <c>future_combo</c> or <c>option_combo</c>.</summary>
    public required string Kind { get; init; }

    public required string Base { get; init; }

    public required string Quote { get; init; }

    /// <summary>The word that calls and channels file it under: BTC for inverse, USDC for linear.</summary>
    public required string Currency { get; init; }

    /// <summary>Inverse, in the exchange's word <c>reversed</c>.</summary>
    public required bool IsInverse { get; init; }

    public required string PriceIndex { get; init; }

    public bool IsPerpetual { get; init; }

    public long ExpirationUnixMs { get; init; } = FarFutureUnixMs;

    /// <summary>JSON text of the strike, options only.</summary>
    public string? Strike { get; init; }

    public bool IsPut { get; init; }

    public int PriceScale { get; init; } = 2;

    public long TickMantissa { get; init; } = 1;

    /// <summary>Above this many ticks only every <see cref="StepTicks"/>th price is allowed; 0 = no step.</summary>
    public int StepAboveTicks { get; init; }

    public int StepTicks { get; init; } = 1;

    public int AmountScale { get; init; }

    public long LotMantissa { get; init; } = 1;

    /// <summary>Where the synthetic price starts, in ticks.</summary>
    public long AnchorTicks { get; init; }

    /// <summary>Relative share of the events; 0.001 hardly ever moves.</summary>
    public double Weight { get; init; } = 1;

    public int InstrumentId { get; init; }

    public bool IsCombo => Kind.EndsWith("combo", StringComparison.Ordinal);

    public bool IsOption => Kind == "option";

    public bool MatchesKind(string kind) =>
        kind == Kind || kind == "any" || (kind == "combo" && IsCombo);

    public bool MatchesCurrency(string currency) =>
        currency == "any" || string.Equals(currency, Currency, StringComparison.OrdinalIgnoreCase);
}
