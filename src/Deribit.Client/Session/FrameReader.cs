using Deribit.Client.Protocol;
using Deribit.Client.Transport;

namespace Deribit.Client.Session;

/// <summary>
/// [2] One connection's read loop. Comes in: whole messages from the socket. Goes out: heartbeat answers and replies, dealt with on the
/// spot, and subscription frames, copied into the queue. Owns: the time of the last frame. Runs on: its own loop; it never decodes a
/// notification and never waits for a send, so a slow reader or a slow peer does not delay a heartbeat.
/// </summary>
internal sealed class FrameReader(SessionContext context, Connection connection)
{
    private static readonly TimeSpan LogPause = TimeSpan.FromSeconds(1);
    private const int MostRawBytes = 64 * 1024;
    private long _lastFrame = context.TimeProvider.GetTimestamp();
    private bool _blocked;
    private int _unusable;
    private long _unusableLoggedAt;

    /// <summary>Time since the last frame, by the monotonic clock.</summary>
    public TimeSpan SinceLastFrame => context.TimeProvider.GetElapsedTime(Volatile.Read(ref _lastFrame));

    /// <summary>Whether the loop waits for room in the queue, so that silence says nothing about the peer.</summary>
    public bool Blocked => Volatile.Read(ref _blocked);

    /// <summary>Reads until the connection ends; says why through <see cref="Connection.Drop"/>.</summary>
    public async Task RunAsync()
    {
        try
        {
            while (true)
            {
                // (1) one whole message, stamped by the socket
                var frame = await connection.Socket.ReceiveAsync(connection.Ending).ConfigureAwait(false);
                Volatile.Write(ref _lastFrame, context.TimeProvider.GetTimestamp());
                context.Metrics?.Received(frame.Bytes.Length);

                // (2) deal with it, or queue it
                var handled = frame.Kind == SocketFrameKind.Text ? TakeText(frame) : TakeOther(frame);
                if (!handled.IsCompletedSuccessfully)
                {
                    Volatile.Write(ref _blocked, true);
                    await handled.ConfigureAwait(false);
                    Volatile.Write(ref _blocked, false);
                    Volatile.Write(ref _lastFrame, context.TimeProvider.GetTimestamp());
                }

                if (frame.Kind is SocketFrameKind.Closed or SocketFrameKind.Broken or SocketFrameKind.Corrupt)
                {
                    return;
                }
            }
        }
        catch (DeribitConnectionException exception)
        {
            var reason = exception.Fault == DeribitConnectionFault.HalfOpen
                ? DeribitDisconnectReason.HalfOpen
                : DeribitDisconnectReason.Lost;
            connection.Drop(new Drop(reason, exception.Message, CloseCodes.Abnormal));
        }
        catch (DeribitProtocolException exception)
        {
            connection.Drop(new Drop(DeribitDisconnectReason.BrokenStream, exception.Message));
        }
    }

    private ValueTask TakeText(in SocketFrame frame)
    {
        var bytes = frame.Bytes.Span;
        var kind = FrameClassifier.Classify(bytes);
        if (kind is (FrameKind.Subscription or FrameKind.TestRequest or FrameKind.Heartbeat) && !context.Tap.TakeFrame(connection, frame))
        {
            return default;
        }

        switch (kind)
        {
            case FrameKind.Subscription:
                if (FrameClassifier.AnnouncesMaintenance(bytes))
                {
                    NoteMaintenance();
                }
                else if (FrameClassifier.EndsMaintenance(bytes))
                {
                    context.Status.Update(status => status with { Maintenance = false });
                }

                return context.Queue.WriteFrameAsync(bytes, frame.ReceivedAtUnixNs, connection.Generation, connection.Ending);
            case FrameKind.TestRequest:
                if (!connection.AnswerHeartbeat())
                {
                    context.Logger.HeartbeatAnswerLost(connection.Generation);
                }

                return default;
            case FrameKind.Heartbeat:
                return default;
            case FrameKind.Reply:
                return TakeReply(frame) is { } why ? Surface(frame, why) : default;
            default:
                return Surface(frame, bytes.IsEmpty
                    ? "The frame is empty."
                    : "The frame is no JSON object that the protocol knows: neither a notification nor a reply.");
        }
    }

    private ValueTask TakeOther(in SocketFrame frame)
    {
        switch (frame.Kind)
        {
            case SocketFrameKind.Closed:
                connection.Drop(new Drop(DeribitDisconnectReason.ClosedByServer,
                    $"The server closed the connection with code {frame.CloseCode} ("
                    + $"{Words.Printable(frame.CloseReason) ?? "no reason given"}).", frame.CloseCode));
                return default;
            case SocketFrameKind.Broken:
                connection.Drop(new Drop(DeribitDisconnectReason.BrokenStream,
                    "The server broke the WebSocket protocol, after which a connection cannot be read further (RFC 6455, 8.1)."));
                return Surface(frame, "The frame is not valid UTF-8 or not a valid WebSocket frame; what had been read of it is kept. "
                    + $"The platform says: {frame.CloseReason}");
            case SocketFrameKind.Corrupt:
                connection.Drop(new Drop(DeribitDisconnectReason.BrokenStream,
                    "The server sent a compressed message that cannot be inflated, after which a connection cannot be read further (RFC 7692)."));
                return Surface(frame, "The compressed message cannot be inflated; what had been read of it is kept. If this happens again, "
                    + $"turn compression off. The platform says: {frame.CloseReason}");
            case SocketFrameKind.TooLarge:
                return Surface(frame, $"The frame is larger than the cap of {context.Options.MaxFrameBytes} bytes; raise MaxFrameBytes if "
                    + "such frames are expected.");
            default:
                return Surface(frame, "The frame is binary; the protocol has only text frames.");
        }
    }

    /// <summary>Hands a reply to its waiter. Returns why the frame must be surfaced; null when it need not be.</summary>
    private string? TakeReply(in SocketFrame frame)
    {
        ReplyEnvelope reply;
        try
        {
            reply = ReplyEnvelope.Read(frame.Bytes.Span);
        }
        catch (DeribitProtocolException exception)
        {
            return exception.Message;
        }

        if (reply.Id == RequestWriter.HeartbeatAnswerId && !reply.IsError)
        {
            context.Tap.TakeReply(connection, "public/test", frame);
            return null;
        }

        var inFlight = reply.IsError && reply.Id is null ? connection.Pending.Describe() : "";
        var request = connection.Pending.Complete(reply, frame.ReceivedAtUnixNs);
        context.Tap.TakeReply(connection, request?.Method, frame);
        if (reply.IsError)
        {
            NoteError(reply.Code, reply.Message);
        }

        if (reply.IsError && reply.Id is null)
        {
            context.Logger.ErrorWithoutId(reply.Code, reply.Message, reply.Data ?? "none", inFlight, request?.Method ?? "none");
            return $"The exchange sent an error without an id: {reply.Code} {reply.Message}. In flight: {inFlight}.";
        }

        if (request is null)
        {
            context.Logger.UnexpectedReply(reply.Id ?? -1);
        }

        return null;
    }

    private void NoteError(int code, string message)
    {
        if (code == ErrorCodes.TooManyRequests)
        {
            context.Logger.RateLimited(context.Budget.CoolDown());
        }
        else if (code == ErrorCodes.SystemMaintenance)
        {
            NoteMaintenance();
            connection.Drop(new Drop(
                DeribitDisconnectReason.Maintenance, $"The exchange answered {code} {message}: it is under maintenance."));
        }
    }

    private void NoteMaintenance()
    {
        context.Logger.Maintenance(connection.Generation);
        context.Status.Update(status => status with { Maintenance = true });
    }

    private void LogUnusable(int bytes, string reason)
    {
        // A hostile or broken feed must not flood the log; every such frame still reaches the reader.
        if (_unusable > 0 && context.TimeProvider.GetElapsedTime(_unusableLoggedAt) < LogPause)
        {
            _unusable++;
            return;
        }

        context.Logger.UnusableFrame(bytes, reason, Math.Max(0, _unusable - 1));
        _unusable = 1;
        _unusableLoggedAt = context.TimeProvider.GetTimestamp();
    }

    private ValueTask Surface(in SocketFrame frame, string reason)
    {
        LogUnusable(frame.Bytes.Length, reason);
        var raw = frame.Bytes.Span;
        return context.Queue.WriteAsync(
            new DeribitUnusableFrame
            {
                ReceivedAtUnixNs = frame.ReceivedAtUnixNs,
                Generation = connection.Generation,
                Reason = reason,
                Raw = raw[..Math.Min(raw.Length, MostRawBytes)].ToArray(),
            },
            connection.Ending);
    }
}
