using Deribit.Client.Methods;

namespace Deribit.Client;

/// <summary>
/// The public methods that tell of time series, typed (Deribit API v2, "Market data"). Each writes one request and decodes its reply; any thread.
/// Both ends of an interval are included. How many rows the exchange gives at once is not published.
/// </summary>
public static class DeribitSeriesMethods
{
    /// <summary>Reads an instrument's candles (<c>public/get_tradingview_chart_data</c>).</summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="instrumentName">For example <c>BTC-PERPETUAL</c>.</param>
    /// <param name="startUnixMs">First time, in milliseconds since the Unix epoch.</param>
    /// <param name="endUnixMs">Last time.</param>
    /// <param name="resolution">1, 3, 5, 10, 15, 30, 60, 120, 180, 360 or 720 minutes, or <c>1D</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DeribitRpcException">The exchange refused.</exception>
    /// <exception cref="DeribitConnectionException">The connection was lost, or the reply did not come in time.</exception>
    /// <exception cref="DeribitProtocolException">The reply cannot be used.</exception>
    public static async Task<DeribitSeries<DeribitCandle>> GetTradingViewChartDataAsync(
        this IDeribitCaller caller, string instrumentName, long startUnixMs, long endUnixMs, string resolution,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentException.ThrowIfNullOrEmpty(instrumentName);
        ArgumentException.ThrowIfNullOrEmpty(resolution);
        DeribitReply reply = await caller.CallAsync(
            "public/get_tradingview_chart_data",
            json =>
            {
                json.WriteString("instrument_name", instrumentName);
                json.WriteNumber("start_timestamp", startUnixMs);
                json.WriteNumber("end_timestamp", endUnixMs);
                json.WriteString("resolution", resolution);
            },
            cancellationToken).ConfigureAwait(false);
        return SeriesDecoder.DecodeCandles(reply.Result.Span) with { ReceivedAtUnixNs = reply.ReceivedAtUnixNs };
    }

    /// <summary>Reads a perpetual's funding, one row per hour (<c>public/get_funding_rate_history</c>).</summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="instrumentName">For example <c>BTC-PERPETUAL</c>.</param>
    /// <param name="startUnixMs">First time, in milliseconds since the Unix epoch.</param>
    /// <param name="endUnixMs">Last time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DeribitRpcException">The exchange refused.</exception>
    /// <exception cref="DeribitConnectionException">The connection was lost, or the reply did not come in time.</exception>
    /// <exception cref="DeribitProtocolException">The reply cannot be used.</exception>
    public static async Task<DeribitSeries<DeribitFundingRate>> GetFundingRateHistoryAsync(
        this IDeribitCaller caller, string instrumentName, long startUnixMs, long endUnixMs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentException.ThrowIfNullOrEmpty(instrumentName);
        DeribitReply reply = await caller.CallAsync(
            "public/get_funding_rate_history",
            json =>
            {
                json.WriteString("instrument_name", instrumentName);
                json.WriteNumber("start_timestamp", startUnixMs);
                json.WriteNumber("end_timestamp", endUnixMs);
            },
            cancellationToken).ConfigureAwait(false);
        return SeriesDecoder.DecodeFundingRates(reply.Result.Span) with { ReceivedAtUnixNs = reply.ReceivedAtUnixNs };
    }

    /// <summary>Reads one page of a volatility index, the newest first (<c>public/get_volatility_index_data</c>).</summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="currency">For example <c>BTC</c>.</param>
    /// <param name="startUnixMs">First time, in milliseconds since the Unix epoch.</param>
    /// <param name="endUnixMs">Last time; for the next page the <see cref="DeribitSeries{T}.Continuation"/> of this one.</param>
    /// <param name="resolution">1, 60, 3600 or 43200 seconds, or <c>1D</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DeribitRpcException">The exchange refused.</exception>
    /// <exception cref="DeribitConnectionException">The connection was lost, or the reply did not come in time.</exception>
    /// <exception cref="DeribitProtocolException">The reply cannot be used.</exception>
    public static async Task<DeribitSeries<DeribitVolatilityCandle>> GetVolatilityIndexDataAsync(
        this IDeribitCaller caller, string currency, long startUnixMs, long endUnixMs, string resolution,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentException.ThrowIfNullOrEmpty(currency);
        ArgumentException.ThrowIfNullOrEmpty(resolution);
        DeribitReply reply = await caller.CallAsync(
            "public/get_volatility_index_data",
            json =>
            {
                json.WriteString("currency", currency);
                json.WriteNumber("start_timestamp", startUnixMs);
                json.WriteNumber("end_timestamp", endUnixMs);
                json.WriteString("resolution", resolution);
            },
            cancellationToken).ConfigureAwait(false);
        return SeriesDecoder.DecodeVolatility(reply.Result.Span) with { ReceivedAtUnixNs = reply.ReceivedAtUnixNs };
    }
}
