using System.Runtime.CompilerServices;
using System.Text.Json;
using ClickHouse.Driver;
using MarketData.ClickHouse.Schema;
using Polly;
using Polly.Timeout;

namespace MarketData.ClickHouse.Writing;

/// <summary>
/// Statements and questions, each with a time-out of its own that also ends a read of an answer. Any thread.
/// </summary>
internal sealed class Statements(ClickHouseClient client, ClickHouseOptions options, TimeProvider timeProvider)
{
    private readonly ResiliencePipeline _timeout =
        new ResiliencePipelineBuilder { TimeProvider = timeProvider }.AddTimeout(options.InsertTimeout).Build();

    /// <summary>
    /// What makes an answer mean that it is done, whatever the server's profile says: no insert that waits in memory, and no success in the
    /// headers of an answer that ends with a failure.
    /// </summary>
    public static IReadOnlyDictionary<string, object> Durable { get; } = new Dictionary<string, object>
    {
        ["async_insert"] = 0,
        ["wait_end_of_query"] = 1,
        ["send_progress_in_http_headers"] = 0,
    };

    /// <summary>Runs a statement.</summary>
    public async Task RunAsync(string statement, string database, CancellationToken cancellationToken) => await _timeout.ExecuteAsync(
        async token => await client.ExecuteNonQueryAsync(statement, options: new QueryOptions { Database = database }, cancellationToken: token),
        cancellationToken);

    /// <summary>Inserts one row.</summary>
    public async Task InsertAsync(
        string table, string[] columns, IReadOnlyDictionary<string, string> types, object[] row, CancellationToken cancellationToken) =>
        await _timeout.ExecuteAsync(
            async token => await client.InsertBinaryAsync(
                table, columns, [row], new InsertOptions { ColumnTypes = types, CustomSettings = new Dictionary<string, object>(Durable) }, token),
            cancellationToken);

    /// <summary>Asks, and gives the rows as texts.</summary>
    /// <param name="question">The question.</param>
    /// <param name="columns">How many columns the rows have.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="database">The database of tables without one; null: the client's, which must exist.</param>
    /// <exception cref="IOException">What came is not an answer of ClickHouse: rows with that many columns.</exception>
    public async Task<List<string[]>> ReadAsync(string question, int columns, CancellationToken cancellationToken, string? database = null)
    {
        // ["name","type"], a row a line. Read from the stream, because the driver's own reader cannot be interrupted.
        return await _timeout.ExecuteAsync(
            async token =>
            {
                using var answer = await client.ExecuteRawResultAsync(
                    $"{question} FORMAT JSONCompactStringsEachRow", options: new QueryOptions { Database = database }, cancellationToken: token);
                using var reader = new StreamReader(await answer.ReadDecompressedStreamAsync());
                var rows = new List<string[]>();
                while (await reader.ReadLineAsync(token) is { } line)
                    rows.Add(Parse(line, columns));
                return rows;
            },
            cancellationToken);
    }

    /// <summary>
    /// Asks, and gives the rows as texts while they come: in memory is one of them. The time-out counts for each row anew, from when it is
    /// asked for.
    /// </summary>
    /// <exception cref="IOException">What came is not an answer of ClickHouse: rows with that many columns.</exception>
    /// <exception cref="TimeoutRejectedException">Nothing came in time.</exception>
    public async IAsyncEnumerable<string[]> StreamAsync(
        string question, int columns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.InsertTimeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var answer = await InTimeAsync(
            () => client.ExecuteRawResultAsync($"{question} FORMAT JSONCompactStringsEachRow", cancellationToken: either.Token));
        using var reader = new StreamReader(await InTimeAsync(() => answer.ReadDecompressedStreamAsync()));
        while (true)
        {
            limit.CancelAfter(options.InsertTimeout);
            if (await InTimeAsync(() => reader.ReadLineAsync(either.Token).AsTask()) is not { } line) yield break;
            yield return Parse(line, columns);
        }

        async Task<T> InTimeAsync<T>(Func<Task<T>> step)
        {
            try
            {
                return await step();
            }
            catch (OperationCanceledException exception) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutRejectedException("Nothing came in time.", options.InsertTimeout, exception);
            }
        }
    }

    /// <summary>Asks for the tables and views of a database, by name.</summary>
    /// <param name="database">Its name, which was checked to be an identifier.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Dictionary<string, StoredTable>> ReadTablesAsync(string database, CancellationToken cancellationToken) => StoredTable.Parse(
        await ReadAsync($"SELECT {StoredTable.Columns} FROM system.tables WHERE database = '{database}'", StoredTable.ColumnCount, cancellationToken));

    /// <summary>Asks, in one question, for the types of a table's columns and the definitions of views, each by name.</summary>
    /// <param name="database">Its database's name, which was checked to be an identifier.</param>
    /// <param name="table">Its name, which is the code's own.</param>
    /// <param name="views">The views' names, which are the code's own; one that is not there is not among the answers.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<(Dictionary<string, string> Columns, Dictionary<string, string> Views)> ReadShapeAsync(
        string database, string table, IReadOnlyList<string> views, CancellationToken cancellationToken)
    {
        var question = $"SELECT 'column' AS what, name, type FROM system.columns WHERE database = '{database}' AND table = '{table}'";
        if (views.Count > 0)
        {
            question += $" UNION ALL SELECT 'view' AS what, name, create_table_query FROM system.tables WHERE database = '{database}' "
                + $"AND name IN ('{string.Join("', '", views)}')";
        }

        var rows = await ReadAsync(question, 3, cancellationToken);
        return (Of("column"), Of("view"));

        Dictionary<string, string> Of(string what) => rows.Where(row => row[0] == what).ToDictionary(row => row[1], row => row[2], StringComparer.Ordinal);
    }

    private static string[] Parse(string line, int columns)
    {
        try
        {
            if (JsonSerializer.Deserialize<string[]>(line) is { } row && row.Length == columns) return row;
        }
        catch (JsonException)
        {
            // Said below, with what came.
        }

        throw new IOException($"It answered '{line}', which is no row of {columns} columns.");
    }
}
