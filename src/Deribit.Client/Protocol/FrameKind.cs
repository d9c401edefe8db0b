namespace Deribit.Client.Protocol;

/// <summary>What a text frame is, as far as the session needs to know.</summary>
internal enum FrameKind
{
    /// <summary>Not a JSON object that the protocol knows.</summary>
    Invalid,

    /// <summary>A notification of a channel; the rest of the frame has not been looked at.</summary>
    Subscription,

    /// <summary>The server's sign of life.</summary>
    Heartbeat,

    /// <summary>The server wants <c>public/test</c> called at once.</summary>
    TestRequest,

    /// <summary>The answer to a request, a result or an error.</summary>
    Reply,
}
