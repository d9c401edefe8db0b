using StackExchange.Redis;

namespace MarketData.Redis.Connection;

/// <summary>
/// The connection as the sender needs it: commands are written in the order of the calls and answered later (pipelined). One caller at a
/// time. A command that could not be written is never written later.
/// </summary>
internal interface IRedisLink : IAsyncDisposable
{
    /// <summary>Rises whenever a connection was established anew: what Redis holds is then unknown.</summary>
    long Generation { get; }

    /// <summary>Whether the connection is up as far as is known without asking Redis.</summary>
    bool IsConnected { get; }

    /// <summary>Makes sure that Redis answers, on the existing connection or a new one.</summary>
    /// <exception cref="RedisException">It does not answer, or refuses.</exception>
    Task EnsureConnectedAsync(CancellationToken cancellationToken);

    /// <summary>SET key value PX ttl. The memory stays untouched until the task has completed.</summary>
    Task SetAsync(RedisKey key, ReadOnlyMemory<byte> value, TimeSpan ttl);

    /// <summary>PUBLISH channel value. The memory stays untouched until the task has completed.</summary>
    Task PublishAsync(RedisChannel channel, ReadOnlyMemory<byte> value);

    /// <summary>PEXPIRE key ttl.</summary>
    /// <returns>Whether the key exists.</returns>
    Task<bool> RefreshAsync(RedisKey key, TimeSpan ttl);

    /// <summary>DEL key.</summary>
    Task DeleteAsync(RedisKey key);
}
