using DuckDB.NET.Data;
using MarketData.History.Rows;
using Microsoft.Extensions.Logging;

namespace MarketData.Parquet.Files;

/// <summary>
/// The files of one table. Comes in: rows. Goes out: Parquet files, sorted and whole, one for each exchange and day of a batch; many small ones
/// become one. Owns: a DuckDB that writes them. One call at a time.
/// </summary>
internal sealed class TableFiles : IDisposable
{
    private const string Batch = "batch";
    private const string Memory = "256MB";
    private const string Written = "(FORMAT parquet, COMPRESSION zstd)";

    /// <summary>A question that has listed the files before they were merged still finds them for so long.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private readonly HistoryLayout _layout;
    private readonly HistoryDirectory _directory;
    private readonly ParquetOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly string _order;
    private readonly string _fromRaw;
    private readonly int[] _day;
    private readonly Dictionary<string, int> _small = new(StringComparer.Ordinal);
    private readonly Queue<(string File, long Since)> _merged = new();
    private Duck? _duck;

    public TableFiles(HistoryLayout layout, HistoryDirectory directory, ParquetOptions options, ILogger logger, TimeProvider timeProvider)
    {
        (_layout, _directory, _options, _logger, _time) = (layout, directory, options, logger, timeProvider);
        _order = string.Join(", ", layout.KnownBy);
        _fromRaw = string.Join(", ", layout.Columns.Select(column => DuckType.FromRaw(column)));
        var names = layout.Columns.Select(column => column.Name).ToList();
        _day = [.. layout.Day.Select(name => names.IndexOf(name))];
    }

    /// <summary>Writes rows; each is in a file when this returns.</summary>
    /// <exception cref="DuckDBException">DuckDB could not; some of the rows may be stored.</exception>
    /// <exception cref="IOException">The disk could not; some of the rows may be stored.</exception>
    /// <exception cref="UnauthorizedAccessException">Nobody allows it.</exception>
    public void Write(IReadOnlyList<object[]> rows)
    {
        var written = new List<(string Temporary, string Directory)>();
        try
        {
            foreach (var part in rows.GroupBy(row => (Exchange: (string)row[0], Day: DayOf(row))))
            {
                var temporary = _directory.NewTemporary();
                written.Add((temporary, _directory.Of(_layout.Table, part.Key.Exchange, part.Key.Day)));
                WritePart(part, temporary);
            }
            foreach (var (temporary, directory) in written)
                HistoryDirectory.Publish(temporary, directory);
        }
        finally
        {
            foreach (var (temporary, _) in written)
                File.Delete(temporary);
        }
        foreach (var (_, directory) in written)
            Tidy(directory);
        DeleteMerged();
    }

    public void Dispose() => _duck?.Dispose();

    private DateOnly DayOf(object[] row)
    {
        var index = Array.Find(_day, place => row[place] is long);
        var time = (long)row[index];
        var milliseconds = _layout.Columns[index].Kind == HistoryColumnKind.Nanoseconds ? time / 1_000_000 : time;
        return DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).UtcDateTime);
    }

    private void WritePart(IEnumerable<object[]> rows, string file)
    {
        _duck ??= new Duck(_directory.Temporary, threads: 1, Memory);
        _duck.Run($"CREATE OR REPLACE TABLE {Batch} ({string.Join(", ", _layout.Columns.Select(column => $"{column.Name} {DuckType.Raw(column)}"))})");
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
        _duck.Run($"COPY (SELECT {_fromRaw} FROM {Batch} ORDER BY {_order}) TO {Duck.Text(file)} {Written}; DROP TABLE {Batch}");
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

    /// <summary>One more file is in a directory: when there are many small ones, they become one. That is convenience: a failure is only told.</summary>
    private void Tidy(string directory)
    {
        try
        {
            var small = _small.TryGetValue(directory, out var known) ? known + 1 : Small(directory).Count;
            _small[directory] = small;
            if (small < _options.MergeFiles)
                return;
            var files = Small(directory);
            _small[directory] = files.Count;
            if (files.Count < _options.MergeFiles)
                return;
            Merge(directory, files);
            _small[directory] = 1;
        }
        catch (Exception exception) when (exception is DuckDBException or IOException or UnauthorizedAccessException)
        {
            // Tried again when as many have come as it takes.
            _small[directory] = 0;
            ParquetLog.NotMerged(_logger, directory, exception.Message);
        }
    }

    private List<string> Small(string directory)
    {
        var waiting = _merged.Select(entry => entry.File).ToHashSet(StringComparer.Ordinal);
        return [.. new DirectoryInfo(directory).EnumerateFiles("*.parquet")
            .Where(file => file.Length < _options.LargeFileBytes && !waiting.Contains(file.FullName))
            .Select(file => file.FullName)];
    }

    // Rows that are there twice, because they were written again after a crash, become one. While both the old files and the new one are
    // there, a question sees each row once, too: it looks at what rows are known by.
    private void Merge(string directory, List<string> files)
    {
        var temporary = _directory.NewTemporary();
        try
        {
            _duck!.Run(
                $"COPY (SELECT * FROM read_parquet([{string.Join(", ", files.Select(Duck.Text))}], union_by_name = true, hive_partitioning = false) "
                + $"QUALIFY row_number() OVER (PARTITION BY {_order}) = 1 ORDER BY {_order}) TO {Duck.Text(temporary)} {Written}");
            HistoryDirectory.Publish(temporary, directory);
        }
        finally
        {
            File.Delete(temporary);
        }
        ParquetLog.Merged(_logger, files.Count, directory);
        var now = _time.GetTimestamp();
        foreach (var file in files)
            _merged.Enqueue((file, now));
    }

    private void DeleteMerged()
    {
        while (_merged.TryPeek(out var oldest) && _time.GetElapsedTime(oldest.Since) >= Grace)
        {
            try
            {
                File.Delete(oldest.File);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                ParquetLog.NotMerged(_logger, oldest.File, exception.Message);
            }
            _merged.Dequeue();
        }
    }
}
