using MarketData.ClickHouse.Reading;
using MarketData.ClickHouse.Tests.Support;
using MarketData.History;

namespace MarketData.ClickHouse.Tests.Integration;

/// <summary>Files out of real tables.</summary>
[Trait("kind", "integration")]
public sealed class ExportTests(RealClickHouse engine) : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("marketdata-export-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_event_of_the_interval_and_the_instrument_is_written_once()
    {
        await using var history = await TestHistory.CreateAsync(engine);
        await history.DoAsync("SYSTEM STOP MERGES trades");
        for (var time = 0; time < 2; time++)
        {
            await history.WriteAsync(Sample.Trades(9));
            await history.WriteAsync(Sample.Trade(3) with { InstrumentName = "it's \\ another", Key = "deribit.it's \\ another" });
        }

        using var export = new ClickHouseExport(history.Options);
        var part = new HistoryExtract { Table = HistoryTable.Trades, FromUnixNs = (Sample.Milliseconds + 3) * 1_000_000, UntilUnixNs = (Sample.Milliseconds + 6) * 1_000_000, IsCsv = true };
        var file = Path.Combine(_directory.FullName, "trades");
        await export.WriteAsync(part, file, Token);
        var lines = await File.ReadAllLinesAsync(file, Token);
        Assert.StartsWith("\"exchange\",\"instrument_name\",\"timestamp\",", lines[0], StringComparison.Ordinal);
        Assert.Equal(["t3", "t4", "t5", "t3"], lines[1..].Select(line => line.Split(',')[5].Trim('"')));
        Assert.Contains(",\"2026-11-23T15:18:14.483Z\",\"2026-11-23T15:18:14.480929420Z\",3,", lines[1], StringComparison.Ordinal);

        var one = part with { Instrument = new Instrument { Exchange = "deribit", Name = "it's \\ another" }, IsCsv = false };
        await export.WriteAsync(one, file, Token);
        var parquet = await File.ReadAllBytesAsync(file, Token);
        Assert.Equal("PAR1PAR1", System.Text.Encoding.ASCII.GetString([.. parquet[..4], .. parquet[^4..]]));
        await export.WriteAsync(part with { Table = HistoryTable.BookSnapshots }, file, Token);
        Assert.Single(await File.ReadAllLinesAsync(file, Token));
    }

    [Fact]
    public async Task Server_that_is_away_is_named_and_no_fault_of_the_file()
    {
        using var export = new ClickHouseExport(new ClickHouseOptions { Url = "http://127.0.0.1:1" });
        var part = new HistoryExtract { Table = HistoryTable.Trades, FromUnixNs = 0, UntilUnixNs = 1 };
        var error = await Assert.ThrowsAsync<HistoryError>(() => export.WriteAsync(part, Path.Combine(_directory.FullName, "x"), Token));
        Assert.Contains("http://127.0.0.1:1", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => export.WriteAsync(part, Path.Combine(_directory.FullName, "no", "x"), Token));
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
