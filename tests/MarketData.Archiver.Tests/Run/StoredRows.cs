using System.Globalization;
using System.Text.Json;
using MarketData.History;
using MarketData.History.Rows;
using MarketData.Parquet.Query;

namespace MarketData.Archiver.Tests.Run;

/// <summary>
/// Rows of both stores and records of Kafka, each as one line that says every column: two that are equal are the same event. Of our own code
/// this knows the names of the columns only.
/// </summary>
internal static class StoredRows
{
    private static readonly Dictionary<string, string> _inner = new(StringComparer.Ordinal)
    {
        ["delta"] = "greeks", ["gamma"] = "greeks", ["rho"] = "greeks", ["theta"] = "greeks", ["vega"] = "greeks",
        ["high"] = "stats", ["low"] = "stats", ["volume"] = "stats", ["volume_usd"] = "stats", ["price_change"] = "stats",
    };

    /// <summary>The table of a record.</summary>
    public static HistoryTable TableOf(TopicRecord record) => record.Text("data_type") switch
    {
        "trade" => HistoryTable.Trades,
        "ticker" => HistoryTable.Tickers,
        "integrity" => HistoryTable.Integrity,
        _ => record.Text("action") == "snapshot" ? HistoryTable.BookSnapshots : HistoryTable.BookUpdates,
    };

    /// <summary>A record's line.</summary>
    public static string Line(HistoryTable table, TopicRecord record)
    {
        return string.Join('|', HistoryLayout.All[(int)table].Columns.Select(column => column.Name switch
        {
            "epoch" => record.Headers["epoch"],
            "bid_prices" => Levels("bids", "price"),
            "bid_amounts" => Levels("bids", "amount"),
            "ask_prices" => Levels("asks", "price"),
            "ask_amounts" => Levels("asks", "amount"),
            "leg_instrument_names" => Levels("legs", "instrument_name"),
            "leg_trade_ids" => Levels("legs", "trade_id"),
            "leg_trade_seqs" => Levels("legs", "trade_seq"),
            var name when _inner.TryGetValue(name, out var parent) => Member(Member(record.Json, parent), name) is { } value ? Text(value) : "",
            var name => Member(record.Json, name) is { } value ? Text(value) : "",
        }));

        string Levels(string side, string member) =>
            Member(record.Json, side) is not { ValueKind: JsonValueKind.Array } levels ? "[]"
            : $"[{string.Join(',', levels.EnumerateArray().Select(level => Text(level.GetProperty(member))))}]";
    }

    /// <summary>The lines of a table in files.</summary>
    public static List<string> OfFiles(string directory, HistoryTable table)
    {
        using var questions = new HistoryQuestions(directory);
        return [.. questions.AskForJson(Question(table, "", OfDuckDb), TestContext.Current.CancellationToken).Select(row => Line(table, row))];
    }

    /// <summary>
    /// The lines of a Parquet file with a table's columns, to the microsecond: ClickHouse marks its times as UTC, and of such times DuckDB reads no more.
    /// </summary>
    public static List<string> OfExport(HistoryQuestions questions, string file, HistoryTable table) =>
    [
        .. questions.AskForJson(
            $"SELECT {Columns(table, column => column.Kind == HistoryColumnKind.Nanoseconds ? $"epoch_us({column.Name})" : OfDuckDb(column))} FROM read_parquet('{file}')",
            TestContext.Current.CancellationToken).Select(row => Line(table, row)),
    ];

    /// <summary>The lines of a table in ClickHouse.</summary>
    public static async Task<List<string>> OfClickHouseAsync(string url, string database, HistoryTable table)
    {
        using var http = new HttpClient();
        using var question = new StringContent(Question(table, " FINAL FORMAT JSONEachRow", OfClickHouse));
        using var answer = await http.PostAsync(new Uri($"{url}?database={database}"), question, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, text);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(row => Line(table, row))];
    }

    private static string Question(HistoryTable table, string end, Func<HistoryColumn, string> value) =>
        $"SELECT {Columns(table, value)} FROM {HistoryTables.NameOf(table)}{end}";

    private static string Columns(HistoryTable table, Func<HistoryColumn, string> value) =>
        string.Join(", ", HistoryLayout.All[(int)table].Columns.Select(column => $"{value(column)} AS {column.Name}_"));

    private static string OfDuckDb(HistoryColumn column) => column.Kind switch
    {
        HistoryColumnKind.Exact => $"CAST({column.Name} AS VARCHAR)",
        HistoryColumnKind.Exacts => $"CAST({column.Name} AS VARCHAR[])",
        HistoryColumnKind.Milliseconds => $"epoch_ms({column.Name})",
        HistoryColumnKind.Nanoseconds => $"epoch_ns({column.Name})",
        _ => column.Name,
    };

    private static string OfClickHouse(HistoryColumn column) => column.Kind switch
    {
        HistoryColumnKind.Exact => $"toString({column.Name})",
        HistoryColumnKind.Exacts => $"arrayMap(x -> toString(x), {column.Name})",
        HistoryColumnKind.Milliseconds => $"toUnixTimestamp64Milli({column.Name})",
        HistoryColumnKind.Nanoseconds => $"toUnixTimestamp64Nano({column.Name})",
        _ => column.Name,
    };

    private static string Line(HistoryTable table, string json)
    {
        using var row = JsonDocument.Parse(json);
        return string.Join('|', HistoryLayout.All[(int)table].Columns.Select(column =>
        {
            var value = row.RootElement.GetProperty(column.Name + "_");
            return value.ValueKind == JsonValueKind.Array ? $"[{string.Join(',', value.EnumerateArray().Select(item => Text(item)))}]"
                : Text(value);
        }));
    }

    private static JsonElement? Member(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } inner && inner.TryGetProperty(name, out var value) ? value : null;

    // A number in its shortest form, whoever wrote it.
    private static string Text(JsonElement value)
    {
        var text = value.ValueKind switch
        {
            JsonValueKind.Null => "",
            JsonValueKind.String => value.GetString()!,
            _ => value.GetRawText(),
        };
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number.ToString("0.############################", CultureInfo.InvariantCulture)
            : text;
    }
}
