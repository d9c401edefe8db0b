namespace MarketData.ClickHouse.Rows;

/// <summary>A column as the code writes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, word for word as <c>system.columns</c> says it.</param>
internal sealed record Column(string Name, string Type)
{
    /// <summary>
    /// The type that the driver encodes. A time goes as the number of its units, which are the same bytes: the driver's own times end at
    /// 100 ns.
    /// </summary>
    public string WireType { get; } = Type switch
    {
        ColumnType.Milliseconds or ColumnType.Nanoseconds => "Int64",
        $"Nullable({ColumnType.Milliseconds})" or $"Nullable({ColumnType.Nanoseconds})" => "Nullable(Int64)",
        _ => Type,
    };
}
