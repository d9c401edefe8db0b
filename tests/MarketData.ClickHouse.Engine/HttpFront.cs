using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace MarketData.ClickHouse.Engine;

/// <summary>
/// As much of ClickHouse's HTTP interface as ClickHouse.Driver needs: a statement in the body or in <c>query</c>, settings in the address,
/// <c>INSERT .. FORMAT x</c> followed by data, errors with their code.
/// </summary>
internal sealed partial class HttpFront(ConnectionPool pool)
{
    // Of the address, what is no setting of the engine.
    private static readonly HashSet<string> _notSettings =
        ["query", "database", "default_format", "query_id", "session_id", "user", "password", "enable_http_compression", "wait_end_of_query", "role"];

    // An INSERT's statement is shorter than this.
    private const int LongestStatement = 16 * 1024;

    public async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var query = request.Query;
        var body = await ReadBodyAsync(request);
        var (statement, data) = Split(query["query"].ToString(), body);
        var settings = query.Where(item => !_notSettings.Contains(item.Key))
            .Select(item => KeyValuePair.Create(item.Key, item.Value.ToString())).ToList();
        var database = query["database"].ToString() is { Length: > 0 } name ? name : "default";
        var format = query["default_format"].ToString() is { Length: > 0 } wanted ? wanted : "TabSeparated";
        try
        {
            // Not cancelled with the request: like a server's, a statement that runs ends although nobody waits for it.
            var result = await pool.UseAsync(
                connection =>
                {
                    connection.Prepare(database, settings);
                    return data is { } rows ? Insert(connection, statement, rows, format) : connection.Run(statement, format);
                },
                CancellationToken.None);
            context.Response.Headers["X-ClickHouse-Format"] = format;
            context.Response.Headers["X-ClickHouse-Timezone"] = "UTC";
            await context.Response.Body.WriteAsync(result, context.RequestAborted);
        }
        catch (EngineException exception)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            context.Response.Headers["X-ClickHouse-Exception-Code"] = exception.Code.ToString(CultureInfo.InvariantCulture);
            await context.Response.WriteAsync(exception.Message, context.RequestAborted);
        }
    }

    // The library cuts data in a statement at a line end; from a file it takes any bytes.
    private static byte[] Insert(Connection connection, string statement, ReadOnlyMemory<byte> rows, string format)
    {
        if (rows.IsEmpty) return [];
        var insert = InsertStatement().Match(statement);
        var file = Path.Combine(Path.GetTempPath(), $"marketdata-engine-{Guid.NewGuid():N}");
        try
        {
            File.WriteAllBytes(file, rows.Span);
            return connection.Run($"{insert.Groups["head"].Value} FROM INFILE '{file}' FORMAT {insert.Groups["format"].Value}", format);
        }
        finally
        {
            File.Delete(file);
        }
    }

    // What is no INSERT has no data; the statement of an INSERT ends after its format.
    private static (string Statement, ReadOnlyMemory<byte>? Data) Split(string inAddress, ReadOnlyMemory<byte> body)
    {
        if (inAddress.Length > 0 && InsertStatement().IsMatch(inAddress))
            return (inAddress, body);
        var insert = InsertStatement().Match(Encoding.Latin1.GetString(body.Span[..Math.Min(body.Length, LongestStatement)]));
        if (inAddress.Length == 0 && insert.Success)
            return (insert.Value, body[insert.Length..]);
        return (inAddress + Encoding.UTF8.GetString(body.Span), null);
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpRequest request)
    {
        var body = new MemoryStream();
        await using var plain = request.Headers.ContentEncoding.ToString() switch
        {
            "gzip" => new GZipStream(request.Body, CompressionMode.Decompress),
            "zstd" => new ZstdSharp.DecompressionStream(request.Body),
            "" => request.Body,
            var other => throw new NotSupportedException($"The engine takes gzip and zstd, not {other}."),
        };
        await plain.CopyToAsync(body, request.HttpContext.RequestAborted);
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    [GeneratedRegex(@"^\s*(?<head>INSERT\s+INTO\s.+?)\s+FORMAT\s+(?<format>\w+)\s*?(?:\r?\n|\s|$)", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex InsertStatement();
}
