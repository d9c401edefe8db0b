using Deribit.Simulator.Channels;

namespace Deribit.Simulator.Rpc;

/// <summary>One reply, and what belongs to it. The body is valid until the next call is answered.</summary>
internal readonly ref struct RpcReply
{
    /// <summary>The JSON text.</summary>
    public required ReadOnlySpan<byte> Body { get; init; }

    /// <summary>The error it carries, or null.</summary>
    public RpcError? Error { get; init; }

    /// <summary>Subscriptions made by the call, whose first frames follow the reply.</summary>
    public IReadOnlyList<Subscription> Fresh { get; init; }

    /// <summary>A fault: the reply is not sent.</summary>
    public bool IsLost { get; init; }

    /// <summary>A fault: the reply is sent so much later.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The connection ends after this reply.</summary>
    public bool EndsSession { get; init; }
}
