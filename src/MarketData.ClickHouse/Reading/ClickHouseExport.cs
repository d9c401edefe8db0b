using ClickHouse.Driver;
using MarketData.ClickHouse.Writing;
using MarketData.History;
using MarketData.History.Rows;

namespace MarketData.ClickHouse.Reading;

/// <summary>
/// Writes parts of the history in ClickHouse to a file, in the form that ClickHouse itself writes. Owns: the connections. A question may take a day.
/// Needs the right to read the tables, no other.
/// </summary>
public sealed class ClickHouseExport : IHistoryExport
{
    // Of an answer that is made as a whole before it comes; the driver takes no endless one.
    private static readonly TimeSpan _patience = TimeSpan.FromDays(1);

    private readonly ClickHouseOptions _options;
    private readonly ClickHouseClient _client;

    /// <summary>Creates it; nothing is sent before the first question.</summary>
    /// <param name="options">Where ClickHouse is.</param>
    /// <exception cref="ConfigurationError">The options have faults; all are listed.</exception>
    public ClickHouseExport(ClickHouseOptions options)
    {
        _options = options;
        _client = ClientFactory.Create(options, _patience);
    }

    /// <inheritdoc/>
    public async Task WriteAsync(HistoryExtract extract, string file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(extract);
        // A file that cannot be written is no fault of ClickHouse.
        await using var output = File.Create(file);
        // The whole answer is made before any of it comes: else a failure in its middle would look like its end.
        using var answer = await AskAsync(() => _client.ExecuteRawResultAsync(
            Question(extract), options: new QueryOptions { CustomSettings = new Dictionary<string, object>(Statements.Durable) }, cancellationToken: cancellationToken));
        await using var rows = await AskAsync(() => answer.ReadDecompressedStreamAsync());
        var buffer = new byte[1 << 16];
        while (await AskAsync(() => rows.ReadAsync(buffer, cancellationToken).AsTask()) is > 0 and var read)
            await output.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private Task<T> AskAsync<T>(Func<Task<T>> step) => Asking.RunAsync(step, _options);

    private static string Question(HistoryExtract extract)
    {
        var layout = HistoryLayout.All[(int)extract.Table];
        return $"SELECT {string.Join(", ", layout.Columns.Select(column => column.Name))} {From(extract)} ORDER BY {string.Join(", ", layout.KnownBy)} "
            + (extract.IsCsv
                ? "FORMAT CSVWithNames SETTINGS date_time_output_format = 'iso', format_csv_null_representation = ''"
                : "FORMAT Parquet SETTINGS output_format_parquet_compression_method = 'zstd', output_format_parquet_string_as_string = 1");
    }

    private static string From(HistoryExtract extract)
    {
        var layout = HistoryLayout.All[(int)extract.Table];
        var time = layout.Day.Count == 1 ? layout.Day[0] : $"ifNull({string.Join(", ", layout.Day)})";
        var whose = extract.Instrument is { } instrument ? $" AND {Sql.Whose(instrument)}" : "";
        return $"FROM {layout.Name} FINAL WHERE {time} >= {Sql.Nanos(extract.FromUnixNs)} AND {time} < {Sql.Nanos(extract.UntilUnixNs)}{whose}";
    }
}
