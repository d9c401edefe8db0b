using MarketData.History;
using MarketData.Parquet;
using MarketData.Parquet.Query;

using Microsoft.Extensions.Logging.Abstractions;

namespace MarketData.Cli.Tests;

/// <summary><c>marketdata export</c>: a part of the history as one file.</summary>
public sealed class ExportTests : IDisposable
{
    private const long Begin = 1_795_447_094_000;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("marketdata-export-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_event_of_the_interval_and_the_instrument_is_written_once()
    {
        await WriteAsync("BTC-PERPETUAL", 9);
        await WriteAsync("BTC-PERPETUAL", 9);
        await WriteAsync("it's another", 9);
        using var export = new ParquetExport(_directory.FullName);
        var part = new HistoryExtract { Table = HistoryTable.Trades, FromUnixNs = (Begin + 3) * 1_000_000, UntilUnixNs = (Begin + 6) * 1_000_000 };
        var file = Path.Combine(_directory.FullName, "out");
        Assert.Equal(6, await WriteAsync(export, part, file));
        using var questions = new HistoryQuestions(_directory.FullName);
        Assert.Equal(
            ["BTC-PERPETUAL 3 0.5", "BTC-PERPETUAL 4 0.5", "BTC-PERPETUAL 5 0.5", "it's another 3 0.5", "it's another 4 0.5", "it's another 5 0.5"],
            questions.Ask($"SELECT concat_ws(' ', instrument_name, trade_seq, price::DOUBLE) FROM read_parquet('{file}')", out _, Token).Select(row => row[0]));

        var another = part with { Instrument = new Instrument { Exchange = "deribit", Name = "it's another" }, IsCsv = true };
        Assert.Equal(3, await WriteAsync(export, another, file));
        var lines = await File.ReadAllLinesAsync(file, Token);
        Assert.StartsWith("exchange,instrument_name,timestamp,received_at,epoch,trade_id,trade_seq,price,", lines[0], StringComparison.Ordinal);
        Assert.StartsWith(
            "deribit,it's another,2026-11-23T15:18:14.003Z,2026-11-23T15:18:14.000000003Z,0,t3,3,0.500000000000000000,", lines[1], StringComparison.Ordinal);
        Assert.Equal(4, lines.Length);
        Assert.Equal(0, await WriteAsync(export, part with { Table = HistoryTable.BookSnapshots }, file));
    }

    [Fact]
    public async Task Rows_of_a_text_are_in_the_order_of_time_and_not_of_letters()
    {
        using (var history = new ParquetHistory(
            new ParquetOptions { Directory = _directory.FullName }, NullLogger<ParquetHistory>.Instance, TimeProvider.System))
        {
            await history.WriteAsync(
                HistoryTable.Tickers,
                [.. new[] { 105, 100, 0 }.Select(ms => new TickerEvent
                {
                    Exchange = "deribit", InstrumentName = "A", Key = "deribit.A", ExchangeTimeUnixMs = Begin + ms, ReceivedAtUnixNs = (Begin + ms) * 1_000_000,
                })],
                (_, reason, _) => throw new InvalidOperationException(reason),
                Token);
        }
        using var export = new ParquetExport(_directory.FullName);
        var file = Path.Combine(_directory.FullName, "out");
        var all = new HistoryExtract { Table = HistoryTable.Tickers, FromUnixNs = 0, UntilUnixNs = 4_000_000_000_000_000_000, IsCsv = true };
        Assert.Equal(3, await WriteAsync(export, all, file));
        Assert.Equal(
            ["2026-11-23T15:18:14Z", "2026-11-23T15:18:14.1Z", "2026-11-23T15:18:14.105Z"],
            (await File.ReadAllLinesAsync(file, Token))[1..].Select(line => line.Split(',')[2]));
    }

    [Fact]
    public async Task Process_writes_a_new_file_only_and_names_what_is_wrong()
    {
        await WriteAsync("BTC-PERPETUAL", 5);
        var file = Path.Combine(_directory.FullName, "t.csv");
        string[] export = ["export", "trades", file, "--history", _directory.FullName, "--from", "2026-11-23T15:18Z", "--to", "2026-11-23T15:19Z"];
        await using (var written = ChildProcess.Marketdata(export))
        {
            Assert.True(await written.ExitAsync() == 0, written.Everything);
            Assert.StartsWith(file + ": 5 rows of trades, ", Assert.Single(written.Output), StringComparison.Ordinal);
        }
        await using (var again = ChildProcess.Marketdata(export))
        {
            Assert.True(await again.ExitAsync() == 2, again.Everything);
            Assert.Contains(again.Errors, line => line.EndsWith(file + " is there already: take it away, or give another name.", StringComparison.Ordinal));
        }
        await ChildProcess.AssertRefusedAsync("export trades t.xlsx", "t.xlsx: give a name that ends with .parquet or .csv.");
        Assert.Equal(6, (await File.ReadAllLinesAsync(file, Token)).Length);
        await ChildProcess.AssertRefusedAsync("export trades t*.csv", "t*.csv: give a name without any of *?[]{}.");
        Assert.Single(_directory.GetFiles());
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private static async Task<long> WriteAsync(ParquetExport export, HistoryExtract extract, string file)
    {
        await export.WriteAsync(extract, file, Token);
        return ExportedFile.CountRows(file, extract.IsCsv);
    }

    private async Task WriteAsync(string instrument, int trades)
    {
        using var history = new ParquetHistory(
            new ParquetOptions { Directory = _directory.FullName }, NullLogger<ParquetHistory>.Instance, TimeProvider.System);
        await history.WriteAsync(
            HistoryTable.Trades,
            [.. Enumerable.Range(1, trades).Select(sequence => new TradeEvent
            {
                Exchange = "deribit",
                InstrumentName = instrument,
                Key = "deribit." + instrument,
                ExchangeTimeUnixMs = Begin + sequence,
                ReceivedAtUnixNs = (Begin * 1_000_000) + sequence,
                TradeId = $"t{sequence}",
                TradeSequence = sequence,
                Price = 0.5m,
                Amount = 10,
                Direction = TradeDirection.Buy,
            })],
            (_, reason, _) => throw new InvalidOperationException(reason),
            Token);
    }
}
