using Microsoft.Extensions.Logging;

namespace MarketData.Redis;

/// <summary>Every log line of the Redis lane; event ids 7100 to 7199. No line holds a secret.</summary>
internal static partial class RedisLog
{
    [LoggerMessage(7100, LogLevel.Information, "Redis at {Address} answers; {Keys} keys were written anew.")]
    public static partial void Reachable(ILogger logger, string address, int keys);

    [LoggerMessage(7101, LogLevel.Warning,
        "Redis at {Address} does not take writes ({Reason}); the newest value of every key is kept in memory and written when it does.")]
    public static partial void Unreachable(ILogger logger, string address, string reason);

    [LoggerMessage(7102, LogLevel.Debug, "Redis at {Address} still does not take writes after {Attempts} attempts ({Reason}).")]
    public static partial void StillUnreachable(ILogger logger, string address, int attempts, string reason);

    [LoggerMessage(7103, LogLevel.Error,
        "An update of {Key} with change id {ChangeId} continues {PreviousChangeId}, but the lane's copy is at {ReplicaChangeId}; "
        + "the key is deleted until the next snapshot.")]
    public static partial void ChainBroken(ILogger logger, string key, long changeId, long? previousChangeId, long? replicaChangeId);

    [LoggerMessage(7104, LogLevel.Error,
        "The levels of {Key} at change id {ChangeId} cannot be held; the key is deleted until the next snapshot.")]
    public static partial void BookUnusable(ILogger logger, string key, long changeId);

    [LoggerMessage(7105, LogLevel.Error,
        "The key {Key} was refused because the lane holds {MaximumKeys} keys already; raise redis:maximum_keys or collect fewer symbols. "
        + "Further refused keys are only counted.")]
    public static partial void KeyLimit(ILogger logger, string key, int maximumKeys);

    [LoggerMessage(7106, LogLevel.Error, "The value of {Key} could not be encoded; the key is deleted and the event rejected.")]
    public static partial void EncodingFailed(ILogger logger, Exception exception, string key);

    [LoggerMessage(7107, LogLevel.Warning,
        "Redis at {Address} stores values but did not publish some ({Reason}).{Remedy}")]
    public static partial void PublishRefused(ILogger logger, string address, string reason, string remedy);

    [LoggerMessage(7108, LogLevel.Error,
        "The Redis lane stopped with {Count} events that Redis had not acknowledged; they are lost.")]
    public static partial void LeftBehind(ILogger logger, long count);

    [LoggerMessage(7109, LogLevel.Critical, "The sender of the Redis lane failed; nothing is written any more until a restart.")]
    public static partial void SenderFailed(ILogger logger, Exception exception);

    [LoggerMessage(7110, LogLevel.Debug, "The previous connection {ClientId} to Redis could not be ended by name ({Reason}).")]
    public static partial void OldConnectionKept(ILogger logger, long clientId, string reason);
}
