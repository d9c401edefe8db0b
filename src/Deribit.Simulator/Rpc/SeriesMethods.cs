using Deribit.Simulator.Channels;

namespace Deribit.Simulator.Rpc;

/// <summary>The methods that tell of time series. Called with the hub's gate held.</summary>
internal sealed class SeriesMethods(Venue venue)
{
    private const long SecondMs = 1_000;
    private const long HourMs = 3_600 * SecondMs;
    private const long DayMs = 24 * HourMs;

    private static readonly long[] CandleMinutes = [1, 3, 5, 10, 15, 30, 60, 120, 180, 360, 720];
    private static readonly long[] VolatilitySeconds = [1, 60, 3_600, 43_200];

    public RpcError? Candles(RpcCall call) => OfInstrument(call, venue.WriteCandles, CandleMinutes, 60 * SecondMs);

    public RpcError? Funding(RpcCall call) => OfInstrument(call, venue.WriteFunding, null, HourMs);

    public RpcError? Volatility(RpcCall call)
    {
        if (call.Text("currency") is not { } currency)
        {
            return RpcError.InvalidParams("value required", "currency");
        }

        return Query(call, VolatilitySeconds, SecondMs, out var query) ?? venue.WriteVolatility(call.Result, currency, query);
    }

    private static RpcError? OfInstrument(
        RpcCall call, Func<Wire.ByteWriter, string, SeriesQuery, RpcError?> write, long[]? resolutions, long unitMs)
    {
        if (call.Text("instrument_name") is not { } name)
        {
            return RpcError.InvalidParams("value required", "instrument_name");
        }

        return Query(call, resolutions, unitMs, out var query) ?? write(call.Result, name, query);
    }

    // Without resolutions the unit itself is the step.
    private static RpcError? Query(RpcCall call, long[]? resolutions, long unitMs, out SeriesQuery query)
    {
        query = new SeriesQuery(0, 0, unitMs);
        if ((call.TryInteger("start_timestamp", out var start) ?? call.TryInteger("end_timestamp", out _)) is { } error)
        {
            return error;
        }

        call.TryInteger("end_timestamp", out var end);
        if (start is null || end is null)
        {
            return RpcError.InvalidParams("value required", start is null ? "start_timestamp" : "end_timestamp");
        }

        if (start < 0 || start > end)
        {
            return RpcError.InvalidParams("invalid value", "start_timestamp");
        }

        var step = unitMs;
        if (resolutions is not null)
        {
            var word = call.Text("resolution");
            step = word == "1D" ? DayMs : Array.Find(resolutions, one => word == $"{one}") * unitMs;
            if (step == 0)
            {
                return RpcError.InvalidParams("invalid value", "resolution");
            }
        }

        query = new SeriesQuery(start.Value, end.Value, step);
        return null;
    }
}
