using MarketData.Soak.Time;
using MarketData.Soak.Venue;

namespace MarketData.Soak;

/// <summary>The instruments of one world: busy and quiet ones, whole and broken ticks, a combo with its legs.</summary>
internal static class Instruments
{
    private static readonly (string Name, string Kind, decimal Tick, decimal Step, long Middle, double ChangeSeconds, double TradeSeconds)[] All =
    [
        ("BTC-PERPETUAL", "future", 0.5m, 10m, 184_588, 0.5, 0.9),
        ("ETH-PERPETUAL", "future", 0.05m, 1m, 53_210, 0.8, 1.5),
        ("BTC_USDC-PERPETUAL", "future", 0.1m, 0.0001m, 867_758, 1.0, 3),
        ("BTC-25DEC26", "future", 2.5m, 10m, 37_400, 1.5, 4),
        ("BTC-25DEC26-100000-C", "option", 0.0001m, 0.1m, 432, 6, 20),
        ("ETH-25DEC26-9000-P", "option", 0.0005m, 1m, 40, 40, 90),
        ("BTC-FS-25DEC26_PERP", "future_combo", 0.5m, 10m, -3, 3, 8),
    ];

    /// <summary>Some of them; always a busy one and a quiet one.</summary>
    public static IEnumerable<VenueInstrument> Make(Dice dice)
    {
        foreach (var (name, kind, tick, step, middle, change, trade) in All)
        {
            if (name is "BTC-PERPETUAL" or "ETH-25DEC26-9000-P" || dice.Chance(0.6))
            {
                yield return new VenueInstrument(name, kind, tick, step, middle, dice.Fork(name))
                {
                    ChangeEvery = TimeSpan.FromSeconds(change),
                    TradeEvery = TimeSpan.FromSeconds(trade),
                    LegOf = name is "BTC-PERPETUAL" or "BTC-25DEC26" ? "BTC-FS-25DEC26_PERP" : null,
                };
            }
        }
    }

    /// <summary>One that is listed later.</summary>
    public static VenueInstrument MakeListed(int number, Dice dice) =>
        new($"BTC-{number}JAN27-90000-P", "option", 0.0001m, 0.1m, 300, dice.Fork($"listed{number}"))
        {
            ChangeEvery = TimeSpan.FromSeconds(3),
            TradeEvery = TimeSpan.FromSeconds(8),
        };
}
