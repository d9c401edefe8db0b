using System.CommandLine;

using MarketData.Cli.Coverage;
using MarketData.Cli.Inspect;
using MarketData.ClickHouse.Reading;
using MarketData.History;
using MarketData.Parquet.Query;
using MarketData.ServiceDefaults;

namespace MarketData.Cli.History;

/// <summary><c>marketdata export</c>: writes a part of the history to one file.</summary>
internal static class ExportCommand
{
    // DuckDB reads them as patterns of names.
    private static readonly System.Buffers.SearchValues<char> Patterns = System.Buffers.SearchValues.Create("*?[]{}");

    public static Command Create()
    {
        var clock = TimeProvider.System;
        var table = new Argument<string>("table") { Description = $"{string.Join(", ", HistoryTables.All.Select(HistoryTables.NameOf))}." };
        table.AcceptOnlyFromAmong([.. HistoryTables.All.Select(HistoryTables.NameOf)]);
        var file = new Argument<string>("file") { Description = "The file to write, which must not be there yet: NAME.parquet or NAME.csv." };
        var symbol = new Option<string?>("--symbol") { Description = "Only this instrument: BTC-PERPETUAL or deribit.BTC-PERPETUAL." };
        var from = TimeOption.Create("--from", "The first moment: 2026-01-31T08:00:00Z, or how long ago: -1h30m, -2d.", "-1d", clock);
        var to = TimeOption.Create("--to", "The end, which is not part of it.", "now", clock);
        var history = new Option<string?>("--history") { Description = "The directory of the files; default: where book --at asks." };
        var where = new InspectOptions();
        var command = new Command("export", "Write a part of the history, from ClickHouse or from files, to one Parquet or CSV file.")
        {
            table, file, symbol, from, to, history,
        };
        where.AddTo(command);
        command.SetAction((parsed, _) => InspectRunner.RunAsync(
            async stop =>
            {
                var target = parsed.GetValue(file)!;
                TimeOption.CheckOrder(parsed.GetValue(from), parsed.GetValue(to));
                var extract = new HistoryExtract
                {
                    Table = HistoryTables.All.Single(one => HistoryTables.NameOf(one) == parsed.GetValue(table)),
                    Instrument = TailCommand.KeyOf(parsed.GetValue(symbol)) is { } key ? Instrument.OfKey(key) : null,
                    FromUnixNs = Nanoseconds("--from", parsed.GetValue(from)),
                    UntilUnixNs = Nanoseconds("--to", parsed.GetValue(to)),
                    IsCsv = target.EndsWith(".csv", StringComparison.OrdinalIgnoreCase),
                };
                Check(target, extract);
                using var export = Open(parsed.GetValue(history), where, parsed);
                var rows = await WriteAsync(export, extract, target, stop);
                Console.Out.WriteLine(
                    $"{target}: {Up.Format.Count(rows)} rows of {HistoryTables.NameOf(extract.Table)}, {Up.Format.Count(new FileInfo(target).Length)} bytes.");
                return ExitCode.Ok;
            },
            interrupted: ExitCode.Failed));
        return command;
    }

    private static void Check(string file, HistoryExtract extract)
    {
        if (!extract.IsCsv && !file.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase))
            throw new CommandLineError([$"{file}: give a name that ends with .parquet or .csv."]);
        if (Path.Exists(file))
            throw new CommandLineError([$"{file} is there already: take it away, or give another name."]);
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } directory && !Directory.Exists(directory))
            throw new CommandLineError([$"{file}: there is no directory {directory}."]);
        if (file.AsSpan().ContainsAny(Patterns))
            throw new CommandLineError([$"{file}: give a name without any of *?[]{{}}."]);
    }

    private static long Nanoseconds(string option, TypedTime time) => time.ToUnixTimeMilliseconds() < long.MaxValue / 1_000_000
        ? (time.Moment - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick
        : throw new CommandLineError([$"{option} {time}: nanoseconds end in the year 2262."]);

    private static IHistoryExport Open(string? history, InspectOptions where, ParseResult parsed)
    {
        var place = HistoryPlace.Find(where, parsed, history);
        return place.Directory is { } directory ? new ParquetExport(directory) : new ClickHouseExport(place.ClickHouse!);
    }

    // The name is there when the file is whole and on the disk.
    private static async Task<long> WriteAsync(IHistoryExport export, HistoryExtract extract, string file, CancellationToken stop)
    {
        var writing = $"{file}.{Guid.NewGuid():N}";
        try
        {
            await export.WriteAsync(extract, writing, stop);
            var rows = ExportedFile.CountRows(writing, extract.IsCsv);
            using (var written = new FileStream(writing, FileMode.Open, FileAccess.ReadWrite))
                written.Flush(flushToDisk: true);
            File.Move(writing, file);
            return rows;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new HistoryError("export", $"{file} cannot be written: {exception.Message}", exception);
        }
        finally
        {
            File.Delete(writing);
        }
    }
}
