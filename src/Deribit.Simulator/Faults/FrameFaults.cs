using Deribit.Simulator.Channels;
using Deribit.Simulator.Wire;

namespace Deribit.Simulator.Faults;

/// <summary>Sends one frame the wrong way. Called with the hub's gate held.</summary>
internal sealed class FrameFaults(Venue venue)
{
    private const int DefaultHugeBytes = 5_000_000;
    private readonly ByteWriter _scratch = new();

    /// <summary>Sends the frame unspoiled, and after it one that a swap kept back.</summary>
    public static void SendPlain(Subscription subscription, byte[] payload)
    {
        Send(subscription, WebSocketOpcode.Text, payload);
        if (subscription.HeldBack is { } held)
        {
            subscription.HeldBack = null;
            Send(subscription, WebSocketOpcode.Text, held);
        }
    }

    /// <summary>False when the fault does not fit this frame; then nothing has been sent.</summary>
    public bool Send(Subscription subscription, Fault fault, byte[] payload, long changeId)
    {
        var session = subscription.Session;
        switch (fault.Kind)
        {
            case FaultKind.Drop:
            case FaultKind.Mute:
                return true;
            case FaultKind.Duplicate:
                SendPlain(subscription, payload);
                Send(subscription, WebSocketOpcode.Text, payload);
                return true;
            case FaultKind.Swap when subscription.HeldBack is null:
                subscription.HeldBack = payload;
                return true;
            case FaultKind.Swap:
                return false;
            case FaultKind.InsertSnapshot:
                return InsertSnapshot(subscription, payload);
            case FaultKind.OneByteFragments:
                session.Send(WebSocketFrames.BuildFragmented(payload));
                return true;
            case FaultKind.CorruptDeflate:
                return session.SendCorrupt(WebSocketFrames.Build(WebSocketOpcode.Text, payload));
            case FaultKind.BinaryFrame:
                Send(subscription, WebSocketOpcode.Binary, payload);
                return true;
            case FaultKind.EmptyFrame:
                Send(subscription, WebSocketOpcode.Text, []);
                SendPlain(subscription, payload);
                return true;
            case FaultKind.HugeFrame:
                var size = fault.Size == 0 ? DefaultHugeBytes : fault.Size;
                var padded = new byte[Math.Max(payload.Length, size)];
                padded.AsSpan().Fill((byte)' ');
                payload.CopyTo(padded, 0);
                Send(subscription, WebSocketOpcode.Text, padded);
                return true;
            default:
                var spoiled = BytesFaults.Spoil(fault, payload) ?? JsonFaults.Spoil(fault, payload, venue);
                if (spoiled is null)
                {
                    return false;
                }

                SendPlain(subscription, spoiled);
                return true;
        }
    }

    private bool InsertSnapshot(Subscription subscription, byte[] payload)
    {
        if (subscription.Channel.Parsed.Family != ChannelFamily.Book)
        {
            return false;
        }

        SendPlain(subscription, payload);
        foreach (var data in venue.InitialData(subscription.Channel, _scratch))
        {
            Send(subscription, WebSocketOpcode.Text, [.. subscription.Channel.Prefix, .. data.Span, .. "}}"u8]);
        }

        return true;
    }

    private static void Send(Subscription subscription, WebSocketOpcode opcode, ReadOnlySpan<byte> payload) =>
        subscription.Session.Send(WebSocketFrames.Build(opcode, payload));
}
