using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Deribit.Simulator.Rpc;
using Deribit.Simulator.Sessions;
using Deribit.Simulator.Wire;
using Microsoft.AspNetCore.Http.Features;

namespace Deribit.Simulator.Hosting;

/// <summary>
/// The doors of the exchange: <c>/ws/api/v2</c> and <c>/api/v2/{method}</c> (GET with a query string, or POST with a JSON-RPC body), and
/// the same under <c>/history</c> for its history host.
/// </summary>
internal static class ApiEndpoints
{
    // RFC 6455 section 1.3.
    private const string HandshakeGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    public static void Map(WebApplication app, SessionContext context, Func<HttpContext, Task<bool>> admit, CancellationToken stopping)
    {
        var sharedCredits = new CreditPool(context.Options.TimeProvider);
        app.MapGet("/ws/api/v2", http => OpenAsync(http, context, admit, sharedCredits, stopping));
        app.MapMethods("/api/v2/{**method}", ["GET", "POST"], http => AnswerAsync(http, context, admit, sharedCredits, fromHistory: false));
        var historyCredits = new CreditPool(context.Options.TimeProvider);
        app.MapMethods(
            "/history/api/v2/{**method}", ["GET", "POST"], http => AnswerAsync(http, context, admit, historyCredits, fromHistory: true));
    }

    private static async Task OpenAsync(
        HttpContext http, SessionContext context, Func<HttpContext, Task<bool>> admit, CreditPool sharedCredits, CancellationToken stopping)
    {
        if (!await admit(http))
        {
            return;
        }

        var key = http.Request.Headers.SecWebSocketKey.ToString();
        if (http.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade || key.Length == 0)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            await http.Response.WriteAsync("This address speaks WebSocket only.", http.RequestAborted);
            return;
        }

        http.Response.Headers.Upgrade = "websocket";
        http.Response.Headers.SecWebSocketAccept = Accept(key);
        var deflate = context.Options.Compression ? DeflateTerms.Choose(http.Request.Headers.SecWebSocketExtensions) : null;
        if (deflate is not null)
        {
            http.Response.Headers.SecWebSocketExtensions = deflate.Answer;
        }

        var stream = await upgrade.UpgradeAsync();
        var hub = context.Hub;
        var credits = context.Options.SharedCredits ? sharedCredits : new CreditPool(context.Options.TimeProvider);
        Session session;
        lock (hub.Gate)
        {
            session = new Session(hub.NextSessionId(), context, http, credits, deflate);
            hub.Add(session);
            Log.Opened(context.Logger, session.Id, hub.Sessions.Count);
        }

        try
        {
            await session.RunAsync(stream, stopping);
        }
        finally
        {
            lock (hub.Gate)
            {
                hub.Remove(session);
            }

            Log.Ended(context.Logger, session.Id, session.FramesSent);
            session.Dispose();
        }
    }

    private static async Task AnswerAsync(
        HttpContext http, SessionContext context, Func<HttpContext, Task<bool>> admit, CreditPool credits, bool fromHistory)
    {
        if (!await admit(http))
        {
            return;
        }

        var (request, tooLarge) = HttpMethods.IsPost(http.Request.Method) ? await BodyAsync(http) : (FromQuery(http), false);
        var (status, body) = Answer(context, request, tooLarge, credits, fromHistory);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    private static (int Status, byte[] Body) Answer(
        SessionContext context, byte[] request, bool tooLarge, CreditPool credits, bool fromHistory)
    {
        lock (context.Hub.Gate)
        {
            var reply = context.Rpc.Answer(null, request, tooLarge, credits, fromHistory);
            var status = reply.Error?.Code switch
            {
                null => StatusCodes.Status200OK,
                10028 => StatusCodes.Status429TooManyRequests,
                13004 or 13009 => StatusCodes.Status401Unauthorized,
                11051 => StatusCodes.Status503ServiceUnavailable,
                _ => StatusCodes.Status400BadRequest,
            };
            return (status, reply.Body.ToArray());
        }
    }

    private static async Task<(byte[] Request, bool TooLarge)> BodyAsync(HttpContext http)
    {
        var buffer = new byte[RpcDispatcher.MaxRequestBytes + 1];
        var length = await http.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, http.RequestAborted);
        return (buffer[..length], length > RpcDispatcher.MaxRequestBytes);
    }

    // In a query string everything is text: what reads as a number, a word of JSON or an array is taken for that.
    private static byte[] FromQuery(HttpContext http)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("jsonrpc", "2.0");
            json.WriteString("method", http.Request.RouteValues["method"]?.ToString());
            json.WriteStartObject("params");
            foreach (var (name, values) in http.Request.Query)
            {
                var text = values.ToString();
                json.WritePropertyName(name);
                if (text is "true" or "false" or "null" || text.StartsWith('[')
                    || long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
                {
                    json.WriteRawValue(IsJson(text) ? text : JsonSerializer.Serialize(text));
                }
                else
                {
                    json.WriteStringValue(text);
                }
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static bool IsJson(string text)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        return JsonDocument.TryParseValue(ref reader, out _) && reader.BytesConsumed == Encoding.UTF8.GetByteCount(text);
    }

    // SHA-1 is what the handshake prescribes; it protects nothing.
#pragma warning disable CA5350
    private static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + HandshakeGuid)));
#pragma warning restore CA5350
}
