namespace Deribit.Client;

/// <summary>What one <see cref="DeribitRecord"/> holds. The numbers are written to files: they never change their meaning.</summary>
public enum DeribitRecordKind : byte
{
    /// <summary>Records are missing here; the payload says why, as a sentence. Not made by the client, but by whoever keeps the records.</summary>
    Missing = 0,

    /// <summary>A notification or a heartbeat: the frame as it came.</summary>
    Frame = 1,

    /// <summary>
    /// A reply: the method that it answers, a line feed, the frame as it came. Where the reply may carry a secret, or nobody waits for it any
    /// more so that this cannot be told, nothing follows the line feed.
    /// </summary>
    Reply = 2,

    /// <summary>A connection is up and its session is set: <c>{"authenticated":false,"raw_allowed":true}</c>.</summary>
    Connected = 3,

    /// <summary>A connection ended: <c>{"reason":"ClosedByServer","detail":"..","close_code":1000}</c>.</summary>
    Disconnected = 4,

    /// <summary>The exchange accepted channels: <c>{"channels":[..]}</c>, as their data names them.</summary>
    Acknowledged = 5,

    /// <summary>The exchange unsubscribed channels: <c>{"channels":[..]}</c>, as their data named them.</summary>
    Ended = 6,

    /// <summary>The exchange refused channels: <c>{"channels":[..],"attempts":5,"given_up":true,"detail":".."}</c>.</summary>
    Refused = 7,

    /// <summary>
    /// What came and is no frame of the protocol: why, as a sentence, a line feed, the bytes, cut at 64 KiB; none where they may hold a token.
    /// </summary>
    Unusable = 8,
}
