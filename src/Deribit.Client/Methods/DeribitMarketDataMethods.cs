using System.Text.Json;
using Deribit.Client.Methods;

namespace Deribit.Client;

/// <summary>
/// The public market data methods, typed (Deribit API v2, "Market data"). Each writes one request and decodes its reply; any thread.
/// </summary>
public static class DeribitMarketDataMethods
{
    /// <summary>Most trades of one page.</summary>
    public const int MaxTradesPerPage = 1_000;

    /// <summary>Asks the exchange for its time (<c>public/get_time</c>).</summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The exchange's clock, to the millisecond.</returns>
    /// <exception cref="DeribitRpcException">The exchange answered with an error.</exception>
    /// <exception cref="DeribitConnectionException">There was no connection in time, it was lost, or no reply came in time.</exception>
    /// <exception cref="DeribitProtocolException">The reply is no number.</exception>
    public static async Task<DateTimeOffset> GetTimeAsync(this IDeribitCaller caller, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        DeribitReply reply = await caller.CallAsync("public/get_time", null, cancellationToken).ConfigureAwait(false);
        Utf8JsonReader reader = new(reply.Result.Span);
        return reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long unixMs)
            && unixMs <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() && unixMs >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(unixMs)
            : throw new DeribitProtocolException("The reply to public/get_time is no number of milliseconds.", 0);
    }

    /// <summary>Lists instruments (<c>public/get_instruments</c>). Costly for the exchange: call it seldom and keep the result.</summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="currency">For example <c>BTC</c>; <c>any</c> for all.</param>
    /// <param name="kind">For example <c>option</c>; null for all.</param>
    /// <param name="expired">True for recently expired ones, false for active ones; null leaves it to the exchange (active).</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DeribitRpcException">The exchange refused.</exception>
    /// <exception cref="DeribitConnectionException">The connection was lost, or the reply did not come in time.</exception>
    /// <exception cref="DeribitProtocolException">The reply cannot be used.</exception>
    public static async Task<IReadOnlyList<DeribitInstrument>> GetInstrumentsAsync(
        this IDeribitCaller caller, string currency = "any", string? kind = null, bool? expired = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentException.ThrowIfNullOrEmpty(currency);
        DeribitReply reply = await caller.CallAsync(
            "public/get_instruments",
            json =>
            {
                json.WriteString("currency", currency);
                if (kind is not null) json.WriteString("kind", kind);
                if (expired is { } value) json.WriteBoolean("expired", value);
            },
            cancellationToken).ConfigureAwait(false);
        return ResponseDecoder.DecodeInstruments(reply.Result.Span);
    }

    /// <summary>Describes one instrument (<c>public/get_instrument</c>).</summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="instrumentName">For example <c>BTC-PERPETUAL</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DeribitRpcException">The exchange refused, as a name that it does not know (13020).</exception>
    /// <exception cref="DeribitConnectionException">The connection was lost, or the reply did not come in time.</exception>
    /// <exception cref="DeribitProtocolException">The reply cannot be used.</exception>
    public static async Task<DeribitInstrument> GetInstrumentAsync(
        this IDeribitCaller caller, string instrumentName, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentException.ThrowIfNullOrEmpty(instrumentName);
        DeribitReply reply = await caller.CallAsync(
            "public/get_instrument", json => json.WriteString("instrument_name", instrumentName), cancellationToken).ConfigureAwait(false);
        return ResponseDecoder.DecodeInstrument(reply.Result.Span);
    }

    /// <summary>Reads one book with its ticker (<c>public/get_order_book</c>).</summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="instrumentName">For example <c>BTC-PERPETUAL</c>.</param>
    /// <param name="depth">Levels per side: 1, 5, 10, 20, 50, 100, 1000 or 10000; the exchange rounds up.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentOutOfRangeException">The depth is not positive.</exception>
    /// <exception cref="DeribitRpcException">The exchange refused.</exception>
    /// <exception cref="DeribitConnectionException">The connection was lost, or the reply did not come in time.</exception>
    /// <exception cref="DeribitProtocolException">The reply cannot be used.</exception>
    public static async Task<DeribitOrderBookSnapshot> GetOrderBookAsync(
        this IDeribitCaller caller, string instrumentName, int depth, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentException.ThrowIfNullOrEmpty(instrumentName);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(depth);
        DeribitReply reply = await caller.CallAsync(
            "public/get_order_book",
            json =>
            {
                json.WriteString("instrument_name", instrumentName);
                json.WriteNumber("depth", depth);
            },
            cancellationToken).ConfigureAwait(false);
        return ResponseDecoder.DecodeOrderBook(reply.Result.Span);
    }

    /// <summary>
    /// Reads one page of an instrument's trades by their sequence (<c>public/get_last_trades_by_instrument</c>). The exchange keeps about
    /// 24 hours: a range that is older comes back shorter or empty, without an error.
    /// </summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="instrumentName">For example <c>BTC-PERPETUAL</c>.</param>
    /// <param name="startSequence">First <c>trade_seq</c>, inclusive; null for no bound.</param>
    /// <param name="endSequence">Last <c>trade_seq</c>, inclusive; null for no bound.</param>
    /// <param name="count">Trades at most, 1 to <see cref="MaxTradesPerPage"/>; null leaves it to the exchange (10).</param>
    /// <param name="sorting"><c>asc</c>, <c>desc</c> or <c>default</c>; null leaves it to the exchange.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is out of range.</exception>
    /// <exception cref="DeribitRpcException">The exchange refused.</exception>
    /// <exception cref="DeribitConnectionException">The connection was lost, or the reply did not come in time.</exception>
    /// <exception cref="DeribitProtocolException">The reply cannot be used.</exception>
    public static async Task<DeribitTradesPage> GetLastTradesByInstrumentAsync(
        this IDeribitCaller caller, string instrumentName, long? startSequence = null, long? endSequence = null, int? count = null,
        string? sorting = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentException.ThrowIfNullOrEmpty(instrumentName);
        if (count is { } asked)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(asked, nameof(count));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(asked, MaxTradesPerPage, nameof(count));
        }

        DeribitReply reply = await caller.CallAsync(
            "public/get_last_trades_by_instrument",
            json =>
            {
                json.WriteString("instrument_name", instrumentName);
                if (startSequence is { } start) json.WriteNumber("start_seq", start);
                if (endSequence is { } end) json.WriteNumber("end_seq", end);
                if (count is { } limit) json.WriteNumber("count", limit);
                if (sorting is not null) json.WriteString("sorting", sorting);
            },
            cancellationToken).ConfigureAwait(false);
        return ResponseDecoder.DecodeTrades(reply.Result.Span) with { ReceivedAtUnixNs = reply.ReceivedAtUnixNs };
    }

    /// <summary>
    /// Reads one page of an instrument's trades by their time (<c>public/get_last_trades_by_instrument_and_time</c>). Any number of trades share a
    /// millisecond: good for finding a place in the sequence, not for paging.
    /// </summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="instrumentName">For example <c>BTC-PERPETUAL</c>.</param>
    /// <param name="startUnixMs">First time, inclusive, in milliseconds since the Unix epoch; null for no bound when there is an end.</param>
    /// <param name="endUnixMs">Last time, inclusive; null for no bound when there is a start.</param>
    /// <param name="count">Trades at most, 1 to <see cref="MaxTradesPerPage"/>.</param>
    /// <param name="sorting"><c>asc</c>, <c>desc</c> or <c>default</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is out of range.</exception>
    /// <exception cref="DeribitRpcException">The exchange refused.</exception>
    /// <exception cref="DeribitConnectionException">The connection was lost, or the reply did not come in time.</exception>
    /// <exception cref="DeribitProtocolException">The reply cannot be used.</exception>
    public static async Task<DeribitTradesPage> GetLastTradesByInstrumentAndTimeAsync(
        this IDeribitCaller caller, string instrumentName, long? startUnixMs, long? endUnixMs, int count, string sorting,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentException.ThrowIfNullOrEmpty(instrumentName);
        ArgumentException.ThrowIfNullOrEmpty(sorting);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxTradesPerPage);
        DeribitReply reply = await caller.CallAsync(
            "public/get_last_trades_by_instrument_and_time",
            json =>
            {
                json.WriteString("instrument_name", instrumentName);
                if (startUnixMs is { } start) json.WriteNumber("start_timestamp", start);
                if (endUnixMs is { } end) json.WriteNumber("end_timestamp", end);
                json.WriteNumber("count", count);
                json.WriteString("sorting", sorting);
            },
            cancellationToken).ConfigureAwait(false);
        return ResponseDecoder.DecodeTrades(reply.Result.Span) with { ReceivedAtUnixNs = reply.ReceivedAtUnixNs };
    }
}
