namespace MarketData.Trades;

/// <summary>Where the trade tapes of earlier runs, or of other replicas, ended. Comes in: keys. Goes out: positions. Any thread.</summary>
public interface ITradePositions
{
    /// <summary>
    /// The position that this process's own disk knows, at once and while the store is away. Nothing newer of the instrument can be in the
    /// store, unless another process has collected it meanwhile.
    /// </summary>
    /// <param name="key">The instrument's key.</param>
    /// <returns>The position; null when the disk has none.</returns>
    TradePosition? Kept(string key) => null;

    /// <summary>Finds the last trade that is durable (acknowledged by Kafka, or in this process's spill log) of each instrument.</summary>
    /// <param name="keys">The instruments' keys, <c>deribit.BTC-PERPETUAL</c>.</param>
    /// <param name="cancellationToken">Gives up; while the store is away, the call waits.</param>
    /// <returns>One entry for each key that has a position; keys without any are left out.</returns>
    /// <exception cref="SinkError">The store refuses in a way that waiting does not cure.</exception>
    Task<IReadOnlyDictionary<string, TradePosition>> LoadAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken);
}
