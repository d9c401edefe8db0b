using System.Globalization;
using MarketData.Checks;
using MarketData.Redis.Connection;
using MarketData.Redis.Sending;
using StackExchange.Redis;

namespace MarketData.Redis.Checks;

/// <summary>
/// Looks at Redis. Comes in: the options. Goes out: findings. Writes one key of its own, which it deletes and which ends by itself. Owns: a
/// connection for the length of a call. Any thread.
/// </summary>
public static class RedisCheck
{
    /// <summary>The subject of what is found.</summary>
    public const string Subject = "redis";

    private const double FullPart = 0.9;
    private const int Pings = 5;
    private static readonly TimeSpan ProbeLife = TimeSpan.FromSeconds(5);

    /// <summary>Looks.</summary>
    /// <param name="options">Where Redis is; an answer may take as long as they say.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<Finding>> RunAsync(RedisOptions options, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(timeProvider);
        if (!RedisAddress.TryParse(options.Url, out var address))
            return [.. options.Validate().Select(fault => new Finding(Subject, FindingState.Fault, fault))];
        try
        {
            await using var connection = await ConnectionMultiplexer
                .ConnectAsync(address.ToConfiguration(options.OperationTimeout, "marketdata-doctor")).WaitAsync(cancellationToken);
            var database = connection.GetDatabase();
            var took = await PingAsync(database, timeProvider, cancellationToken);
            var info = await ReadInfoAsync(connection, cancellationToken);
            return [Server(address, info, took), await WriteAsync(database, address, cancellationToken), Memory(info)];
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            var failure = SendFailure.From(exception, address.Redact);
            return [new Finding(
                Subject, FindingState.Fault, $"{address.Display} cannot be used ({failure.Detail})",
                failure.Code == SendFailure.Denied ? "Check the user and the password in redis.url (REDIS_URL)."
                    : "Check that Redis runs and that redis.url is right.")];
        }
    }

    // The first answers of a connection, and of a process, are slow.
    private static async Task<TimeSpan> PingAsync(IDatabase database, TimeProvider time, CancellationToken cancellationToken)
    {
        var best = TimeSpan.MaxValue;
        for (var asked = 0; asked < Pings; asked++)
        {
            var started = time.GetTimestamp();
            await database.PingAsync().WaitAsync(cancellationToken);
            if (time.GetElapsedTime(started) is var took && took < best)
                best = took;
        }

        return best;
    }

    private static async Task<Dictionary<string, string>> ReadInfoAsync(ConnectionMultiplexer connection, CancellationToken cancellationToken)
    {
        var info = new Dictionary<string, string>(StringComparer.Ordinal);
        var server = connection.GetServer(connection.GetEndPoints()[0]);
        foreach (var section in (string[])["server", "memory", "replication"])
        {
            try
            {
                foreach (var (name, value) in (await server.InfoAsync(section).WaitAsync(cancellationToken)).SelectMany(group => group))
                    info[name] = value;
            }
            catch (RedisServerException)
            {
                // Not every server knows every section, or lets everybody ask; what it does not say is not known then.
            }
        }

        return info;
    }

    private static Finding Server(RedisAddress address, Dictionary<string, string> info, TimeSpan took)
    {
        var version = info.GetValueOrDefault("garnet_version") is { } garnet ? $"Garnet {garnet}"
            : info.GetValueOrDefault("valkey_version") is { } valkey ? $"Valkey {valkey}"
            : info.GetValueOrDefault("redis_version") is { } redis ? $"Redis {redis}" : "a server that does not tell its version";
        return new Finding(Subject, FindingState.Ok, string.Create(CultureInfo.InvariantCulture,
            $"{version} at {address.Display}, answers in {took.TotalMilliseconds:0.0} ms"));
    }

    private static async Task<Finding> WriteAsync(IDatabase database, RedisAddress address, CancellationToken cancellationToken)
    {
        const string Writing = Subject + " writing";
        RedisKey key = $"marketdata-doctor:{Guid.NewGuid():N}";
        try
        {
            await database.StringSetAsync(key, "written by marketdata doctor", ProbeLife).WaitAsync(cancellationToken);
            await database.KeyDeleteAsync(key).WaitAsync(cancellationToken);
            return new Finding(Writing, FindingState.Ok, "a key was written and deleted");
        }
        catch (RedisException exception)
        {
            return new Finding(
                Writing, FindingState.Fault, $"no key can be written ({SendFailure.From(exception, address.Redact).Detail})",
                "Name a server that is no read-only replica, and a user with the rights to SET, DEL, PEXPIRE and PUBLISH.");
        }
    }

    internal static Finding Memory(IReadOnlyDictionary<string, string> info)
    {
        const string Subject = RedisCheck.Subject + " memory";
        if (!long.TryParse(info.GetValueOrDefault("maxmemory"), NumberStyles.None, CultureInfo.InvariantCulture, out var most))
            return new Finding(Subject, FindingState.Ok, "the server does not tell its limit");
        if (most == 0)
            return new Finding(Subject, FindingState.Ok, "no limit of its own");
        var policy = info.GetValueOrDefault("maxmemory_policy") ?? "unknown";
        _ = long.TryParse(info.GetValueOrDefault("used_memory"), NumberStyles.None, CultureInfo.InvariantCulture, out var used);
        var found = string.Create(CultureInfo.InvariantCulture, $"{used / 1048576.0:0} of {most / 1048576.0:0} MiB used, policy {policy}");
        if (used > FullPart * most)
            return new Finding(Subject, FindingState.Warning, found, policy == "noeviction" ? "When it is full, writes are refused: raise maxmemory." : "When it is full, keys vanish: raise maxmemory.");
        return policy is "noeviction" or "unknown"
            ? new Finding(Subject, FindingState.Ok, found)
            : new Finding(
                Subject, FindingState.Warning, found,
                "When it is full, books that are current vanish, as if they were not in sync: set maxmemory-policy to noeviction, with which writes are refused and /health says so.");
    }
}
