using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Deribit.Client.Tests.Session;

/// <summary>The fake exchange's end of one connection.</summary>
internal sealed class FakeConnection(int number, TcpClient client, Stream stream, WebSocket socket, CancellationToken stop) : IDisposable
{
    private readonly SemaphoreSlim _sending = new(1);

    public int Number => number;

    /// <summary>When set, the exchange reads nothing more: a half-open connection.</summary>
    public TaskCompletionSource? Deaf { get; set; }

    public async Task ServeAsync(FakeExchange exchange)
    {
        var buffer = new byte[256 * 1024];
        while (true)
        {
            if (Deaf is { } deaf)
            {
                await deaf.Task.WaitAsync(stop);
            }

            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(length), stop);
                length += part.Count;
            }
            while (!part.EndOfMessage);

            if (part.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, stop);
                return;
            }

            using var json = JsonDocument.Parse(buffer.AsMemory(0, length));
            var root = json.RootElement;
            var request = new FakeRequest(number, root.GetProperty("id").GetInt64(), root.GetProperty("method").GetString()!,
                root.TryGetProperty("params", out var its) ? its.Clone() : default, length);
            exchange.Requests.Add(request);
            if (!await exchange.OnRequest(this, request))
            {
                await AnswerAsync(request);
            }
        }
    }

    /// <summary>The usual answer to a request.</summary>
    public Task AnswerAsync(FakeRequest request) => request.Method switch
    {
        "public/set_heartbeat" => ReplyAsync(request, "\"ok\""),
        "public/auth" => ReplyAsync(request,
            """{"access_token":"ACCESS-TOKEN","expires_in":900,"refresh_token":"REFRESH-TOKEN","scope":"connection"}"""),
        "public/test" => ReplyAsync(request, """{"version":"1.2.26"}"""),
        "public/get_time" => ReplyAsync(request, "1790133842785"),
        "public/subscribe" or "public/unsubscribe" or "private/subscribe" => ReplyAsync(request, Names(request.Channels.Reverse())),
        _ => ErrorAsync(request, -32601, "Method not found"),
    };

    public Task ReplyAsync(FakeRequest request, string result) =>
        SendAsync($$"""{"jsonrpc":"2.0","id":{{request.Id}},"result":{{result}},"usIn":1,"usOut":2,"usDiff":1,"testnet":false}""");

    public Task ErrorAsync(FakeRequest request, int code, string message) => SendAsync(
        $$$"""{"jsonrpc":"2.0","id":{{{request.Id}}},"error":{"code":{{{code}}},"message":"{{{message}}}"},"usIn":1}""");

    public Task NotifyAsync(string channel, string data) =>
        SendAsync($$$"""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"{{{channel}}}","data":{{{data}}}}}""");

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, end: true);

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, WebSocketMessageType type, bool end)
    {
        await _sending.WaitAsync(stop);
        try
        {
            await socket.SendAsync(bytes, type, end, stop);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Writes bytes below the WebSocket.</summary>
    public async Task RawAsync(ReadOnlyMemory<byte> bytes)
    {
        await stream.WriteAsync(bytes, stop);
        await stream.FlushAsync(stop);
    }

    public Task CloseAsync(int code, string reason) => socket.CloseOutputAsync((WebSocketCloseStatus)code, reason, stop);

    public void Dispose() => _sending.Dispose();

    /// <summary>Ends the TCP connection without a close frame.</summary>
    public void Cut() => client.Close();

    public static string Names(IEnumerable<string> names) => $"[{string.Join(',', names.Select(name => $"\"{name}\""))}]";
}
