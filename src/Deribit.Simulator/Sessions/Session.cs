using System.Net.Sockets;
using Deribit.Simulator.Channels;
using Deribit.Simulator.Rpc;
using Deribit.Simulator.Wire;
using Microsoft.AspNetCore.Connections.Features;

namespace Deribit.Simulator.Sessions;

/// <summary>
/// In: one upgraded connection. Out: replies, heartbeats and notifications on it. Owns its outbox, its subscriptions, its
/// authentication and its keepalive. The reading loop and the writing loop are its own; what it holds is touched under the hub's gate.
/// </summary>
internal sealed class Session : IDisposable
{
    private static readonly TimeSpan HousekeepingPeriod = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(2);
    private readonly SessionContext _context;
    private readonly HttpContext _http;
    private readonly Outbox _outbox;
    private readonly FrameDeflater? _deflater;
    private readonly CancellationTokenSource _ended = new();
    private readonly List<Task> _lateReplies = [];
    private bool _sentSinceTick;
    private bool _needsFlush;

    public Session(long id, SessionContext context, HttpContext http, CreditPool credits, DeflateTerms? deflate)
    {
        Id = id;
        _context = context;
        _http = http;
        Credits = credits;
        _outbox = new Outbox(context.Options.MaxQueuedBytes);
        _deflater = deflate is null ? null : new FrameDeflater(deflate.KeepsContext);
        Heartbeat = new HeartbeatClock(context.Options.TimeProvider);
    }

    public long Id { get; }

    public Dictionary<string, Subscription> Subscriptions { get; } = [];

    public CreditPool Credits { get; }

    public HeartbeatClock Heartbeat { get; }

    /// <summary>Until when the connection counts as authenticated; null = never was.</summary>
    public DateTimeOffset? AuthenticatedUntil { get; set; }

    public bool IsAuthenticated => AuthenticatedUntil > _context.Options.TimeProvider.GetUtcNow();

    public long FramesSent { get; private set; }

    public Outbox Outbox => _outbox;

    /// <summary>Whether messages are compressed both ways.</summary>
    public bool IsCompressed => _deflater is not null;

    /// <summary>Runs the connection until it ends.</summary>
    public async Task RunAsync(Stream stream, CancellationToken serverStopping)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(serverStopping, _http.RequestAborted, _ended.Token);
        var time = _context.Options.TimeProvider;
        var writing = EndAsync(_outbox.WriteLoopAsync(stream, stop.Token));
        var reading = EndAsync(ReadLoopAsync(stream, stop.Token));
        await using (time.CreateTimer(_ => Tick(), null, HousekeepingPeriod, HousekeepingPeriod))
        {
            if (await Task.WhenAny(reading, writing, _outbox.Closing) == reading)
            {
                _outbox.Close([], discardQueued: false);
            }

            // Whoever closed first, the other side gets a moment to finish; a real clock, because a socket knows no other.
            await Task.WhenAny(Task.WhenAll(reading, writing), Task.Delay(CloseLimit, TimeProvider.System, stop.Token));
        }

        await _ended.CancelAsync();
        _http.Abort();
        await Task.WhenAll(reading, writing);
        await Task.WhenAll(LateReplies());
    }

    /// <summary>Queues encoded frames; a reader that is too slow is closed. Called with the hub's gate held.</summary>
    public void Send(ReadOnlySpan<byte> frames) => Queue(_deflater is null ? frames : _deflater.Encode(frames));

    /// <summary>Queues one message whose compressed block is spoiled. False on a connection without compression: nothing is sent.</summary>
    public bool SendCorrupt(ReadOnlySpan<byte> frame)
    {
        if (_deflater is null)
        {
            return false;
        }

        Queue(_deflater.Encode(frame, corrupt: true));
        return true;
    }

    private void Queue(ReadOnlySpan<byte> frames)
    {
        FramesSent++;
        _sentSinceTick = true;
        _needsFlush = true;
        if (!_outbox.TryAppend(frames) && !_outbox.IsStalled)
        {
            Log.SlowReader(_context.Logger, Id, _outbox.Pending);
            _outbox.Close(WebSocketFrames.BuildClose(1008, "connection_too_slow"), discardQueued: true);
        }
    }

    public void FlushIfNeeded()
    {
        if (_needsFlush)
        {
            _needsFlush = false;
            _outbox.Flush();
        }
    }

    /// <summary>Sends and receives nothing for a while (zero: for good) without closing.</summary>
    public void Stall(TimeSpan duration)
    {
        _outbox.Stall();
        if (duration > TimeSpan.Zero)
        {
            _lateReplies.Add(EndAsync(ResumeLaterAsync(duration)));
        }
    }

    /// <summary>Sends a close frame after what is queued, then ends.</summary>
    public void Close(int code, string reason) => _outbox.Close(WebSocketFrames.BuildClose(code, reason), discardQueued: false);

    /// <summary>Ends with a TCP reset, without a close frame.</summary>
    public void Abort()
    {
        _outbox.Close([], discardQueued: true);
        ResetOnClose(_http.Features.Get<IConnectionSocketFeature>()?.Socket);
        _outbox.Resume();
        // Whoever waits on it goes on elsewhere: the gate is held here.
        _lateReplies.Add(_ended.CancelAsync());
        _http.Abort();
    }

    /// <summary>A close without lingering is a reset to the peer.</summary>
    public static void ResetOnClose(Socket? socket)
    {
        try
        {
            socket?.LingerState = new LingerOption(true, 0);
        }
        catch (ObjectDisposedException)
        {
            // Already gone, which is what was asked for.
        }
    }

    public void Dispose()
    {
        _outbox.Release();
        _deflater?.Dispose();
        _ended.Dispose();
    }

    private Task[] LateReplies()
    {
        lock (_context.Hub.Gate)
        {
            return [.. _lateReplies];
        }
    }

    // A loop may end by the peer's doing or by ours; neither is an error of the simulator.
    private static async Task EndAsync(Task loop)
    {
        try
        {
            await loop;
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or ObjectDisposedException
            or SocketException or Microsoft.AspNetCore.Connections.ConnectionAbortedException)
        {
        }
    }

    private async Task ReadLoopAsync(Stream stream, CancellationToken cancellation)
    {
        var reader = new WebSocketReader(stream, RpcDispatcher.MaxRequestBytes, _outbox.WaitWhileStalledAsync, IsCompressed);
        while (await reader.ReadAsync(cancellation) is { } message)
        {
            switch (message.Opcode)
            {
                case WebSocketOpcode.Close:
                    _outbox.Close(WebSocketFrames.Build(WebSocketOpcode.Close, message.Payload.Span), discardQueued: false);
                    return;
                case WebSocketOpcode.Ping:
                    _outbox.TryAppend(WebSocketFrames.Build(WebSocketOpcode.Pong, message.Payload.Span));
                    _outbox.Flush();
                    break;
                case WebSocketOpcode.Text:
                    Answer(message, cancellation);
                    break;
            }
        }
    }

    private void Answer(WebSocketMessage message, CancellationToken cancellation)
    {
        var hub = _context.Hub;
        lock (hub.Gate)
        {
            Heartbeat.Used();
            var reply = _context.Rpc.Answer(this, message.Payload, message.TooLarge);
            if (reply.Delay > TimeSpan.Zero)
            {
                _lateReplies.RemoveAll(late => late.IsCompleted);
                _lateReplies.Add(EndAsync(ReplyLaterAsync(reply.Body.ToArray(), reply.Delay, cancellation)));
            }
            else if (!reply.IsLost)
            {
                Send(WebSocketFrames.Build(WebSocketOpcode.Text, reply.Body));
            }

            foreach (var subscription in reply.Fresh)
            {
                _context.Rpc.SendFirstFrames(subscription);
            }

            if (reply.EndsSession)
            {
                Close(1008, "too_many_requests");
            }

            FlushIfNeeded();
        }
    }

    private async Task ResumeLaterAsync(TimeSpan duration)
    {
        await Task.Delay(duration, _context.Options.TimeProvider, _ended.Token);
        _outbox.Resume();
        _outbox.Flush();
    }

    private async Task ReplyLaterAsync(byte[] body, TimeSpan delay, CancellationToken cancellation)
    {
        await Task.Delay(delay, _context.Options.TimeProvider, cancellation);
        lock (_context.Hub.Gate)
        {
            Send(WebSocketFrames.Build(WebSocketOpcode.Text, body));
            FlushIfNeeded();
        }
    }

    private void Tick()
    {
        lock (_context.Hub.Gate)
        {
            switch (Heartbeat.Tick(Subscriptions.Count > 0))
            {
                case HeartbeatAction.SendTestRequest:
                    if (!_sentSinceTick)
                    {
                        Send(WebSocketFrames.Build(WebSocketOpcode.Text, Heartbeats.Heartbeat));
                    }

                    Send(WebSocketFrames.Build(WebSocketOpcode.Text, Heartbeats.TestRequest));
                    FlushIfNeeded();
                    _sentSinceTick = false;
                    break;
                case HeartbeatAction.CloseUnanswered:
                    Log.HeartbeatUnanswered(_context.Logger, Id);
                    Close(4000, "heartbeat close");
                    break;
                case HeartbeatAction.AbortIdle:
                    Log.Idle(_context.Logger, Id);
                    Abort();
                    break;
            }
        }
    }
}
