using System.Globalization;
using Deribit.Simulator.Instruments;
using Deribit.Simulator.Rpc;
using Deribit.Simulator.Wire;

namespace Deribit.Simulator.Market;

/// <content>
/// Time series. Candles are those of the trades that the history host still tells of, the last one of a period that is not over; a period without a
/// trade has the price of before and no volume. Funding and volatility are made up of the time alone, so that every simulator says the same.
/// Needs the gate.
/// </content>
internal sealed partial class SyntheticMarket
{
    private const long HourMs = 3_600_000;
    private const int VolatilityPage = 1_000;

    // 2019-05-01: nothing is older.
    private const long SeriesBeginUnixMs = 1_556_668_800_000;

    public override RpcError? WriteCandles(ByteWriter json, string instrument, SeriesQuery query)
    {
        if (Instrument(instrument) is not { } known)
        {
            return RpcError.NotFound;
        }

        var candles = Candles(known, query);
        json.Byte((byte)'{');
        foreach (var (name, value) in (ReadOnlySpan<(string, Func<SimCandle, decimal>)>)[
            ("ticks", candle => candle.TimeUnixMs), ("open", candle => candle.Open), ("high", candle => candle.High), ("low", candle => candle.Low),
            ("close", candle => candle.Close), ("volume", candle => candle.Volume), ("cost", candle => candle.Cost)])
        {
            json.Quoted(name);
            json.Raw(":["u8);
            Join(json, candles, candle => Write(json, value(candle)));
            json.Raw("],"u8);
        }

        json.Raw(candles.Count > 0 ? "\"status\":\"ok\"}"u8 : "\"status\":\"no_data\"}"u8);
        return null;
    }

    public override RpcError? WriteFunding(ByteWriter json, string instrument, SeriesQuery query)
    {
        if (Instrument(instrument) is not { } known)
        {
            return RpcError.NotFound;
        }

        if (!known.Spec.IsPerpetual)
        {
            return RpcError.InvalidParams("instrument must be perpetual", "instrument_name");
        }

        json.Byte((byte)'[');
        Join(json, query.Times(SeriesBeginUnixMs, Now), time =>
        {
            json.Raw("{\"timestamp\":"u8);
            json.Integer(time);
            json.Raw(",\"index_price\":"u8);
            Write(json, Index(known.Spec, time));
            json.Raw(",\"prev_index_price\":"u8);
            Write(json, Index(known.Spec, time - HourMs));
            json.Raw(",\"interest_1h\":"u8);
            Write(json, Interest(known.Spec, time));
            json.Raw(",\"interest_8h\":"u8);
            Write(json, Enumerable.Range(0, 8).Sum(hour => Interest(known.Spec, time - (hour * HourMs))));
            json.Byte((byte)'}');
        });
        json.Byte((byte)']');
        return null;
    }

    // Pages from the newest to the oldest; the continuation is the end of the next one.
    public override RpcError? WriteVolatility(ByteWriter json, string currency, SeriesQuery query)
    {
        if (currency is not ("BTC" or "ETH"))
        {
            return RpcError.InvalidParams("invalid value", "currency");
        }

        var newest = Math.Min(query.EndUnixMs, Now) / query.StepMs * query.StepMs;
        var begin = newest - ((VolatilityPage - 1) * query.StepMs);
        json.Raw("{\"data\":["u8);
        Join(json, query.Times(Math.Max(begin, SeriesBeginUnixMs), Now), time =>
        {
            var (open, close) = (Volatility(currency, time), Volatility(currency, time + query.StepMs));
            json.Byte((byte)'[');
            json.Integer(time);
            foreach (var value in (ReadOnlySpan<decimal>)[open, Math.Max(open, close) + 0.25m, Math.Min(open, close) - 0.25m, close])
            {
                json.Byte((byte)',');
                Write(json, value);
            }

            json.Byte((byte)']');
        });
        json.Raw("],\"continuation\":"u8);
        if (begin > Math.Max(query.StartUnixMs, SeriesBeginUnixMs))
        {
            json.Integer(begin - query.StepMs);
        }
        else
        {
            json.Raw("null"u8);
        }

        json.Byte((byte)'}');
        return null;
    }

    private long Now => Hub.Time.GetUtcNow().ToUnixTimeMilliseconds();

    private List<SimCandle> Candles(SimInstrument instrument, SeriesQuery query)
    {
        var fills = instrument.Served(history: true).GroupBy(fill => fill.TimestampUnixMs / query.StepMs * query.StepMs)
            .ToDictionary(period => period.Key, period => period.ToList());
        if (fills.Count == 0)
        {
            return [];
        }

        // Of a period whose first trades are not told of, there is no candle.
        var first = fills.Keys.Min() + (instrument.TellsOfAll ? 0 : query.StepMs);
        var candles = new List<SimCandle>();
        var close = PriceOf(instrument, fills[fills.Keys.Min()][^1].Price);
        foreach (var time in new SeriesQuery(first, query.EndUnixMs, query.StepMs).Times(first, Now))
        {
            var candle = fills.TryGetValue(time, out var traded)
                ? Candle(instrument, time, traded)
                : new SimCandle(time, close, close, close, close, 0, 0);
            close = candle.Close;
            if (time >= query.StartUnixMs)
            {
                candles.Add(candle);
            }
        }

        return candles;
    }

    private static SimCandle Candle(SimInstrument instrument, long time, List<Fill> fills)
    {
        var trades = fills.ConvertAll(fill => (Price: PriceOf(instrument, fill.Price), Amount: AmountOf(instrument, fill.Amount)));

        // An inverse future's amount is in the quote currency already.
        var isInQuote = instrument.Spec is { IsInverse: true, IsOption: false };
        return new SimCandle(
            time, trades[0].Price, trades.Max(trade => trade.Price), trades.Min(trade => trade.Price), trades[^1].Price,
            trades.Sum(trade => !isInQuote ? trade.Amount : trade.Price == 0 ? 0 : Math.Round(trade.Amount / trade.Price, 9)),
            trades.Sum(trade => isInQuote ? trade.Amount : trade.Amount * trade.Price));
    }

    private static decimal Index(InstrumentSpec spec, long time) =>
        decimal.Round(InstrumentCatalog.IndexPrice(spec.Base) * (1 + (Draw(spec.Base, time, 2_001) - 1_000) / 100_000m), 2);

    private static decimal Interest(InstrumentSpec spec, long time) => (Draw(spec.Name, time, 2_001) - 1_000) / 100_000_000m;

    private static decimal Volatility(string currency, long time) => 40 + (Draw(currency, time, 2_001) / 100m);

    // The same for a name and a time, whoever asks and when.
    private static int Draw(string name, long time, int exclusiveMax)
    {
        var seed = name.Aggregate((ulong)time, (state, letter) => SeededRandom.Mix(state + letter));
        return new SeededRandom(seed).Next(exclusiveMax);
    }

    private static void Write(ByteWriter json, decimal value) => json.Text(value.ToString(CultureInfo.InvariantCulture));

    private static void Join<T>(ByteWriter json, IEnumerable<T> items, Action<T> write)
    {
        var any = false;
        foreach (var item in items)
        {
            if (any)
            {
                json.Byte((byte)',');
            }

            write(item);
            any = true;
        }
    }
}
