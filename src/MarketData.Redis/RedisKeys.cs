namespace MarketData.Redis;

/// <summary>The names of the Redis keys and channels of one instrument, for example <c>deribit.BTC-PERPETUAL:orderbook</c>.</summary>
internal static class RedisKeys
{
    public static string OrderBook(string key) => key + ":orderbook";

    public static string Trade(string key) => key + ":trade";

    public static string Ticker(string key) => key + ":ticker";

    /// <summary>The instrument key that a name was made from.</summary>
    public static string Instrument(string name) => name[..name.LastIndexOf(':')];
}
