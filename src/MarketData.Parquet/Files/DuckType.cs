using MarketData.History.Rows;

namespace MarketData.Parquet.Files;

/// <summary>How DuckDB holds the columns of the history.</summary>
internal static class DuckType
{
    private const string Exact = "DECIMAL(38, 18)";

    /// <summary>The type in a file and in a view. Times have no zone: they are UTC.</summary>
    public static string Of(HistoryColumn column) => column.Kind switch
    {
        HistoryColumnKind.Name or HistoryColumnKind.Text => "VARCHAR",
        HistoryColumnKind.Whole => "BIGINT",
        HistoryColumnKind.Exact => Exact,
        HistoryColumnKind.Computed => "DOUBLE",
        HistoryColumnKind.Milliseconds => "TIMESTAMP",
        HistoryColumnKind.Nanoseconds => "TIMESTAMP_NS",
        HistoryColumnKind.Names or HistoryColumnKind.Texts => "VARCHAR[]",
        HistoryColumnKind.Wholes => "BIGINT[]",
        HistoryColumnKind.Exacts => Exact + "[]",
        _ => throw new ArgumentOutOfRangeException(nameof(column), column.Kind, "DuckDB has no such column."),
    };

    /// <summary>The type while a batch is put together: times are numbers, because the driver's own end at 100 ns.</summary>
    public static string Raw(HistoryColumn column) => column.LastTime is null ? Of(column) : "BIGINT";

    /// <summary>Makes the one from the other.</summary>
    public static string FromRaw(HistoryColumn column) => column.Kind switch
    {
        HistoryColumnKind.Milliseconds => $"epoch_ms({column.Name}) AS {column.Name}",
        HistoryColumnKind.Nanoseconds => $"make_timestamp_ns({column.Name}) AS {column.Name}",
        _ => column.Name,
    };
}
