namespace MarketData.ClickHouse;

/// <summary>What became of a batch; every event of it is one or the other.</summary>
/// <param name="Inserted">Events that ClickHouse acknowledged.</param>
/// <param name="Rejected">Events that were handed to the reject callback.</param>
public readonly record struct WriteResult(int Inserted, int Rejected);
