using System.Globalization;

namespace Deribit.Simulator.Instruments;

/// <summary>
/// The instruments of the synthetic market, always in the same order: the first twenty show every kind, the rest fills
/// up to more than two thousand. Expiry dates lie far ahead so that the list does not go stale; one option expires a month after the start,
/// for whoever asks for what expires soon.
/// </summary>
internal static class InstrumentCatalog
{
    private static readonly string[] Linear =
    [
        "BTC", "SOL", "XRP", "ETH", "DOGE", "ADA", "AVAX", "LINK", "LTC", "DOT", "BCH", "BNB", "NEAR", "TRX", "UNI",
        "ALGO", "PAXG", "TON", "TRUMP", "NVDA",
    ];

    private static readonly string[] Dates =
        ["29JUN29", "6JUL29", "28SEP29", "28DEC29", "29MAR30", "28JUN30", "27SEP30", "27DEC30", "28MAR31", "27JUN31"];

    private static readonly string[] Featured =
    [
        "BTC-PERPETUAL", "ETH-PERPETUAL", "BTC_USDC-PERPETUAL", "BTC-29JUN29", "ETH-29JUN29", "BTC-29JUN29-100000-C",
        "XRP_USDC-29JUN29-0d625-C", "SOL_USDC-PERPETUAL", "BTC-FS-29JUN29_PERP", "BTC_USDC", "ETH-29JUN29-4000-P",
        "BTC-6JUL29-92000-P", "XRP_USDC-PERPETUAL", "ETH_USDC-PERPETUAL", "BTC-28SEP29-250000-C", "ETH_USDC",
        "ETH-6JUL29-2750-C", "BTC-28SEP29", "XRP_USDC-28SEP29-1d25-P", "DOGE_USDC-PERPETUAL",
    ];

    // Whose place the option takes that expires soon.
    private const string Replaced = "BTC-28SEP29-250000-C";
    private const int LeastDaysLeft = 28;

    private static readonly Lazy<IReadOnlyList<InstrumentSpec>> Listed = new(Build);

    public static IReadOnlyList<InstrumentSpec> All => Listed.Value;

    /// <summary>The instruments of a market that starts at a moment: one option expires on a Friday four to five weeks later.</summary>
    public static IReadOnlyList<InstrumentSpec> StartedAt(DateTimeOffset start)
    {
        var day = start.UtcDateTime.Date.AddDays(LeastDaysLeft);
        day = day.AddDays(((int)DayOfWeek.Friday - (int)day.DayOfWeek + 7) % 7);
        var name = string.Create(CultureInfo.InvariantCulture, $"BTC-{day:dMMMyy}-95000-C").ToUpperInvariant();
        return [.. All.Select((spec, index) => spec.Name == Replaced ? Create(name, index)! : spec)];
    }

    /// <summary>Completes a name that the grammar accepts with tick, lot and starting price; null for a name outside it.</summary>
    public static InstrumentSpec? Create(string name, int position)
    {
        if (InstrumentNames.Parse(name) is not { } spec)
        {
            return null;
        }

        // Every seventh of the later ones is quiet: it hardly ever moves.
        var quiet = position >= 10 && position % 7 == 4;
        spec = WithScales(spec) with { InstrumentId = 100_000 + position };
        return quiet ? spec with { Weight = spec.Weight * 0.0005 } : spec;
    }

    private static InstrumentSpec WithScales(InstrumentSpec spec)
    {
        var price = IndexPrice(spec.Base);
        switch (spec.Kind)
        {
            case "future" when spec.IsInverse:
                var bitcoin = spec.Base == "BTC";
                var tick = bitcoin ? 0.5m : 0.05m;
                var premium = spec.IsPerpetual ? 1m : 1.02m;
                return spec with
                {
                    PriceScale = bitcoin ? 1 : 2,
                    TickMantissa = 5,
                    AnchorTicks = (long)(price * premium / tick),
                    LotMantissa = bitcoin ? 10 : 1,
                    Weight = spec.IsPerpetual ? 12 : 4,
                };
            case "future":
                var scale = PriceScaleFor(price);
                return spec with
                {
                    PriceScale = scale,
                    AnchorTicks = (long)(price * Power(scale)),
                    AmountScale = AmountScaleFor(price),
                    Weight = 6,
                };
            case "spot":
                var spotScale = PriceScaleFor(price);
                return spec with
                {
                    PriceScale = spotScale,
                    AnchorTicks = (long)(price * Power(spotScale)),
                    AmountScale = AmountScaleFor(price),
                    Weight = 3,
                };
            case "option" when spec.IsInverse:
                return spec with
                {
                    PriceScale = 4,
                    AnchorTicks = OptionTicks(spec, price, 10_000m / price),
                    StepAboveTicks = 50,
                    StepTicks = 5,
                    AmountScale = spec.Base == "BTC" ? 1 : 0,
                    Weight = 1,
                };
            case "option":
                return spec with { PriceScale = 4, AnchorTicks = OptionTicks(spec, price, 10_000m), LotMantissa = 1000, Weight = 1 };
            default:
                // A spread trades around a small negative difference.
                return spec with { PriceScale = 1, TickMantissa = 5, AnchorTicks = -151, LotMantissa = 10, Weight = 2 };
        }
    }

    private static long OptionTicks(InstrumentSpec spec, decimal price, decimal ticksPerUnit)
    {
        var strike = decimal.Parse(spec.Strike!, CultureInfo.InvariantCulture);
        var intrinsic = Math.Max(0, spec.IsPut ? strike - price : price - strike);
        var distance = Math.Abs(strike - price) / price;
        var timeValue = price * 0.12m / (1 + (distance * 6));
        return Math.Max(2, (long)((intrinsic + timeValue) * ticksPerUnit));
    }

    public static decimal IndexPrice(string currency) => currency switch
    {
        "BTC" => 92_000m,
        "ETH" => 2_770m,
        "SOL" => 140m,
        "XRP" => 1.1m,
        "DOGE" => 0.15m,
        "ADA" => 0.42m,
        "PAXG" => 4_100m,
        "BNB" => 850m,
        "BCH" => 520m,
        "NVDA" => 228m,
        "LTC" => 85m,
        "ALGO" => 0.1137m,
        "NEAR" => 1.9m,
        "TRX" => 0.28m,
        _ => 12m,
    };

    private static int PriceScaleFor(decimal price) => price switch { > 1000 => 1, > 100 => 2, > 1 => 4, _ => 5 };

    private static int AmountScaleFor(decimal price) => price switch { > 10_000 => 4, > 1000 => 3, > 100 => 1, _ => 0 };

    private static decimal Power(int scale) => scale == 0 ? 1 : 10 * Power(scale - 1);

    private static List<InstrumentSpec> Build()
    {
        var names = new List<string>(Featured);
        names.AddRange(Linear.Select(coin => coin + "_USDC-PERPETUAL"));
        names.AddRange(Dates.SelectMany(date => new[] { "BTC-" + date, "ETH-" + date }));
        names.AddRange(["SOL_USDC", "XRP_USDC", "BTC_USDT", "ETH_USDT"]);
        for (var step = 0; step < 40; step++)
        {
            foreach (var date in Dates)
            {
                var side = step % 2 == 0 ? "C" : "P";
                names.Add($"BTC-{date}-{60_000 + (step * 2_000)}-{side}");
                names.Add($"ETH-{date}-{1_800 + (step * 50)}-{side}");
                names.Add($"BTC-{date}-{60_000 + (step * 2_000)}-{(side == "C" ? "P" : "C")}");
                names.Add($"ETH-{date}-{1_800 + (step * 50)}-{(side == "C" ? "P" : "C")}");
                if (step % 4 == 0)
                {
                    names.Add($"XRP_USDC-{date}-{1 + (step / 20)}d{(step % 20 * 5) + 5:00}-{side}");
                }
            }
        }

        return [.. names.Distinct().Select((name, index) => Create(name, index)!)];
    }
}
