using System.Text.Json;
using Deribit.Simulator.Channels;
using Deribit.Simulator.Faults;
using Deribit.Simulator.Sessions;
using Deribit.Simulator.Wire;

namespace Deribit.Simulator.Rpc;

/// <summary>
/// In: the bytes of one request. Out: the bytes of its reply, with the subscriptions it made. Owns the envelope, the order of the
/// checks and the call budget. Called with the hub's gate held.
/// </summary>
internal sealed class RpcDispatcher(SimulatorOptions options, Hub hub, Venue venue)
{
    public const int MaxRequestBytes = 32 * 1024;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32 };
    private readonly RpcMethods _methods = new(options, hub, venue);
    private readonly ByteWriter _result = new();
    private readonly ByteWriter _reply = new();
    private long _received;

    /// <summary>Answers one message. <paramref name="session"/> is null over HTTP; then <paramref name="httpCredits"/> pays.</summary>
    public RpcReply Answer(
        Session? session, ReadOnlyMemory<byte> message, bool tooLarge, CreditPool? httpCredits = null, bool fromHistory = false)
    {
        _received = NowMicroseconds();
        if (tooLarge || message.Length > MaxRequestBytes)
        {
            return Fail(RpcError.TooLarge, default);
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(message, Strict);
        }
        catch (JsonException)
        {
            return Fail(RpcError.InvalidJson, default);
        }

        using (document)
        {
            return Answer(session, document.RootElement, session?.Credits ?? httpCredits!, fromHistory);
        }
    }

    /// <summary>Sends what a new subscription starts with, unless a fault says otherwise.</summary>
    public void SendFirstFrames(Subscription subscription)
    {
        var fault = hub.Faults.Take(subscription.Session.Id, "", subscription.Channel.Name, FaultKind.NoSnapshot, FaultKind.DelaySnapshot);
        switch (fault?.Kind)
        {
            case FaultKind.NoSnapshot:
                return;
            case FaultKind.DelaySnapshot:
                hub.DelaySnapshot(subscription, fault.Duration);
                return;
            default:
                hub.SendInitial(subscription, venue);
                return;
        }
    }

    private RpcReply Answer(Session? session, JsonElement request, CreditPool credits, bool fromHistory)
    {
        if (request.ValueKind != JsonValueKind.Object)
        {
            return Fail(RpcError.BadRequest, default);
        }

        request.TryGetProperty("id", out var id);
        if (venue.InMaintenance)
        {
            _reply.Clear();
            _reply.Raw("""{"jsonrpc":"2.0","error":{"message":"system_maintenance","code":11051}}"""u8);
            return new RpcReply { Body = _reply.Written, Error = RpcError.Maintenance, Fresh = [] };
        }

        if (!request.TryGetProperty("method", out var name) || name.ValueKind != JsonValueKind.String)
        {
            return Fail(RpcError.BadRequest, id);
        }

        var method = name.GetString()!;
        var cost = method.EndsWith("/subscribe", StringComparison.Ordinal) ? CreditPool.SubscribeCost : CreditPool.CallCost;
        if (options.EnforceCredits && !credits.TrySpend(cost))
        {
            return Fail(RpcError.TooManyRequests, id, endsSession: true);
        }

        var connection = session?.Id ?? 0;
        var fault = hub.Faults.Take(
            connection, method, "", FaultKind.ErrorReply, FaultKind.ErrorWithoutId, FaultKind.LoseReply, FaultKind.SlowReply);
        if (fault?.Kind is FaultKind.ErrorReply or FaultKind.ErrorWithoutId)
        {
            var named = fault.Kind == FaultKind.ErrorReply ? id : default;
            return Fail(Refusal(fault), named, endsSession: fault.Code == RpcError.TooManyRequests.Code);
        }

        request.TryGetProperty("params", out var parameters);
        _result.Clear();
        var call = new RpcCall(session, parameters, _result) { FromHistory = fromHistory };
        var error = _methods.Call(method, call);
        if (error is not null)
        {
            return Fail(error, id, fault: fault);
        }

        Begin(id);
        _reply.Raw(",\"result\":"u8);
        _reply.Raw(_result.Written);
        return End(null, call.Fresh, fault);
    }

    private static RpcError Refusal(Fault fault) =>
        new(fault.Code == 0 ? 10040 : fault.Code, fault.Reason.Length == 0 ? "retry" : fault.Reason);

    private RpcReply Fail(RpcError error, JsonElement id, bool endsSession = false, Fault? fault = null)
    {
        Begin(id);
        _reply.Raw(",\"error\":{\"code\":"u8);
        _reply.Integer(error.Code);
        if (error.Data is not null)
        {
            _reply.Raw(",\"data\":"u8);
            _reply.Text(error.Data);
        }

        _reply.Raw(",\"message\":"u8);
        _reply.Quoted(error.Message);
        _reply.Byte((byte)'}');
        return End(error, [], fault, endsSession);
    }

    private void Begin(JsonElement id)
    {
        _reply.Clear();
        _reply.Raw("{\"jsonrpc\":\"2.0\""u8);
        if (id.ValueKind is JsonValueKind.Number or JsonValueKind.String)
        {
            _reply.Raw(",\"id\":"u8);
            _reply.Text(id.GetRawText());
        }
    }

    private RpcReply End(RpcError? error, IReadOnlyList<Subscription> fresh, Fault? fault, bool endsSession = false)
    {
        var sent = Math.Max(NowMicroseconds(), _received + 1);
        _reply.Raw(",\"usIn\":"u8);
        _reply.Integer(_received);
        _reply.Raw(",\"usOut\":"u8);
        _reply.Integer(sent);
        _reply.Raw(",\"usDiff\":"u8);
        _reply.Integer(sent - _received);
        _reply.Raw(options.Testnet ? ",\"testnet\":true}"u8 : ",\"testnet\":false}"u8);
        return new RpcReply
        {
            Body = _reply.Written,
            Error = error,
            Fresh = fresh,
            IsLost = fault?.Kind == FaultKind.LoseReply,
            Delay = fault?.Kind == FaultKind.SlowReply ? fault.Duration : TimeSpan.Zero,
            EndsSession = endsSession,
        };
    }

    private long NowMicroseconds() => (options.TimeProvider.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
