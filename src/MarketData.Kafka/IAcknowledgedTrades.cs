namespace MarketData.Kafka;

/// <summary>
/// Hears of every trade that Kafka has acknowledged: what a checkpoint of the trade tape rests on. Optional in the container. Comes in: one
/// call per acknowledged trade, in the order of each key; a trade that was sent twice is told twice. Called on the producer's delivery
/// thread, so an implementation must neither wait nor throw.
/// </summary>
public interface IAcknowledgedTrades
{
    /// <summary>A broker has stored the trade.</summary>
    /// <param name="key">The instrument's key, <c>deribit.BTC-PERPETUAL</c>.</param>
    /// <param name="tradeSequence">The trade's position in the instrument's own sequence.</param>
    /// <param name="tradeId">The exchange's id of the trade.</param>
    /// <param name="exchangeTimeUnixMs">The exchange's time of the trade, in milliseconds since the Unix epoch.</param>
    /// <param name="completeUpTo">
    /// The last trade sequence without a hole before it when the event was made; 0 when the event does not say.
    /// </param>
    /// <param name="partition">The partition that holds the trade.</param>
    /// <param name="offset">The trade's offset in it; -1 when the broker did not say.</param>
    void Acknowledged(
        string key, long tradeSequence, string tradeId, long exchangeTimeUnixMs, long completeUpTo, int partition, long offset);
}
