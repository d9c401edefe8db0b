using MarketData.Redis.Connection;
using MarketData.Redis.Sending;
using StackExchange.Redis;

namespace MarketData.Redis;

/// <summary>
/// Reads what <see cref="RedisLane"/> wrote. Comes in: instrument keys. Goes out: the stored books. Owns: one connection, which
/// reconnects by itself. Runs on: the caller; any number at a time.
/// </summary>
public sealed class RedisBookReader : IAsyncDisposable
{
    private readonly RedisAddress _address;
    private readonly ConnectionMultiplexer _multiplexer;

    private RedisBookReader(RedisAddress address, ConnectionMultiplexer multiplexer)
    {
        _address = address;
        _multiplexer = multiplexer;
    }

    /// <summary>Connects.</summary>
    /// <param name="options">Where Redis is; of the other settings only the operation timeout is used.</param>
    /// <param name="cancellationToken">Gives up connecting.</param>
    /// <exception cref="ConfigurationError">The options have faults.</exception>
    /// <exception cref="SinkError">Redis cannot be reached or does not accept the login.</exception>
    public static async Task<RedisBookReader> ConnectAsync(RedisOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var faults = options.Validate();
        if (faults.Count > 0 || !RedisAddress.TryParse(options.Url, out var address))
            throw new ConfigurationError(faults);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return new RedisBookReader(
                address, await ConnectionMultiplexer.ConnectAsync(address.ToConfiguration(options.OperationTimeout, "marketdata-reader")));
        }
        catch (RedisException exception)
        {
            throw Unreadable(address, exception);
        }
    }

    /// <summary>Reads one book.</summary>
    /// <param name="key">The instrument's <see cref="Instrument.Key"/>, for example <c>deribit.BTC-PERPETUAL</c>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The book; null when there is none, because it is not collected or not in sync now.</returns>
    /// <exception cref="SinkError">Redis does not answer or refuses.</exception>
    public async Task<RedisBook?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        try
        {
            var value = await _multiplexer.GetDatabase().StringGetWithExpiryAsync(RedisKeys.OrderBook(key)).WaitAsync(cancellationToken);
            return value.Value.IsNull ? null : new RedisBook((byte[]?)value.Value, value.Expiry);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            throw Unreadable(_address, exception);
        }
    }

    /// <summary>Closes the connection.</summary>
    public async ValueTask DisposeAsync() => await _multiplexer.DisposeAsync();

    // The library's exception is not passed on: its text is not ours to vouch for.
    private static SinkError Unreadable(RedisAddress address, Exception exception)
    {
        var failure = SendFailure.From(exception, address.Redact);
        return new SinkError(
            "redis", $"Redis at {address.Display} cannot be read ({failure.Detail}). Check that it runs and that redis:url is right.");
    }
}
