using DuckDB.NET.Data;

namespace MarketData.Parquet.Files;

/// <summary>
/// A DuckDB in memory. Comes in: statements, one at a time. Goes out: what they do. Owns: the connection and a directory of its own for what
/// does not fit into memory: two that share one would overwrite each other's.
/// </summary>
internal sealed class Duck : IDisposable
{
    private readonly DuckDBConnection _connection = new("DataSource=:memory:");

    /// <summary>Opens it.</summary>
    /// <param name="threads">So many at most.</param>
    /// <param name="memory">As DuckDB writes it: <c>512MB</c>.</param>
    public Duck(int threads, string memory)
    {
        // Made and taken away by DuckDB, when it needs one.
        var temporary = Path.Combine(Path.GetTempPath(), $"marketdata-duckdb-{Guid.NewGuid():N}");
        try
        {
            _connection.Open();
            Run($"SET threads = {threads}; SET memory_limit = '{memory}'; SET temp_directory = {Text(temporary)}; SET TimeZone = 'UTC'");
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    public DuckDBConnection Connection => _connection;

    /// <summary>A text as SQL writes it.</summary>
    public static string Text(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>Runs statements.</summary>
    /// <exception cref="DuckDBException">One failed.</exception>
    public void Run(string statements)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = statements;
        command.ExecuteNonQuery();
    }

    public void Dispose() => _connection.Dispose();
}
