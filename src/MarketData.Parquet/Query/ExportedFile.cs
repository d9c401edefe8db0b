using DuckDB.NET.Data;
using MarketData.Parquet.Files;

namespace MarketData.Parquet.Query;

/// <summary>Looks at a file that an export wrote.</summary>
public static class ExportedFile
{
    private const string Memory = "512MB";

    /// <summary>How many rows it has.</summary>
    /// <param name="file">The file; its name has none of <c>*?[]{}</c>, which mean several.</param>
    /// <param name="isCsv">Whether it is CSV, else Parquet.</param>
    /// <exception cref="HistoryError">It is not such a file.</exception>
    public static long CountRows(string file, bool isCsv)
    {
        const string Dialect = "header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"', parallel = false";
        using var duck = new Duck(1, Memory);
        using var command = duck.Connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {(isCsv ? $"read_csv({Duck.Text(file)}, {Dialect})" : $"read_parquet({Duck.Text(file)})")}";
        try
        {
            return (long)command.ExecuteScalar()!;
        }
        catch (DuckDBException exception)
        {
            throw new HistoryError("parquet", $"{file} cannot be read again: {exception.Message}", exception);
        }
    }
}
