using Deribit.Simulator.Sessions;

namespace Deribit.Simulator.Channels;

/// <summary>One connection holding one channel. Touched only while the hub's gate is held.</summary>
internal sealed class Subscription(Session session, Channel channel)
{
    public Session Session => session;

    public Channel Channel => channel;

    /// <summary>A frame kept back by a swap fault until the next one has gone out.</summary>
    public byte[]? HeldBack { get; set; }

    /// <summary>When a delayed snapshot falls due (monotonic timestamp), or null.</summary>
    public long? SnapshotDue { get; set; }
}
