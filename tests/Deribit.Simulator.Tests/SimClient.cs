using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Deribit.Simulator.Tests;

/// <summary>A plain WebSocket client: keeps every message as it came, and waits for what a test expects.</summary>
internal sealed class SimClient : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ClientWebSocket _socket = new();
    private readonly List<Received> _messages = [];
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _reading = Task.CompletedTask;
    private int _lastId;

    public sealed record Received(byte[] Bytes, WebSocketMessageType Type, bool Valid, JsonElement Json)
    {
        public string Text => Encoding.UTF8.GetString(Bytes);

        public string? Channel =>
            Valid && Json.TryGetProperty("params", out var p) && p.TryGetProperty("channel", out var c) ? c.GetString() : null;

        public JsonElement Data => Json.GetProperty("params").GetProperty("data");
    }

    public string? Extensions => _socket.HttpResponseHeaders is { } headers && headers.TryGetValue("Sec-WebSocket-Extensions", out var values)
        ? string.Join(", ", values)
        : null;

    public WebSocketState State => _socket.State;

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    public string? CloseReason => _socket.CloseStatusDescription;

    /// <summary>Completes when the connection ended, in whatever way.</summary>
    public Task Ended => _reading;

    public IReadOnlyList<Received> Messages
    {
        get
        {
            lock (_lock)
            {
                return [.. _messages];
            }
        }
    }

    public static async Task<SimClient> ConnectAsync(SimulatorServer server, bool read = true, WebSocketDeflateOptions? deflate = null)
    {
        var client = new SimClient();
        client._socket.Options.DangerousDeflateOptions = deflate;
        client._socket.Options.CollectHttpResponseDetails = true;
        await client._socket.ConnectAsync(server.WebSocketUri, TestContext.Current.CancellationToken);
        if (read)
        {
            client._reading = client.ReadAsync();
        }

        return client;
    }

    public async Task SendAsync(string text, WebSocketMessageType type = WebSocketMessageType.Text) =>
        await _socket.SendAsync(Encoding.UTF8.GetBytes(text), type, true, TestContext.Current.CancellationToken);

    public async Task<int> SendCallAsync(string method, object? parameters = null)
    {
        var id = Interlocked.Increment(ref _lastId);
        await SendAsync(JsonSerializer.Serialize(new { jsonrpc = "2.0", id, method, @params = parameters ?? new { } }));
        return id;
    }

    /// <summary>Calls and returns the whole reply.</summary>
    public async Task<JsonElement> CallAsync(string method, object? parameters = null)
    {
        var id = await SendCallAsync(method, parameters);
        return await ReplyAsync(id);
    }

    public async Task<JsonElement> ReplyAsync(int id)
    {
        var found = await WaitAsync(
            messages => messages.FirstOrDefault(one => IsReply(one, id)), $"the reply to call {id}");
        return found.Json;
    }

    public async Task<string[]> SubscribeAsync(params string[] channels)
    {
        var reply = await CallAsync("public/subscribe", new { channels });
        return [.. reply.GetProperty("result").EnumerateArray().Select(one => one.GetString()!)];
    }

    public async Task AuthenticateAsync() =>
        (await CallAsync("public/auth", new
        {
            grant_type = "client_credentials",
            client_id = "simulator",
            client_secret = "simulator-secret",
        })).GetProperty("result");

    /// <summary>Everything received on the channel once there are at least that many frames.</summary>
    public Task<IReadOnlyList<Received>> FramesAsync(string channel, int count = 1) => WaitAsync(
        messages =>
        {
            IReadOnlyList<Received> frames = [.. messages.Where(one => one.Channel == channel)];
            return frames.Count >= count ? frames : null;
        },
        $"{count} frames of {channel}");

    public Task<Received> MessageAsync(Func<Received, bool> which, string what) =>
        WaitAsync(messages => messages.FirstOrDefault(which), what);

    public async Task<T> WaitAsync<T>(Func<IReadOnlyList<Received>, T?> find, string what)
        where T : class
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Patience);
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (find(_messages) is { } found)
                {
                    return found;
                }

                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                var got = Messages;
                throw new TimeoutException($"Waited {Patience} in vain for {what}; got {got.Count} messages, the last: {(got.Count > 0 ? got[^1].Text : "")}");
            }
        }
    }

    public async Task<int> ReceiveOneFragmentAsync(byte[] buffer) =>
        (await _socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken)).Count;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _socket.Abort();
        await _reading;
        _socket.Dispose();
        _stop.Dispose();
    }

    private static bool IsReply(Received message, int id) =>
        message.Valid && message.Json.TryGetProperty("id", out var value) && value.GetRawText() == id.ToString(CultureInfo.InvariantCulture);

    private async Task ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        using var whole = new MemoryStream();
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer.AsMemory(), _stop.Token);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _stop.Token);
                    break;
                }

                whole.Write(buffer, 0, part.Count);
                if (part.EndOfMessage)
                {
                    Keep(whole.ToArray(), part.MessageType);
                    whole.SetLength(0);
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
            // The end of the connection is what Ended stands for.
        }
    }

    private void Keep(byte[] bytes, WebSocketMessageType type)
    {
        JsonElement json = default;
        var valid = true;
        try
        {
            using var document = JsonDocument.Parse(bytes);
            json = document.RootElement.Clone();
        }
        catch (JsonException)
        {
            valid = false;
        }

        TaskCompletionSource changed;
        lock (_lock)
        {
            _messages.Add(new Received(bytes, type, valid, json));
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.TrySetResult();
    }
}
