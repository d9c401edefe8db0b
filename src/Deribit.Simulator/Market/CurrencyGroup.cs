namespace Deribit.Simulator.Market;

/// <summary>What the instruments of one currency share: the counter of change ids, the counter of trade ids and index prices.</summary>
internal sealed class CurrencyGroup(string currency, long firstChangeId)
{
    public long LastChangeId { get; set; } = firstChangeId;

    public long LastTradeNumber { get; set; } = 2_000_000 + (firstChangeId % 1000);

    /// <summary>Trade ids are plain digits for BTC and prefixed elsewhere.</summary>
    public string TradeIdPrefix { get; } = currency == "BTC" ? "" : currency + "-";
}
