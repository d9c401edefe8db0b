using System.Text;
using Deribit.Client.Session;
using Deribit.Client.Transport;

namespace Deribit.Client.Recording;

/// <summary>
/// Hands what passes the session to a tap. Comes in: frames, replies and lifecycle messages. Goes out: records. Owns nothing; called on the
/// connection's tasks. Without a tap it costs one comparison per frame.
/// </summary>
internal sealed class SessionTap(IDeribitTap? tap)
{
    private const string Authentication = "public/auth";

    /// <summary>Takes a frame; whether the connection may go on.</summary>
    public bool TakeFrame(Connection connection, in SocketFrame frame) =>
        tap is null || Kept(connection, tap.TryTake(new(DeribitRecordKind.Frame, connection.Generation, frame.ReceivedAtUnixNs, frame.Bytes)));

    /// <summary>Takes a reply.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="method">The method that it answers; null when nobody waits for it, so that it may be of any.</param>
    /// <param name="frame">The frame; not kept when it may carry a token.</param>
    public void TakeReply(Connection connection, string? method, in SocketFrame frame)
    {
        if (tap is null)
        {
            return;
        }

        var withheld = method is null or Authentication;
        byte[] payload = [.. Encoding.UTF8.GetBytes(method ?? ""), (byte)'\n', .. withheld ? default : frame.Bytes.Span];
        Kept(connection, tap.TryTake(new(DeribitRecordKind.Reply, connection.Generation, frame.ReceivedAtUnixNs, payload)));
    }

    /// <summary>Takes a message of the session itself. One that is not kept is followed by the refusal of the next frame.</summary>
    public void TakeMessage(DeribitMessage message)
    {
        if (tap is not null && LifecycleJson.Write(message) is var (kind, payload))
        {
            tap.TryTake(new(kind, message.Generation, message.ReceivedAtUnixNs, payload));
        }
    }

    private static bool Kept(Connection connection, bool kept)
    {
        if (!kept)
        {
            connection.Drop(new Drop(
                DeribitDisconnectReason.Requested, "What came could not be recorded: the next connection begins with whole books."));
        }

        return kept;
    }
}
