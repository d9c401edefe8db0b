using Deribit.Client.Channels;
using Deribit.Client.Json;

namespace Deribit.Client.Methods;

/// <summary>
/// Decodes time series. In: the bytes of a <c>result</c>. Out: rows, or a <see cref="DeribitProtocolException"/>. It owns nothing; any thread.
/// </summary>
internal static class SeriesDecoder
{
    // More than any interval that is asked for has; a reply is never larger than the transport allows anyway.
    private const int MostRows = 1_000_000;

    // {"volume":[19.007942601,20.095877981],"ticks":[1554373800000,1554375600000],"status":"ok","open":[4963.42,4986.29],
    //  "low":[4728.94,4726.6],"high":[5185.45,5250.87],"cost":[19007.942,20095.877],"close":[5052.95,5013.59]}
    public static DeribitSeries<DeribitCandle> DecodeCandles(ReadOnlySpan<byte> result)
    {
        Utf8Scanner scanner = new(PaddedBuffer.Of(result));
        List<long>? ticks = null;
        List<decimal>? open = null, high = null, low = null, close = null;
        List<double?>? volume = null, cost = null;
        scanner.BeginObject();
        for (bool more = scanner.HasMember(); more; more = scanner.HasNextMember())
        {
            ReadOnlySpan<byte> name = scanner.ReadName();
            if (name.SequenceEqual("ticks"u8)) Times(ref scanner, ref ticks, "ticks");
            else if (name.SequenceEqual("open"u8)) Prices(ref scanner, ref open, "open");
            else if (name.SequenceEqual("high"u8)) Prices(ref scanner, ref high, "high");
            else if (name.SequenceEqual("low"u8)) Prices(ref scanner, ref low, "low");
            else if (name.SequenceEqual("close"u8)) Prices(ref scanner, ref close, "close");
            else if (name.SequenceEqual("volume"u8)) Figures(ref scanner, ref volume, "volume");
            else if (name.SequenceEqual("cost"u8)) Figures(ref scanner, ref cost, "cost");
            else scanner.SkipValue();
        }

        scanner.ExpectEnd();
        List<long> times = Required(ref scanner, ticks, "ticks");
        int count = times.Count;
        var (opens, highs) = (Required(ref scanner, open, "open"), Required(ref scanner, high, "high"));
        var (lows, closes) = (Required(ref scanner, low, "low"), Required(ref scanner, close, "close"));
        if (opens.Count != count || highs.Count != count || lows.Count != count || closes.Count != count
            || (volume?.Count ?? count) != count || (cost?.Count ?? count) != count)
        {
            scanner.Throw($"The lists of the candles differ in length: {count} ticks, {opens.Count} open, {closes.Count} close");
        }

        List<DeribitCandle> candles = new(count);
        for (int i = 0; i < count; i++)
            candles.Add(new DeribitCandle(times[i], opens[i], highs[i], lows[i], closes[i], volume?[i], cost?[i]));
        return new DeribitSeries<DeribitCandle>(candles);
    }

    // [{"timestamp":1569891600000,"prev_index_price":8222.87,"interest_8h":-0.00009234260068476106,"interest_1h":-4.739622041017375e-7,
    //   "index_price":8228.86}]
    public static DeribitSeries<DeribitFundingRate> DecodeFundingRates(ReadOnlySpan<byte> result)
    {
        Utf8Scanner scanner = new(PaddedBuffer.Of(result));
        List<DeribitFundingRate> rates = [];
        scanner.BeginArray();
        for (bool more = scanner.HasElement(); more; more = scanner.HasNextElement())
        {
            if (rates.Count == MostRows) scanner.Throw($"There are more than the {MostRows} rows accepted");
            rates.Add(ReadFundingRate(ref scanner));
        }

        scanner.ExpectEnd();
        return new DeribitSeries<DeribitFundingRate>(rates);
    }

    // {"data":[[1598019300000,0.210084879,0.212860821,0.210084879,0.212860821]],"continuation":null}
    public static DeribitSeries<DeribitVolatilityCandle> DecodeVolatility(ReadOnlySpan<byte> result)
    {
        Utf8Scanner scanner = new(PaddedBuffer.Of(result));
        List<DeribitVolatilityCandle>? candles = null;
        long? continuation = null;
        scanner.BeginObject();
        for (bool more = scanner.HasMember(); more; more = scanner.HasNextMember())
        {
            ReadOnlySpan<byte> name = scanner.ReadName();
            if (name.SequenceEqual("data"u8))
            {
                if (candles is not null) SeenMembers.ThrowTwice(ref scanner, "data");
                candles = ReadVolatility(ref scanner);
            }
            else if (name.SequenceEqual("continuation"u8))
            {
                continuation = scanner.ReadOptionalInt64("continuation");
            }
            else
            {
                scanner.SkipValue();
            }
        }

        scanner.ExpectEnd();
        return new DeribitSeries<DeribitVolatilityCandle>(Required(ref scanner, candles, "data")) { Continuation = continuation };
    }

    private static DeribitFundingRate ReadFundingRate(ref Utf8Scanner scanner)
    {
        long? time = null;
        decimal? index = null, previous = null;
        double? hour = null, eight = null;
        scanner.BeginObject();
        for (bool more = scanner.HasMember(); more; more = scanner.HasNextMember())
        {
            ReadOnlySpan<byte> name = scanner.ReadName();
            if (name.SequenceEqual("timestamp"u8)) time = scanner.ReadInt64("timestamp");
            else if (name.SequenceEqual("index_price"u8)) index = scanner.ReadOptionalDecimal("index_price");
            else if (name.SequenceEqual("prev_index_price"u8)) previous = scanner.ReadOptionalDecimal("prev_index_price");
            else if (name.SequenceEqual("interest_1h"u8)) hour = scanner.ReadOptionalDouble("interest_1h");
            else if (name.SequenceEqual("interest_8h"u8)) eight = scanner.ReadOptionalDouble("interest_8h");
            else scanner.SkipValue();
        }

        if (time is null) scanner.Throw("The required member 'timestamp' is missing");
        if (hour is null) scanner.Throw("The required member 'interest_1h' is missing or no number");
        return new DeribitFundingRate(time.GetValueOrDefault(), index, previous, hour.GetValueOrDefault(), eight);
    }

    private static List<DeribitVolatilityCandle> ReadVolatility(ref Utf8Scanner scanner)
    {
        List<DeribitVolatilityCandle> candles = [];
        scanner.BeginArray();
        for (bool more = scanner.HasElement(); more; more = scanner.HasNextElement())
        {
            if (candles.Count == MostRows) scanner.Throw($"There are more than the {MostRows} rows accepted");
            scanner.BeginArray();
            long time = scanner.ReadInt64("time");
            double open = Next(ref scanner), high = Next(ref scanner), low = Next(ref scanner), close = Next(ref scanner);
            scanner.Expect((byte)']');
            candles.Add(new DeribitVolatilityCandle(time, open, high, low, close));
        }

        return candles;

        static double Next(ref Utf8Scanner scanner)
        {
            scanner.Expect((byte)',');
            if (scanner.ReadOptionalDouble("value") is { } value) return value;
            scanner.Throw("A candle of the volatility index has a value that is no number");
            return 0;
        }
    }

    private static void Times(ref Utf8Scanner scanner, ref List<long>? values, string name)
    {
        if (values is not null) SeenMembers.ThrowTwice(ref scanner, name);
        values = [];
        scanner.BeginArray();
        for (bool more = scanner.HasElement(); more; more = scanner.HasNextElement())
        {
            if (values.Count == MostRows) scanner.Throw($"There are more than the {MostRows} rows accepted");
            values.Add(scanner.ReadInt64(name));
        }
    }

    private static void Prices(ref Utf8Scanner scanner, ref List<decimal>? values, string name)
    {
        if (values is not null) SeenMembers.ThrowTwice(ref scanner, name);
        values = [];
        scanner.BeginArray();
        for (bool more = scanner.HasElement(); more; more = scanner.HasNextElement())
            values.Add(scanner.ReadDecimal(name));
    }

    private static void Figures(ref Utf8Scanner scanner, ref List<double?>? values, string name)
    {
        if (values is not null) SeenMembers.ThrowTwice(ref scanner, name);
        values = [];
        scanner.BeginArray();
        for (bool more = scanner.HasElement(); more; more = scanner.HasNextElement())
            values.Add(scanner.ReadOptionalDouble(name));
    }

    private static List<T> Required<T>(ref Utf8Scanner scanner, List<T>? list, string name)
    {
        if (list is null) scanner.Throw($"The required member '{name}' is missing");
        return list;
    }
}
