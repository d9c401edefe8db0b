using System.Globalization;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace MarketData.Redis.Connection;

/// <summary>
/// The real connection: one StackExchange.Redis multiplexer. Runs on: the sender's task; the library's events touch only the generation.
/// When the multiplexer does not answer it is thrown away and a new one made, so that nothing of an old connection lives on.
/// </summary>
internal sealed class RedisLink(RedisAddress address, TimeSpan operationTimeout, ILogger logger) : IRedisLink
{
    // Unique, so that an old connection of ours is never mistaken for somebody else's.
    private readonly string _clientName = "marketdata-" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..12];
    private ConnectionMultiplexer? _multiplexer;
    private IDatabase? _database;
    private long _generation;
    private long? _clientId;

    /// <inheritdoc/>
    public long Generation => Interlocked.Read(ref _generation);

    /// <inheritdoc/>
    public bool IsConnected => _multiplexer is { IsConnected: true };

    private IDatabase Database =>
        _database ?? throw new InvalidOperationException("The connection was used before it was made.");

    /// <inheritdoc/>
    public async Task EnsureConnectedAsync(CancellationToken cancellationToken)
    {
        if (!await AnswersAsync(cancellationToken))
            await ConnectAsync(cancellationToken);
        await EndPreviousAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task SetAsync(RedisKey key, ReadOnlyMemory<byte> value, TimeSpan ttl) =>
        Database.StringSetAsync(key, value, new Expiration(ttl), ValueCondition.Always, CommandFlags.DemandMaster);

    /// <inheritdoc/>
    public Task PublishAsync(RedisChannel channel, ReadOnlyMemory<byte> value) => Database.PublishAsync(channel, value);

    /// <inheritdoc/>
    public Task<bool> RefreshAsync(RedisKey key, TimeSpan ttl) => Database.KeyExpireAsync(key, ttl, CommandFlags.DemandMaster);

    /// <inheritdoc/>
    public Task DeleteAsync(RedisKey key) => Database.KeyDeleteAsync(key, CommandFlags.DemandMaster);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await ThrowAwayAsync();

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        if (_multiplexer is not { IsConnected: true })
            return false;
        try
        {
            await Database.PingAsync().WaitAsync(cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is RedisConnectionException or RedisTimeoutException or ObjectDisposedException)
        {
            // A new connection is made, and says why if it cannot.
            return false;
        }
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        await ThrowAwayAsync();
        cancellationToken.ThrowIfCancellationRequested();
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(address.ToConfiguration(operationTimeout, _clientName));
        multiplexer.ConnectionRestored += OnRestored;
        _multiplexer = multiplexer;
        _database = multiplexer.GetDatabase();
        Interlocked.Increment(ref _generation);
    }

    private void OnRestored(object? sender, ConnectionFailedEventArgs arguments)
    {
        if (arguments.ConnectionType == ConnectionType.Interactive)
            Interlocked.Increment(ref _generation);
    }

    // Commands written to a lost connection may still lie in a buffer on the way, and would overwrite newer values when they arrive. Ending
    // that connection on the server throws them away. It is looked up by our unique name first: a restarted server gives ids anew.
    private async Task EndPreviousAsync(CancellationToken cancellationToken)
    {
        var previous = _clientId;
        try
        {
            var current = (long)await Database.ExecuteAsync("CLIENT", "ID").WaitAsync(cancellationToken);
            if (previous is { } id && id != current)
            {
                var line = (string?)await Database.ExecuteAsync("CLIENT", "LIST", "ID", id).WaitAsync(cancellationToken);
                if (line?.Contains(_clientName, StringComparison.Ordinal) == true)
                    await Database.ExecuteAsync("CLIENT", "KILL", "ID", id).WaitAsync(cancellationToken);
            }

            _clientId = current;
        }
        catch (Exception exception) when (exception is RedisServerException or RedisCommandException)
        {
            // Not every server knows or allows the command; then the old connection ends by itself.
            RedisLog.OldConnectionKept(logger, previous ?? 0, exception.Message);
        }
    }

    private async ValueTask ThrowAwayAsync()
    {
        var multiplexer = _multiplexer;
        _multiplexer = null;
        _database = null;
        if (multiplexer is null)
            return;
        multiplexer.ConnectionRestored -= OnRestored;
        await multiplexer.CloseAsync(allowCommandsToComplete: false);
        await multiplexer.DisposeAsync();
    }
}
