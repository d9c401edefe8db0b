namespace MarketData.Cli.Tests.Replicas;

/// <summary>What a kind of collector is called in each of the places where its replicas leave a trace.</summary>
/// <param name="Collector">Its executable: <c>Trades</c>, <c>OrderBooks</c>.</param>
/// <param name="Topic">Where it publishes.</param>
/// <param name="Channel">Its channel in the ledger.</param>
/// <param name="Id">The member that numbers its events.</param>
/// <param name="Subscription">The exchange's channels of it, by their prefix.</param>
internal sealed record ReplicaStream(string Collector, string Topic, string Channel, string Id, string Subscription)
{
    public static ReplicaStream Of(string collector) => collector == "Trades"
        ? new ReplicaStream(collector, "market.trades", "trade", "trade_seq", "trades")
        : new ReplicaStream(collector, "market.orderbook", "orderbook", "change_id", "book");

    /// <summary>How its claims name it.</summary>
    public string Claim => Collector.ToLowerInvariant();

    /// <summary>The <c>source</c> of a replica.</summary>
    public string Source(string replica) => $"{replica}/{Claim}";

    /// <summary>The exchange's channel of an instrument's key.</summary>
    public string ChannelOf(string key) => $"{Subscription}.{key["deribit.".Length..]}.100ms";
}
