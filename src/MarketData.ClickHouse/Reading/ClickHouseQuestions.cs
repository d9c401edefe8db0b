using System.Runtime.CompilerServices;
using System.Text.Json;
using ClickHouse.Driver;
using MarketData.ClickHouse.Writing;
using MarketData.History;

namespace MarketData.ClickHouse.Reading;

/// <summary>
/// Questions to ClickHouse. Comes in: SQL over the tables and views of the database, each of which shows every event once: <c>FINAL</c> goes without
/// saying. Goes out: rows. Owns: the connections. A question may take a day, changes nothing, and needs the right to read what it names, no other.
/// </summary>
public sealed class ClickHouseQuestions : IHistoryQuestions
{
    private const int UnknownTable = 60;
    private const int UnknownDatabase = 81;

    // Of an answer that is made as a whole before it comes; the driver takes no endless one.
    private static readonly TimeSpan _patience = TimeSpan.FromDays(1);

    // Numbers as numbers with all their digits, and of NaN and infinity the word, whatever the server's profile says.
    private static readonly Dictionary<string, object> _settings = new(Statements.Durable)
    {
        ["final"] = 1,
        ["output_format_json_quote_64bit_integers"] = 0,
        ["output_format_json_quote_64bit_floats"] = 0,
        ["output_format_json_quote_decimals"] = 0,
        ["output_format_json_quote_denormals"] = 1,
        ["output_format_json_escape_forward_slashes"] = 0,
        ["output_format_json_validate_utf8"] = 1,
        ["output_format_json_named_tuples_as_objects"] = 1,
        ["date_time_output_format"] = "simple",
    };

    private readonly ClickHouseOptions _options;
    private readonly ClickHouseClient _client;

    /// <summary>Creates it; nothing is sent before the first question.</summary>
    /// <param name="options">Where ClickHouse is.</param>
    /// <exception cref="ConfigurationError">The options have faults; all are listed.</exception>
    public ClickHouseQuestions(ClickHouseOptions options)
    {
        _options = options;
        _client = ClientFactory.Create(options, _patience);
    }

    /// <inheritdoc/>
    public async Task<HistoryAnswer> AskAsync(string sql, CancellationToken cancellationToken)
    {
        // ["name","price"], and then a row a line.
        var lines = LinesAsync(sql, "JSONCompactEachRowWithNames", cancellationToken).GetAsyncEnumerator(cancellationToken);
        try
        {
            if (await lines.MoveNextAsync())
                return new HistoryAnswer([.. Cells(lines.Current).Select(name => name ?? "")], RestAsync(lines));
            throw new HistoryError("clickhouse", $"ClickHouse at {_options.Url} gave no answer: not even the names of the columns. Is it a ClickHouse?");
        }
        catch
        {
            await lines.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<string> AskForJsonAsync(string sql, CancellationToken cancellationToken) => LinesAsync(sql, "JSONEachRow", cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async IAsyncEnumerable<string?[]> RestAsync(IAsyncEnumerator<string> lines)
    {
        await using (lines)
        {
            while (await lines.MoveNextAsync())
                yield return Cells(lines.Current);
        }
    }

    private async IAsyncEnumerable<string> LinesAsync(string sql, string format, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Within brackets it can be a question only. A comment at its end must not swallow what follows: hence the line ends. The whole answer is
        // made before any of it comes: else a failure in its middle would look like its end.
        var question = $"SELECT * FROM (\n{sql.TrimEnd().TrimEnd(';')}\n) FORMAT {format}";
        using var answer = await InWordsAsync(() => _client.ExecuteRawResultAsync(
            question, options: new QueryOptions { CustomSettings = new Dictionary<string, object>(_settings) }, cancellationToken: cancellationToken));
        using var reader = new StreamReader(await InWordsAsync(() => answer.ReadDecompressedStreamAsync()));
        while (await InWordsAsync(() => reader.ReadLineAsync(cancellationToken).AsTask()) is { } line)
            yield return line;
    }

    private async Task<T> InWordsAsync<T>(Func<Task<T>> step)
    {
        try
        {
            return await step();
        }
        catch (ClickHouseServerException exception) when (Failure.CodeOf(exception) is > 0 and var code && !Failure.IsDenied(code))
        {
            var hint = code is UnknownTable or UnknownDatabase ? $" Tables are there after an archiver has run with the database {_options.Database}." : "";
            throw new HistoryError("clickhouse", $"{Failure.Short(exception)}{hint}", exception);
        }
        catch (Exception exception) when (Failure.Of(exception, _options) is { Kind: not FailureKind.Other } failure)
        {
            throw new HistoryError("clickhouse", $"The history cannot be read. {failure.Sentence}", exception);
        }
    }

    private string?[] Cells(string line)
    {
        try
        {
            using var row = JsonDocument.Parse(line);
            return [.. row.RootElement.EnumerateArray().Select(Text)];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new HistoryError("clickhouse", $"ClickHouse at {_options.Url} answered '{line}', which is no row. Is it a ClickHouse?", exception);
        }
    }

    private static string? Text(JsonElement cell) => cell.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => cell.GetString(),
        _ => cell.GetRawText(),
    };
}
