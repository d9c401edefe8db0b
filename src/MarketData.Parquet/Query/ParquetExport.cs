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
    private const long MsPerDay = 86_400_000;

    private readonly HistoryQuestions _questions = new(directory);

    /// <inheritdoc/>
    public Task<long> WriteAsync(HistoryExtract extract, string file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(extract);
        var copy = $"COPY ({Question(extract)}) TO {Duck.Text(file)} "
            + (extract.IsCsv ? "(FORMAT csv, HEADER true)" : "(FORMAT parquet, COMPRESSION zstd)");
        var written = extract.IsCsv ? $"read_csv({Duck.Text(file)}, header = true, all_varchar = true, parallel = false)" : $"read_parquet({Duck.Text(file)})";
        // DuckDB works on the thread that asks it, and does not say what it has written: that is looked at.
        return Task.Run(
            () =>
            {
                _questions.Run(copy, cancellationToken);
                return _questions.Read($"SELECT count(*) FROM {written}", row => row.GetInt64(0), cancellationToken).Single();
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _questions.Dispose();

    // The days leave out whole directories, the moments are exact.
    private static string Question(HistoryExtract extract)
    {
        var layout = HistoryLayout.All[(int)extract.Table];
        var time = layout.Day.Count == 1 ? layout.Day[0] : $"coalesce({string.Join(", ", layout.Day)})";
        var whose = extract.Instrument is { } instrument
            ? $" AND exchange = {Duck.Text(instrument.Exchange)} AND instrument_name = {Duck.Text(instrument.Name)}" : "";
        return $"SELECT {string.Join(", ", layout.Columns.Select(column => Value(column, extract.IsCsv)))} FROM {layout.Name} WHERE date BETWEEN {Day(extract.FromUnixMs)} AND {Day(extract.UntilUnixMs)} "
            + $"AND {time} >= {Moment(extract.FromUnixMs)} AND {time} < {Moment(extract.UntilUnixMs)}{whose} "
            + $"ORDER BY {string.Join(", ", layout.KnownBy)}";
    }

    // A text says its zone itself.
    private static string Value(HistoryColumn column, bool isText) => isText && (column.Kind is HistoryColumnKind.Milliseconds or HistoryColumnKind.Nanoseconds)
        ? $"replace(CAST({column.Name} AS VARCHAR), ' ', 'T') || 'Z' AS {column.Name}"
        : column.Name;

    private static string Moment(long unixMs) => $"make_timestamp_ns({unixMs} * 1000000)";

    private static string Day(long unixMs) => $"(DATE '1970-01-01' + {unixMs / MsPerDay})";
}
