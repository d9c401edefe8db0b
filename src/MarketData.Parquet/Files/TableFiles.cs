using DuckDB.NET.Data;
using MarketData.History.Rows;
using Microsoft.Extensions.Logging;

namespace MarketData.Parquet.Files;

/// <summary>
/// The files of one table. Comes in: rows. Goes out: Parquet files, sorted and whole, one for each exchange and day of a batch. Owns: a DuckDB
/// that writes them. One call at a time.
/// </summary>
internal sealed class TableFiles : IDisposable
{
    private const string Batch = "batch";
    private const string Memory = "1GB";

    private readonly HistoryLayout _layout;
    private readonly HistoryDirectory _directory;
    private readonly ILogger _logger;
    private readonly string _columns;
    private readonly string _fromRaw;
    private readonly string _order;
    private readonly int[] _day;
    private Duck? _duck;

    public TableFiles(HistoryLayout layout, HistoryDirectory directory, ILogger logger)
    {
        (_layout, _directory, _logger) = (layout, directory, logger);
        _columns = string.Join(", ", layout.Columns.Select(column => $"{column.Name} {DuckType.Raw(column)}"));
        _fromRaw = string.Join(", ", layout.Columns.Select(column => DuckType.FromRaw(column)));
        _order = string.Join(", ", layout.KnownBy);
        var names = layout.Columns.Select(column => column.Name).ToList();
        _day = [.. layout.Day.Select(name => names.IndexOf(name))];
    }

    /// <summary>The parts of a batch.</summary>
    public IReadOnlyList<TablePart> Divide(IEnumerable<object[]> rows) =>
        [.. rows.GroupBy(row => (Exchange: (string)row[0], Day: DayOf(row))).Select(part => new TablePart(part.Key.Exchange, part.Key.Day, [.. part]))];

    /// <summary>Writes the parts that are not stored yet; all are when this returns.</summary>
    /// <exception cref="DuckDBException">DuckDB could not.</exception>
    /// <exception cref="IOException">The disk could not.</exception>
    /// <exception cref="UnauthorizedAccessException">Nobody allows it.</exception>
    public void Write(IReadOnlyList<TablePart> parts)
    {
        foreach (var part in parts.Where(part => !part.IsStored))
        {
            var file = _directory.NewFile(_layout.Table, part.Exchange, part.Day);
            try
            {
                Write(part.Rows, file);
                HistoryDirectory.Publish(file);
            }
            catch
            {
                // A DuckDB that failed may be of no use any more: the next attempt gets a new one.
                Dispose();
                HistoryDirectory.Withdraw(file, _logger);
                throw;
            }
            part.IsStored = true;
        }
    }

    public void Dispose()
    {
        var duck = _duck;
        _duck = null;
        duck?.Dispose();
    }

    private DateOnly DayOf(object[] row)
    {
        var index = Array.Find(_day, place => row[place] is long);
        var time = (long)row[index];
        var milliseconds = _layout.Columns[index].Kind == HistoryColumnKind.Nanoseconds ? time / 1_000_000 : time;
        return DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).UtcDateTime);
    }

    private void Write(IReadOnlyList<object[]> rows, string file)
    {
        _duck ??= new Duck(threads: 1, Memory);
        _duck.Run($"CREATE OR REPLACE TABLE {Batch} ({_columns})");
        using (var appender = _duck.Connection.CreateAppender(Batch))
        {
            foreach (var values in rows)
            {
                var row = appender.CreateRow();
                foreach (var value in values)
                    Append(row, value);
                row.EndRow();
            }
        }
        _duck.Run(
            $"COPY (SELECT {_fromRaw} FROM {Batch} ORDER BY {_order}) TO {Duck.Text(file)} (FORMAT parquet, COMPRESSION zstd); DROP TABLE {Batch}");
    }

    private static void Append(IDuckDBAppenderRow row, object value) => _ = value switch
    {
        DBNull => row.AppendNullValue(),
        string text => row.AppendValue(text),
        long number => row.AppendValue((long?)number),
        double number => row.AppendValue((double?)number),
        decimal number => row.AppendValue((decimal?)number),
        decimal[] numbers => row.AppendValue(numbers),
        string[] texts => row.AppendValue(texts),
        long?[] numbers => row.AppendValue(numbers),
        _ => throw new InvalidOperationException($"The history has no value of {value.GetType().Name}."),
    };
}
