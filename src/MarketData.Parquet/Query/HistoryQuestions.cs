using DuckDB.NET.Data;
using MarketData.History;
using MarketData.History.Rows;
using MarketData.Parquet.Files;

namespace MarketData.Parquet.Query;

/// <summary>
/// Questions to the files. Comes in: SQL over the views <c>trades</c>, <c>tickers</c>, <c>book_updates</c>, <c>book_snapshots</c>,
/// <c>integrity</c>, <c>exchange_candles</c>, <c>funding_rates</c> and <c>volatility_index</c>, each of which shows every record once.
/// Goes out: rows of texts. Owns: a DuckDB in memory. One thread.
/// </summary>
public sealed class HistoryQuestions : IHistoryQuestions
{
    private const string Memory = "1GB";

    private readonly Duck _duck;

    /// <summary>Opens the history.</summary>
    /// <param name="directory">The directory that <see cref="ParquetHistory"/> writes; it is only read.</param>
    /// <exception cref="HistoryError">The files cannot be read.</exception>
    /// <exception cref="ConfigurationError">That cannot be the name of a directory.</exception>
    public HistoryQuestions(string directory)
    {
        if (ParquetOptions.FaultOf(directory) is { } fault)
            throw new ConfigurationError([$"The directory of the history {fault}"]);
        _duck = new Duck(Environment.ProcessorCount, Memory);
        var files = new HistoryDirectory(directory);
        try
        {
            foreach (var layout in HistoryLayout.All)
                _duck.Run(View(layout, files));
        }
        catch (Exception exception) when (exception is DuckDBException or IOException or UnauthorizedAccessException)
        {
            _duck.Dispose();
            throw new HistoryError("parquet", $"The history in {files.Root} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Asks.</summary>
    /// <param name="sql">One question.</param>
    /// <param name="columns">The names of the columns.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    /// <returns>The rows as they are read: a text per column, null for no value. Exact numbers have all their digits.</returns>
    /// <exception cref="HistoryError">DuckDB cannot answer; its sentence says why.</exception>
    public IEnumerable<string?[]> Ask(string sql, out IReadOnlyList<string> columns, CancellationToken cancellationToken)
    {
        // The driver's own types cannot hold all of DuckDB's.
        var answer = Open($"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM ({Inner(sql)}\n)", cancellationToken);
        columns = [.. Enumerable.Range(0, answer.Rows.FieldCount).Select(answer.Rows.GetName)];
        return Read(
            answer, row => Enumerable.Range(0, row.FieldCount).Select(index => row.IsDBNull(index) ? null : row.GetString(index)).ToArray(), cancellationToken);
    }

    /// <summary>Asks, and gives each row as a JSON object; numbers are numbers, with all their digits.</summary>
    /// <param name="sql">One question.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    /// <exception cref="HistoryError">DuckDB cannot answer; its sentence says why.</exception>
    public IEnumerable<string> AskForJson(string sql, CancellationToken cancellationToken) =>
        Ask($"SELECT to_json(answer) FROM ({Inner(sql)}\n) AS answer", out _, cancellationToken).Select(row => row[0]!);

    /// <inheritdoc/>
    Task<HistoryAnswer> IHistoryQuestions.AskAsync(string sql, CancellationToken cancellationToken)
    {
        var rows = Ask(sql, out var columns, cancellationToken);
        return Task.FromResult(new HistoryAnswer(columns, rows.ToAsyncEnumerable()));
    }

    /// <inheritdoc/>
    IAsyncEnumerable<string> IHistoryQuestions.AskForJsonAsync(string sql, CancellationToken cancellationToken) =>
        AskForJson(sql, cancellationToken).ToAsyncEnumerable();

    /// <summary>Closes it.</summary>
    public void Dispose() => _duck.Dispose();

    // A comment at its end must not swallow what follows: hence the line ends.
    private static string Inner(string sql) => sql.TrimEnd().TrimEnd(';');

    /// <summary>Asks for values of the driver's types.</summary>
    internal IEnumerable<T> Read<T>(string sql, Func<DuckDBDataReader, T> read, CancellationToken cancellationToken) =>
        Read(Open(sql, cancellationToken), read, cancellationToken);

    /// <summary>Runs a statement that is no question.</summary>
    internal void Run(string statement, CancellationToken cancellationToken)
    {
        var answer = Open(statement, cancellationToken);
        using (answer.Command)
        using (answer.Rows)
        using (answer.Stop)
            Next(answer.Rows, cancellationToken);
    }

    private (DuckDBCommand Command, DuckDBDataReader Rows, CancellationTokenRegistration Stop) Open(string sql, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var command = _duck.Connection.CreateCommand();
        command.CommandText = sql;
        command.UseStreamingMode = true;
        var stop = cancellationToken.Register(command.Cancel);
        try
        {
            return (command, command.ExecuteReader(), stop);
        }
        catch (DuckDBException exception)
        {
            stop.Dispose();
            command.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw new HistoryError("parquet", exception.Message, exception);
        }
    }

    private static IEnumerable<T> Read<T>(
        (DuckDBCommand Command, DuckDBDataReader Rows, CancellationTokenRegistration Stop) answer, Func<DuckDBDataReader, T> read,
        CancellationToken cancellationToken)
    {
        using (answer.Command)
        using (answer.Rows)
        using (answer.Stop)
        {
            while (Next(answer.Rows, cancellationToken))
                yield return read(answer.Rows);
        }
    }

    private static bool Next(DuckDBDataReader rows, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            return rows.Read();
        }
        catch (DuckDBException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new HistoryError("parquet", $"The answer ends here, incomplete: {exception.Message}", exception);
        }
    }

    // A row may be in two files after a crash: of rows that are equal in what they are known by, one counts.
    private static string View(HistoryLayout layout, HistoryDirectory files)
    {
        if (!files.Holds(layout.Table))
        {
            var columns = layout.Columns.Select(column => $"NULL::{DuckType.Of(column)} AS {column.Name}");
            return $"CREATE VIEW {layout.Name} AS SELECT {string.Join(", ", columns)}, NULL::DATE AS date WHERE false";
        }
        var names = string.Join(", ", layout.Columns.Select(column => column.Name));
        return $"CREATE VIEW {layout.Name} AS SELECT {names}, date FROM read_parquet({Duck.Text(files.Pattern(layout.Table))}, "
            + "hive_partitioning = true, hive_types = {'exchange': VARCHAR, 'date': DATE}) "
            + $"QUALIFY row_number() OVER (PARTITION BY date, {string.Join(", ", layout.KnownBy)} "
            + $"ORDER BY {(layout.LastCounts ? "received_at DESC" : "received_at, epoch")}) = 1";
    }
}
