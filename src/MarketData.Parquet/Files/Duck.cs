using DuckDB.NET.Data;

namespace MarketData.Parquet.Files;

/// <summary>A DuckDB in memory, with little of it: what does not fit goes to disk. One statement at a time.</summary>
internal sealed class Duck : IDisposable
{
    private readonly DuckDBConnection _connection = new("DataSource=:memory:");

    /// <summary>Opens it.</summary>
    /// <param name="temporary">A directory for what does not fit into memory.</param>
    /// <param name="threads">So many at most.</param>
    /// <param name="memory">As DuckDB writes it: <c>512MB</c>.</param>
    public Duck(string temporary, int threads, string memory)
    {
        _connection.Open();
        Run($"SET threads = {threads}; SET memory_limit = '{memory}'; SET temp_directory = {Text(temporary)}; SET TimeZone = 'UTC'");
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
