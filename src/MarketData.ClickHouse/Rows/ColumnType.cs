using MarketData.History.Rows;

namespace MarketData.ClickHouse.Rows;

/// <summary>The types of columns, as <c>system.columns</c> says them.</summary>
internal static class ColumnType
{
    public const string Milliseconds = "DateTime64(3, 'UTC')";
    public const string Nanoseconds = "DateTime64(9, 'UTC')";
    public const string Decimal = "Decimal(38, 18)";
    public const string Decimals = $"Array({Decimal})";
    public const string Name = "LowCardinality(String)";
    public const string OptionalName = "LowCardinality(Nullable(String))";

    /// <summary>The type of a column of the history.</summary>
    public static string Of(HistoryColumn column) => column.Kind switch
    {
        HistoryColumnKind.Name => column.IsOptional ? OptionalName : Name,
        HistoryColumnKind.Text => Optional("String", column),
        HistoryColumnKind.Whole => Optional("Int64", column),
        HistoryColumnKind.Exact => Optional(Decimal, column),
        HistoryColumnKind.Computed => Optional("Float64", column),
        HistoryColumnKind.Milliseconds => Optional(Milliseconds, column),
        HistoryColumnKind.Nanoseconds => Optional(Nanoseconds, column),
        HistoryColumnKind.Names => $"Array({Name})",
        HistoryColumnKind.Texts => "Array(String)",
        HistoryColumnKind.Wholes => "Array(Nullable(Int64))",
        HistoryColumnKind.Exacts => Decimals,
        _ => throw new ArgumentOutOfRangeException(nameof(column), column.Kind, "ClickHouse has no such column."),
    };

    private static string Optional(string type, HistoryColumn column) => column.IsOptional ? $"Nullable({type})" : type;
}
