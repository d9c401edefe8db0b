using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Deribit.Simulator.Rpc;

/// <summary>
/// <c>public/auth</c>: client_credentials, client_signature (HMAC-SHA256 over timestamp, nonce and data joined by line feeds,
/// lower-case hex, good for 60 s, each nonce once) and refresh_token (each once). Called with the hub's gate held.
/// </summary>
internal sealed class Authenticator(SimulatorOptions options)
{
    private static readonly TimeSpan SignatureLifetime = TimeSpan.FromSeconds(60);
    private readonly HashSet<string> _usedNonces = [];
    private readonly HashSet<string> _refreshTokens = [];
    private long _issued;

    public RpcError? Authenticate(RpcCall call)
    {
        var error = call.Text("grant_type") switch
        {
            "client_credentials" => ByCredentials(call),
            "client_signature" => BySignature(call),
            "refresh_token" => ByRefreshToken(call),
            null => RpcError.InvalidParams("value required", "grant_type"),
            _ => RpcError.InvalidParams("invalid value", "grant_type"),
        };
        if (error is not null)
        {
            return error;
        }

        if (call.Session is { } session)
        {
            session.AuthenticatedUntil = options.TimeProvider.GetUtcNow() + options.TokenLifetime;
        }

        WriteGrant(call);
        return null;
    }

    private RpcError? ByCredentials(RpcCall call) =>
        call.Text("client_id") == options.ClientId && call.Text("client_secret") == options.ClientSecret
            ? null
            : RpcError.InvalidCredentials;

    private RpcError? BySignature(RpcCall call)
    {
        if (call.TryInteger("timestamp", out var timestamp) is { } error)
        {
            return error;
        }

        if (timestamp is null)
        {
            return RpcError.InvalidParams("value required", "timestamp");
        }

        var nonce = call.Text("nonce") ?? "";
        var signed = timestamp.Value.ToString(CultureInfo.InvariantCulture) + "\n" + nonce + "\n" + (call.Text("data") ?? "");
        var expected = Convert.ToHexStringLower(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.ClientSecret), Encoding.UTF8.GetBytes(signed)));
        var age = options.TimeProvider.GetUtcNow() - DateTimeOffset.UnixEpoch - TimeSpan.FromMilliseconds(timestamp.Value);
        return call.Text("client_id") == options.ClientId
            && call.Text("signature") == expected
            && age.Duration() <= SignatureLifetime
            && (nonce.Length == 0 || _usedNonces.Add(nonce))
                ? null
                : RpcError.InvalidCredentials;
    }

    private RpcError? ByRefreshToken(RpcCall call) =>
        call.Text("refresh_token") is { } token && _refreshTokens.Remove(token) ? null : RpcError.InvalidToken;

    private void WriteGrant(RpcCall call)
    {
        var number = ++_issued;
        var refresh = "refresh-" + number.ToString(CultureInfo.InvariantCulture) + "-" + Guid.NewGuid().ToString("N");
        _refreshTokens.Add(refresh);
        var json = call.Result;
        json.Raw("{\"access_token\":\"access-"u8);
        json.Integer(number);
        json.Raw("\",\"refresh_token\":"u8);
        json.Quoted(refresh);
        json.Raw(",\"expires_in\":"u8);
        json.Integer((long)options.TokenLifetime.TotalSeconds);
        json.Raw(",\"scope\":"u8);
        json.Quoted("connection mainaccount account:read trade:read");
        json.Raw(",\"enabled_features\":[],\"token_type\":\"bearer\""u8);
        if (call.Text("state") is { } state)
        {
            json.Raw(",\"state\":"u8);
            json.Quoted(state);
        }

        json.Byte((byte)'}');
    }
}
