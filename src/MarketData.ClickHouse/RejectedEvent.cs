namespace MarketData.ClickHouse;

/// <summary>An event that is not in the history and will not be by repeating it.</summary>
/// <param name="Table">The table that it was for.</param>
/// <param name="Index">Its place in the batch that was written, from 0.</param>
/// <param name="Event">The event.</param>
/// <param name="Reason">A reason code and a sentence: <c>value_out_of_range: ..</c> or <c>refused_by_clickhouse: ..</c>.</param>
public sealed record RejectedEvent(HistoryTable Table, int Index, MarketDataEvent Event, string Reason);
