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

    /// <summary>
    /// Says which instruments are gone, again and again, so that the store need not keep for ever where their tapes ended. It gives up what was
    /// gone every time for long enough. The default keeps everything.
    /// </summary>
    /// <param name="isGone">Whether an instrument's key is one of this exchange's that it lists no more and that nothing collects.</param>
    void NoteGone(Func<string, bool> isGone)
    {
    }

    /// <summary>Finds the last trade that is durable (acknowledged by Kafka, or in this process's spill log) of each instrument.</summary>
    /// <param name="keys">The instruments' keys, <c>deribit.BTC-PERPETUAL</c>.</param>
    /// <param name="cancellationToken">Gives up; while the store is away, the call waits.</param>
    /// <returns>One entry for each key that has a position; keys without any are left out.</returns>
    /// <exception cref="SinkError">The store refuses in a way that waiting does not cure.</exception>
    Task<IReadOnlyDictionary<string, TradePosition>> LoadAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken);
}
