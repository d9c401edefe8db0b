using System.Text.Json;

using MarketData.Soak.Faults;

namespace MarketData.Soak.Venue;

/// <content>Requests and heartbeats.</content>
internal sealed partial class VenueSession
{
    private const int MostTrades = 1_000;
    private static readonly TimeSpan HeartbeatPace = TimeSpan.FromSeconds(10.6);
    private static readonly TimeSpan HeartbeatPatience = TimeSpan.FromSeconds(10);

    private bool _heartbeats;
    private bool _authenticated;
    private int _unanswered;

    /// <summary>The client sent a request; it arrives after the line's latency.</summary>
    public void Receive(ReadOnlyMemory<byte> message)
    {
        var request = JsonDocument.Parse(message.ToArray());
        exchange.Time.After(exchange.Latency(), () =>
        {
            using (request)
            {
                if (IsOpen && !_silent)
                    Answer(request.RootElement);
            }
        });
    }

    private void Answer(JsonElement request)
    {
        var method = request.GetProperty("method").GetString()!;
        var id = request.TryGetProperty("id", out var given) ? given.GetRawText() : null;
        var parameters = request.TryGetProperty("params", out var params_) ? params_ : default;
        if (method == "public/test")
        {
            // The answer to a heartbeat, or the client's probe: never spoiled, so that a healthy connection is never judged dead.
            _unanswered = 0;
            SendText(Json.Reply(id!, "{\"version\":\"1.2.26\"}"));
            return;
        }

        if (exchange.InMaintenance)
        {
            SendText(Json.Error(null, 11051, "system_maintenance"));
            return;
        }

        var delay = TimeSpan.Zero;
        if (exchange.Armed.TakeCall() is { } fault)
        {
            Threats.Add(fault);
            fault.Target = method;
            exchange.Witness.Disturbed(fault);
            switch (fault.Kind)
            {
                case FaultKind.ReplyLost:
                    Perform(method, parameters, answer: null);
                    return;
                case FaultKind.ReplyDelayed:
                    delay = exchange.Wire.Milliseconds(1_000, 14_000);
                    break;
                default:
                    SendText(Json.Error(id, 10028, "too_many_requests"));
                    if (fault.Kind == FaultKind.TooManyRequestsAndClose)
                        Close(1008, fault);
                    return;
            }
        }

        Perform(method, parameters, result => Reply(id, result, delay));
    }

    private void Reply(string? id, string result, TimeSpan delay)
    {
        var text = result.StartsWith('!') ? Json.Error(id, int.Parse(result[1..6], null), result[7..]) : Json.Reply(id!, result);
        if (delay > TimeSpan.Zero)
            exchange.Time.After(delay, () => SendText(text));
        else
            SendText(text);
    }

    private void Perform(string method, JsonElement parameters, Action<string>? answer)
    {
        switch (method.Split('/')[^1])
        {
            case "set_heartbeat":
                answer?.Invoke("\"ok\"");
                if (!_heartbeats)
                {
                    _heartbeats = true;
                    Beat();
                }

                break;
            case "auth":
                _authenticated = true;
                answer?.Invoke($"{{\"access_token\":\"a\",\"expires_in\":{(int)exchange.Shape.TokenLifetime.TotalSeconds},"
                    + "\"refresh_token\":\"r\",\"scope\":\"connection\",\"token_type\":\"bearer\"}");
                break;
            case "subscribe":
                Subscribe(Channels(parameters), answer);
                break;
            case "unsubscribe":
                var gone = Channels(parameters);
                _subscribed.ExceptWith(gone);
                answer?.Invoke(JsonSerializer.Serialize(gone));
                break;
            case "get_instruments":
                answer?.Invoke($"[{string.Join(',', exchange.Instruments.Where(instrument => instrument.IsOpen).Select(Json.Instrument))}]");
                break;
            case "get_order_book":
                answer?.Invoke(Find(parameters) is { } book ? Json.OrderBook(book, exchange.NowUnixMs, exchange.Wire) : "!13020 not_found");
                break;
            case "get_last_trades_by_instrument":
                answer?.Invoke(Find(parameters) is { } traded ? TradesOf(traded, parameters) : "!13020 not_found");
                break;
            case "get_time":
                answer?.Invoke($"{exchange.NowUnixMs}");
                break;
            default:
                answer?.Invoke("!32601 Method not found");
                break;
        }
    }

    private void Subscribe(List<string> channels, Action<string>? answer)
    {
        if (!_authenticated && channels.Exists(channel => channel.EndsWith(".raw", StringComparison.Ordinal)))
        {
            answer?.Invoke("!13778 raw_subscriptions_not_available_for_unauthorized");
            return;
        }

        var granted = new List<string>();
        var fresh = new List<(string Channel, VenueInstrument Instrument)>();
        foreach (var channel in channels)
        {
            var instrument = exchange.Instruments.FirstOrDefault(one => channel.Contains($".{one.Name}.", StringComparison.Ordinal));
            if (exchange.Armed.TakeRefusal(channel) is { } fault)
            {
                Threats.Add(fault);
                exchange.Witness.Disturbed(fault);
                continue;
            }

            if (instrument is { IsOpen: false })
                continue;
            granted.Add(channel);
            if (_subscribed.Add(channel) && instrument is not null && channel.StartsWith("book.", StringComparison.Ordinal))
                fresh.Add((channel, instrument));
        }

        // Data may come before the reply.
        var early = exchange.Wire.Chance(0.25);
        if (!early)
            answer?.Invoke(JsonSerializer.Serialize(granted));
        foreach (var (channel, instrument) in fresh)
            SendSnapshot(channel, instrument);
        if (early)
            answer?.Invoke(JsonSerializer.Serialize(granted));
    }

    // Both ends inclusive; a start that is too old silently moves to the oldest trade kept; nothing at all is an empty page.
    private string TradesOf(VenueInstrument instrument, JsonElement parameters)
    {
        var from = LongOf(parameters, "start_seq") ?? long.MinValue;
        var to = LongOf(parameters, "end_seq") ?? long.MaxValue;
        var count = (int)Math.Min(LongOf(parameters, "count") ?? 10, MostTrades);
        var kept = exchange.Time.Elapsed - exchange.Shape.Retention;
        var found = instrument.Trades
            .Where(trade => trade.At >= kept && trade.Epoch == instrument.Epoch && trade.Sequence >= from && trade.Sequence <= to)
            .OrderBy(trade => trade.Sequence).ToList();
        var descending = parameters.TryGetProperty("sorting", out var sorting) && sorting.GetString() == "desc";
        var page = (descending ? Enumerable.Reverse(found) : found).Take(count).Select(trade => Json.Trade(instrument, trade, exchange.Wire));
        return $"{{\"trades\":[{string.Join(',', page)}],\"has_more\":{(found.Count > count ? "true" : "false")}}}";
    }

    private void Beat() => exchange.Time.After(HeartbeatPace, () =>
    {
        if (!IsOpen || _silent)
            return;
        _unanswered++;
        SendText("{\"params\":{\"type\":\"test_request\"},\"method\":\"heartbeat\",\"jsonrpc\":\"2.0\"}");
        exchange.Time.After(HeartbeatPatience, () =>
        {
            if (IsOpen && !_silent && !_leaving && _unanswered > 0 && EndedBy is null)
                exchange.Witness.HeartbeatMissed(this);
        });
        Beat();
    });

    private VenueInstrument? Find(JsonElement parameters)
    {
        var name = parameters.GetProperty("instrument_name").GetString();
        return exchange.Instruments.FirstOrDefault(instrument => instrument.Name == name);
    }

    private static List<string> Channels(JsonElement parameters) =>
        [.. parameters.GetProperty("channels").EnumerateArray().Select(channel => channel.GetString()!)];

    private static long? LongOf(JsonElement parameters, string name) =>
        parameters.ValueKind == JsonValueKind.Object && parameters.TryGetProperty(name, out var value) ? value.GetInt64() : null;
}
