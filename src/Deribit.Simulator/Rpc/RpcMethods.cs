using System.Text.Json;
using Deribit.Simulator.Channels;
using Deribit.Simulator.Wire;

namespace Deribit.Simulator.Rpc;

/// <summary>The methods of the exchange that the simulator knows. Called with the hub's gate held.</summary>
internal sealed class RpcMethods
{
    private static readonly string[] Currencies = ["any", "BTC", "ETH", "USDC", "USDT", "EURR"];
    private static readonly string[] Kinds = ["any", "future", "option", "spot", "future_combo", "option_combo", "combo"];
    private static readonly int[] Depths = [1, 5, 10, 20, 50, 100, 1000, 10_000];
    private readonly Dictionary<string, Func<RpcCall, RpcError?>> _methods;
    private readonly Authenticator _authenticator;
    private readonly SimulatorOptions _options;
    private readonly Venue _venue;

    public RpcMethods(SimulatorOptions options, Hub hub, Venue venue)
    {
        _options = options;
        _venue = venue;
        _authenticator = new Authenticator(options);
        var subscriptions = new SubscriptionMethods(hub, venue);
        var series = new SeriesMethods(venue);
        _methods = new Dictionary<string, Func<RpcCall, RpcError?>>(StringComparer.Ordinal)
        {
            ["public/hello"] = OnSocket(Hello),
            ["public/set_heartbeat"] = OnSocket(SetHeartbeat),
            ["public/disable_heartbeat"] = OnSocket(DisableHeartbeat),
            ["public/test"] = Test,
            ["public/get_time"] = GetTime,
            ["public/status"] = Status,
            ["public/auth"] = _authenticator.Authenticate,
            ["public/get_instruments"] = GetInstruments,
            ["public/get_instrument"] = call => Named(call, _venue.WriteInstrument),
            ["public/get_order_book"] = GetOrderBook,
            ["public/ticker"] = call => Named(call, _venue.WriteTicker),
            ["public/get_last_trades_by_instrument"] = GetLastTrades,
            ["public/get_last_trades_by_instrument_and_time"] = GetLastTradesByTime,
            ["public/get_tradingview_chart_data"] = series.Candles,
            ["public/get_funding_rate_history"] = series.Funding,
            ["public/get_volatility_index_data"] = series.Volatility,
            ["public/subscribe"] = OnSocket(subscriptions.Subscribe),
            ["public/unsubscribe"] = OnSocket(subscriptions.Unsubscribe),
            ["public/unsubscribe_all"] = OnSocket(subscriptions.UnsubscribeAll),
            ["private/subscribe"] = OnSocket(Private(subscriptions.Subscribe)),
            ["private/unsubscribe"] = OnSocket(Private(subscriptions.Unsubscribe)),
            ["private/unsubscribe_all"] = OnSocket(Private(subscriptions.UnsubscribeAll)),
            ["private/logout"] = OnSocket(Private(Logout)),
        };
    }

    public RpcError? Call(string method, RpcCall call) =>
        _methods.TryGetValue(method, out var handler) ? handler(call) : RpcError.MethodNotFound;

    private static Func<RpcCall, RpcError?> OnSocket(Func<RpcCall, RpcError?> handler) =>
        call => call.Session is null ? RpcError.WebSocketOnly : handler(call);

    private static Func<RpcCall, RpcError?> Private(Func<RpcCall, RpcError?> handler) =>
        call => call.Session!.IsAuthenticated ? handler(call) : RpcError.InvalidToken;

    private static RpcError? Ok(RpcCall call)
    {
        call.Result.Raw("\"ok\""u8);
        return null;
    }

    private static RpcError? Hello(RpcCall call)
    {
        foreach (var name in (ReadOnlySpan<string>)["client_name", "client_version"])
        {
            if (call.Text(name) is null)
            {
                return RpcError.InvalidParams("value required", name);
            }
        }

        call.Result.Raw("""{"version":"1.2.26"}"""u8);
        return null;
    }

    private static RpcError? SetHeartbeat(RpcCall call)
    {
        if (call.TryInteger("interval", out var interval) is { } error)
        {
            return error;
        }

        if (interval is null or < 10)
        {
            return RpcError.InvalidParams("value must be >= 10", "interval");
        }

        call.Session!.Heartbeat.Start(TimeSpan.FromSeconds(Math.Min(interval.Value, 86_400)));
        return Ok(call);
    }

    private static RpcError? DisableHeartbeat(RpcCall call)
    {
        call.Session!.Heartbeat.Stop();
        return Ok(call);
    }

    private static RpcError? Test(RpcCall call)
    {
        call.Session?.Heartbeat.Answered();
        if (call.Text("expected_result") == "exception")
        {
            return new RpcError(10001, "error");
        }

        call.Result.Raw("""{"version":"1.2.26"}"""u8);
        return null;
    }

    private RpcError? GetTime(RpcCall call)
    {
        call.Result.Integer(_options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds());
        return null;
    }

    private static RpcError? Status(RpcCall call)
    {
        call.Result.Raw("""{"locked":"false","locked_indices":[]}"""u8);
        return null;
    }

    private static RpcError? Logout(RpcCall call)
    {
        call.Session!.Close(1000, "logout");
        return Ok(call);
    }

    private RpcError? GetInstruments(RpcCall call)
    {
        var currency = call.Text("currency") ?? "any";
        var kind = call.Text("kind") ?? "any";
        if (!Currencies.Contains(currency))
        {
            return RpcError.InvalidParams("invalid value", "currency");
        }

        if (!Kinds.Contains(kind))
        {
            return RpcError.InvalidParams("invalid value", "kind");
        }

        if (call.Get("expired") is { ValueKind: JsonValueKind.True })
        {
            call.Result.Raw("[]"u8);
            return null;
        }

        _venue.WriteInstruments(call.Result, currency, kind);
        return null;
    }

    private static RpcError? Named(RpcCall call, Func<ByteWriter, string, RpcError?> write) =>
        call.Text("instrument_name") is { } name
            ? write(call.Result, name)
            : RpcError.InvalidParams("value required", "instrument_name");

    private RpcError? GetOrderBook(RpcCall call)
    {
        if (call.TryInteger("depth", out var depth) is { } error)
        {
            return error;
        }

        if (depth < 1)
        {
            return RpcError.InvalidParams("value must be >= 1", "depth");
        }

        var rounded = Depths.FirstOrDefault(allowed => allowed >= (depth ?? 20), Depths[^1]);
        return Named(call, (json, name) => _venue.WriteOrderBook(json, name, rounded));
    }

    // The same, but at least one of the times is needed.
    private RpcError? GetLastTradesByTime(RpcCall call) => call.Get("start_timestamp") is null && call.Get("end_timestamp") is null
        ? RpcError.InvalidParams("value required", "start_timestamp")
        : GetLastTrades(call);

    private RpcError? GetLastTrades(RpcCall call)
    {
        if ((call.TryInteger("start_seq", out var startSeq) ?? call.TryInteger("end_seq", out _)
            ?? call.TryInteger("start_timestamp", out _) ?? call.TryInteger("end_timestamp", out _)
            ?? call.TryInteger("count", out _)) is { } error)
        {
            return error;
        }

        call.TryInteger("end_seq", out var endSeq);
        call.TryInteger("start_timestamp", out var start);
        call.TryInteger("end_timestamp", out var end);
        call.TryInteger("count", out var count);
        if (count is > 1000 or < 1)
        {
            return RpcError.InvalidParams(count > 1000 ? "value is too high" : "value must be >= 1", "count");
        }

        var sorting = call.Text("sorting") ?? "default";
        if (sorting is not ("asc" or "desc" or "default"))
        {
            return RpcError.InvalidParams("invalid value", "sorting");
        }

        // A bounded range came back ascending on the exchange, the open one newest first.
        var ascending = sorting == "asc" || (sorting == "default" && (startSeq ?? start) is not null);
        var query = new TradeQuery(startSeq, endSeq, start, end, (int)(count ?? 10), ascending, call.FromHistory);
        return Named(call, (json, name) => _venue.WriteTrades(json, name, query));
    }
}
