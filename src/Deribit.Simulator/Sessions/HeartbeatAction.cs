namespace Deribit.Simulator.Sessions;

/// <summary>What the keepalive asks for at one moment.</summary>
internal enum HeartbeatAction
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A test_request is due.</summary>
    SendTestRequest,

    /// <summary>The last test_request was not answered: close with 4000.</summary>
    CloseUnanswered,

    /// <summary>No heartbeat, no subscription: end without a close frame.</summary>
    AbortIdle,
}
