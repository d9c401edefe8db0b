using System.Globalization;
using MarketData.Redis.Connection;

namespace MarketData.Redis;

/// <summary>
/// The operator's settings of the Redis lane: section <c>[redis]</c>. <see cref="Validate"/> lists every fault.
/// </summary>
public sealed class RedisOptions
{
    private static readonly TimeSpan MinimumTtl = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaximumTtl = TimeSpan.FromDays(1);

    /// <summary>
    /// Where Redis is: <c>redis://[user:password@]host:port[/database]</c> (<c>rediss://</c> for TLS) or
    /// <c>host:port,password=..,ssl=true</c>. May hold a password, so it is never logged; logs name the host and port only.
    /// </summary>
    public string Url { get; init; } = "redis://127.0.0.1:6379";

    /// <summary>Where Redis is, without the login, for people and files: <c>host:port</c>; empty if <see cref="Url"/> is unusable.</summary>
    public string Address => RedisAddress.TryParse(Url, out var address) ? address.Display : "";

    /// <summary>Levels per side in a book value: 1 to 1000, default 20.</summary>
    public int Depth { get; init; } = 20;

    /// <summary>Life of an order book key that is not refreshed: 100 ms to 1 day, default 3 s.</summary>
    public TimeSpan OrderBookTtl { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Life of a last trade: 100 ms to 1 day, default 60 s.</summary>
    public TimeSpan TradeTtl { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Life of a ticker: 100 ms to 1 day, default 300 s.</summary>
    public TimeSpan TickerTtl { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>
    /// Keys held in memory at most: 1 to 10,000,000, default 100,000 (three per instrument). It bounds the lane's memory; events of further
    /// keys are rejected and the status says so.
    /// </summary>
    public int MaximumKeys { get; init; } = 100_000;

    /// <summary>
    /// How long Redis may take to connect or to answer: 100 ms to 60 s, default 2 s. Beyond it Redis counts as unreachable.
    /// </summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest pause between two attempts to reach Redis: 50 ms to 60 s, default 5 s.</summary>
    public TimeSpan MaximumBackoff { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Checks every setting.</summary>
    /// <returns>One full sentence per fault, without secrets; empty when the options can be used.</returns>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        if (!RedisAddress.TryParse(Url, out _))
        {
            faults.Add("The setting redis:url cannot be read (it is not shown because it may hold a password). "
                + "Set it to redis://host:port or to host:port,password=..,ssl=true.");
        }

        Range("redis:depth", Depth, 1, 1000);
        Range("redis:maximum_keys", MaximumKeys, 1, 10_000_000);
        Duration("redis:ttl:orderbook", OrderBookTtl, MinimumTtl, MaximumTtl);
        Duration("redis:ttl:trade", TradeTtl, MinimumTtl, MaximumTtl);
        Duration("redis:ttl:ticker", TickerTtl, MinimumTtl, MaximumTtl);
        Duration("redis:operation_timeout", OperationTimeout, MinimumTtl, TimeSpan.FromSeconds(60));
        Duration("redis:maximum_backoff", MaximumBackoff, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(60));
        return faults;

        void Range(string key, int value, int minimum, int maximum)
        {
            if (value < minimum || value > maximum)
                faults.Add($"The setting {key} is {value}. Set it to a whole number from {minimum} to {maximum}.");
        }

        void Duration(string key, TimeSpan value, TimeSpan minimum, TimeSpan maximum)
        {
            if (value < minimum || value > maximum)
            {
                faults.Add(string.Create(CultureInfo.InvariantCulture,
                    $"The setting {key} is {value.TotalSeconds} s. "
                    + $"Set it to a value from {minimum.TotalSeconds} s to {maximum.TotalSeconds} s."));
            }
        }
    }
}
