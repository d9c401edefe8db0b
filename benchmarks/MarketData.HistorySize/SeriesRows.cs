using MarketData.History;

namespace MarketData.HistorySize;

/// <summary>
/// What an exchange publishes of its past, as a backfill stores it: a week of minutes of each instrument and of two volatility indices, and a year of
/// hours of three perpetuals. Prices walk at random on a grid of half a dollar. The same every time.
/// </summary>
internal static class SeriesRows
{
    private const string Exchange = "deribit";
    private const decimal Tick = 0.5m;
    private const int Minutes = 7 * 24 * 60;
    private const int Hours = 365 * 24;
    private static readonly long _beginMs = new DateTimeOffset(2026, 2, 23, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <summary>All rows, each table's together.</summary>
    public static IEnumerable<IHistoryRecord> Make(IReadOnlyList<string> instruments)
    {
        var random = new Random(2);
        return [
            .. instruments.SelectMany((name, place) => Candles(random, name, 100m * (place + 1))),
            .. instruments.Where(name => name.EndsWith("PERPETUAL", StringComparison.Ordinal)).Take(3).SelectMany(name => Funding(random, name)),
            .. new[] { "BTC", "ETH" }.SelectMany(currency => Volatility(random, currency))];
    }

    private static IEnumerable<ExchangeCandle> Candles(Random random, string name, decimal price)
    {
        for (var minute = 0; minute < Minutes; minute++)
        {
            var open = price;
            var steps = Enumerable.Range(0, 8).Select(_ => price += Tick * random.Next(-3, 4)).ToList();
            var volume = Math.Round(random.NextDouble() * 20, 8);
            yield return new ExchangeCandle
            {
                Exchange = Exchange,
                InstrumentName = name,
                Resolution = TimeSpan.FromMinutes(1),
                ExchangeTimeUnixMs = _beginMs + (minute * 60_000L),
                ReceivedAtUnixNs = Received(random, minute / 1_000),
                Open = open,
                High = steps.Append(open).Max(),
                Low = steps.Append(open).Min(),
                Close = price,
                Volume = volume,
                Cost = Math.Round(volume * (double)price, 2),
            };
        }
    }

    private static IEnumerable<FundingRate> Funding(Random random, string name)
    {
        var index = 90_000m;
        for (var hour = 0; hour < Hours; hour++)
        {
            var before = index;
            index = decimal.Round(index * (1 + ((decimal)(random.NextDouble() - 0.5) / 200)), 2);
            yield return new FundingRate
            {
                Exchange = Exchange,
                InstrumentName = name,
                ExchangeTimeUnixMs = _beginMs + (hour * 3_600_000L),
                ReceivedAtUnixNs = Received(random, hour / 500),
                IndexPrice = index,
                PreviousIndexPrice = before,
                Interest1Hour = (random.NextDouble() - 0.4) / 100_000,
                Interest8Hours = (random.NextDouble() - 0.4) / 10_000,
            };
        }
    }

    private static IEnumerable<VolatilityCandle> Volatility(Random random, string currency)
    {
        var value = 45.0;
        for (var minute = 0; minute < Minutes; minute++)
        {
            var open = value;
            var steps = Enumerable.Range(0, 8).Select(_ => value = Math.Round(value + ((random.NextDouble() - 0.5) / 10), 2)).ToList();
            yield return new VolatilityCandle
            {
                Exchange = Exchange,
                InstrumentName = currency,
                Resolution = TimeSpan.FromMinutes(1),
                ExchangeTimeUnixMs = _beginMs + (minute * 60_000L),
                ReceivedAtUnixNs = Received(random, minute / 1_000),
                Open = open,
                High = steps.Append(open).Max(),
                Low = steps.Append(open).Min(),
                Close = value,
            };
        }
    }

    // The rows of a page came in one answer, but each is stamped by itself.
    private static long Received(Random random, int page) => ((_beginMs + (Minutes * 60_000L) + (page * 200L)) * 1_000_000) + random.Next(500_000);
}
