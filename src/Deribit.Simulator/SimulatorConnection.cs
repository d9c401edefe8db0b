namespace Deribit.Simulator;

/// <summary>One open connection at one moment. Immutable.</summary>
/// <param name="Id">Its number, counted from 1 in order of opening.</param>
/// <param name="Authenticated">Whether it holds a token that has not expired.</param>
/// <param name="Channels">How many channels it holds.</param>
/// <param name="FramesSent">Frames queued for it so far: notifications, replies, heartbeats.</param>
/// <param name="PendingBytes">Bytes that its socket has not taken yet.</param>
/// <param name="HeartbeatsAnswered">How many of the server's <c>test_request</c>s the client has answered.</param>
/// <param name="SlowestHeartbeatAnswer">The longest that such an answer took.</param>
/// <param name="Compressed">Whether its messages are compressed (permessage-deflate).</param>
public sealed record SimulatorConnection(
    long Id, bool Authenticated, int Channels, long FramesSent, int PendingBytes, int HeartbeatsAnswered, TimeSpan SlowestHeartbeatAnswer,
    bool Compressed);
