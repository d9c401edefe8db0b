using MarketData.History;
using MarketData.History.Rows;
using MarketData.Parquet.Files;

namespace MarketData.Parquet.Query;

/// <summary>Writes parts of the history in files to a file. Owns: a DuckDB in memory. One at a time.</summary>
/// <param name="directory">The directory that <see cref="ParquetHistory"/> writes.</param>
/// <exception cref="HistoryError">The files cannot be read.</exception>
/// <exception cref="ConfigurationError">That cannot be the name of a directory.</exception>
public sealed class ParquetExport(string directory) : IHistoryExport
{
    private readonly HistoryQuestions _questions = new(directory);

    /// <inheritdoc/>
    public Task WriteAsync(HistoryExtract extract, string file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(extract);
        var copy = $"COPY ({Question(extract)}) TO {Duck.Text(file)} "
            + (extract.IsCsv ? "(FORMAT csv, HEADER true)" : "(FORMAT parquet, COMPRESSION zstd)");
        // DuckDB works on the thread that asks it.
        return Task.Run(() => _questions.Run(copy, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _questions.Dispose();

    // The days leave out whole directories, the moments are exact.
    private static string Question(HistoryExtract extract)
    {
        var layout = HistoryLayout.All[(int)extract.Table];
        var time = layout.Day.Count == 1 ? layout.Day[0] : $"coalesce({string.Join(", ", layout.Day)})";
        var whose = extract.Instrument is { } instrument ? $" AND {Sql.Whose(instrument)}" : "";
        var columns = layout.Columns.Select(column => Value(column, extract.IsCsv));
        var order = layout.KnownBy.Select(column => $"{layout.Name}.{column}");
        return $"SELECT {string.Join(", ", columns)} FROM {layout.Name} WHERE {Sql.Days(extract.FromUnixNs, extract.UntilUnixNs)} "
            + $"AND {time} >= {Sql.Nanos(extract.FromUnixNs)} AND {time} < {Sql.Nanos(extract.UntilUnixNs)}{whose} ORDER BY {string.Join(", ", order)}";
    }

    // A text says its zone itself; it has the column's name, so that the order names the view's.
    private static string Value(HistoryColumn column, bool isText) => isText && (column.Kind is HistoryColumnKind.Milliseconds or HistoryColumnKind.Nanoseconds)
        ? $"replace(CAST({column.Name} AS VARCHAR), ' ', 'T') || 'Z' AS {column.Name}"
        : column.Name;
}
