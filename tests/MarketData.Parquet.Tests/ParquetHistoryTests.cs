using MarketData.History;
using MarketData.Parquet.Query;
using MarketData.Pipeline;

namespace MarketData.Parquet.Tests;

/// <summary>Events that become files, and are asked for.</summary>
public sealed class ParquetHistoryTests
{
    [Fact]
    public async Task Trade_comes_back_exactly()
    {
        using var rig = new HistoryRig();
        await rig.WriteAsync(Sample.Trade(7, 12345678901234567890.123456789m));
        Assert.Equal(
            "deribit | BTC-PERPETUAL | 2026-11-23 15:18:14.487 | 2026-11-23 15:18:14.480929424 | 3 | 7 | 12345678901234567890.123456789000000000 | "
                + "buy | null | [BTC-LEG, BTC-OTHER] | [7, NULL] | 2026-11-23",
            rig.Row("SELECT exchange, instrument_name, timestamp, received_at, epoch, trade_seq, price, direction, iv, leg_instrument_names, "
                + "leg_trade_seqs, date FROM trades"));
    }

    [Fact]
    public async Task Every_kind_has_its_table_and_lies_where_its_day_is()
    {
        using var rig = new HistoryRig();
        await rig.WriteAsync(Sample.Trade(1));
        await rig.WriteAsync(Sample.Ticker());
        await rig.WriteAsync(Sample.Book(BookAction.Update, 5));
        await rig.WriteAsync(Sample.Book(BookAction.Snapshot, 5, Sample.Nanoseconds + 86_400_000_000_000));
        await rig.WriteAsync(Sample.Integrity("x"));
        await rig.WriteAsync(Sample.Candle());
        await rig.WriteAsync(Sample.Funding());
        await rig.WriteAsync(Sample.Volatility());
        foreach (var table in HistoryTables.All)
        {
            Assert.Equal("1", rig.Row($"SELECT count(*) FROM {HistoryTables.NameOf(table)}"));
            Assert.Contains("exchange=deribit", Assert.Single(rig.Files(table)), StringComparison.Ordinal);
        }
        // A book that was repeated a day later belongs to that day.
        Assert.Contains("date=2026-11-24", rig.Files(HistoryTable.BookSnapshots).Single(), StringComparison.Ordinal);
        Assert.Equal(
            "[92011.500000000000000000, -0.000000000000000001] | [] | 4",
            rig.Row("SELECT bid_prices, ask_prices, prev_change_id FROM book_updates"));
    }

    [Fact]
    public async Task What_the_exchange_publishes_comes_back_exactly_and_what_it_corrected_last_counts()
    {
        using var rig = new HistoryRig();
        await rig.WriteAsync(Sample.Candle(close: 2) with { ReceivedAtUnixNs = Sample.Nanoseconds + 1 });
        await rig.WriteAsync(Sample.Candle(close: 1), Sample.Candle(close: 3) with { Resolution = TimeSpan.FromMinutes(3) });
        Assert.Equal(
            "deribit | BTC-PERPETUAL | 60 | 2026-11-23 15:18:00 | 92000.500000000000000000 | -0.000000000000000001 | 2.000000000000000000 | 1.25 | null",
            rig.Row("SELECT exchange, instrument_name, resolution, timestamp, open, low, close, volume, cost FROM exchange_candles WHERE resolution = 60"));
        await rig.WriteAsync(Sample.Funding());
        Assert.Equal(
            "2026-11-23 15:00:00 | 92000.250000000000000000 | null | -4.739622041017375e-07 | null",
            rig.Row("SELECT timestamp, index_price, prev_index_price, interest_1h, interest_8h FROM funding_rates"));
        await rig.WriteAsync(Sample.Volatility());
        Assert.Equal("BTC | 43200 | 40.5 | 41.0 | 39.25 | 40.0", rig.Row("SELECT instrument_name, resolution, open, high, low, close FROM volatility_index"));
    }

    [Fact]
    public async Task Tables_are_empty_before_anything_is_there()
    {
        using var rig = new HistoryRig();
        foreach (var table in HistoryTables.All)
            Assert.Equal("0", rig.Row($"SELECT count(*) FROM {HistoryTables.NameOf(table)}"));
        await rig.WriteAsync(Sample.Trade(1));
        // The same columns, before and after.
        Assert.Equal("24", rig.Row("SELECT count(*) FROM (DESCRIBE trades) WHERE column_name <> 'date'"));
    }

    [Fact]
    public async Task What_is_written_again_is_seen_once()
    {
        using var rig = new HistoryRig();
        await rig.WriteAsync(Sample.Trades(10));
        await rig.RestartAsync();
        await rig.WriteAsync([.. Sample.Trades(15).Skip(5)]);
        Assert.Equal("15 | 15", rig.Row("SELECT count(*), count(DISTINCT trade_seq) FROM trades"));

        // Rows that differ only in what a missing value stands for are two.
        await rig.WriteAsync(Sample.Integrity(null), Sample.Integrity(""), Sample.Integrity(null));
        Assert.Equal("2", rig.Row("SELECT count(*) FROM integrity"));
    }

    [Fact]
    public async Task Of_two_copies_of_a_trade_the_one_that_came_first_is_seen()
    {
        using var rig = new HistoryRig();
        await rig.WriteAsync(Sample.Trade(1) with { Source = TradeSource.Backfill, ReceivedAtUnixNs = Sample.Nanoseconds + 5 });
        await rig.WriteAsync(Sample.Trade(1));
        Assert.Equal("live", rig.Row("SELECT source FROM trades"));
    }

    [Fact]
    public async Task Several_write_to_one_directory()
    {
        using HistoryRig rig = new(), other = new(rig.Root);
        await Task.WhenAll(Enumerable.Range(0, 10).SelectMany(i => new[] { rig, other }.Select((one, side) =>
            one.WriteAsync(Sample.Trade((2 * i) + side), Sample.Trade(100)))));
        Assert.Equal("21 | 21", rig.Row("SELECT count(*), count(DISTINCT trade_seq) FROM trades"));
    }

    [Fact]
    public async Task Value_that_no_column_holds_is_rejected_and_the_others_are_stored()
    {
        using var rig = new HistoryRig();
        Assert.Equal(1, await rig.WriteAsync(Sample.Trade(1), Sample.Trade(2, 100_000_000_000_000_000_000m), Sample.Trade(3)));
        var (index, reason) = Assert.Single(rig.Rejected);
        Assert.Equal(1, index);
        Assert.StartsWith("value_out_of_range: The column price", reason, StringComparison.Ordinal);
        Assert.Equal("2", rig.Row("SELECT count(*) FROM trades"));
    }

    [Fact]
    public async Task Disk_that_takes_nothing_keeps_the_batch_until_it_does()
    {
        using var rig = new HistoryRig();
        // A file where the directory of the table should be: nobody can write below it, root neither.
        Directory.CreateDirectory(rig.Root);
        var obstacle = Path.Combine(rig.Root, "trades");
        await File.WriteAllTextAsync(obstacle, "", TestContext.Current.CancellationToken);
        var writing = rig.WriteAsync(Sample.Trades(3));
        await Until.TrueAsync(() => rig.History.Status.State == LaneState.Degraded, () => "degraded");
        Assert.StartsWith("parquet_unwritable: ", rig.History.Status.Reason, StringComparison.Ordinal);
        Assert.False(writing.IsCompleted);

        File.Delete(obstacle);
        Assert.Equal(0, await rig.UntilDoneAsync(writing));
        Assert.Equal(LaneState.Ready, rig.History.Status.State);
        Assert.Equal("3", rig.Row("SELECT count(*) FROM trades"));
    }

    [Fact]
    public async Task What_a_crash_left_half_written_is_never_seen_and_goes_when_nobody_can_be_writing_it()
    {
        using var rig = new HistoryRig();
        await rig.WriteAsync(Sample.Trade(1));
        var day = Path.GetDirectoryName(rig.Files(HistoryTable.Trades).Single())!;
        var (old, young) = (Path.Combine(day, "old.writing"), Path.Combine(day, "young.writing"));
        foreach (var file in new[] { old, young })
            await File.WriteAllTextAsync(file, "PAR1", TestContext.Current.CancellationToken);
        rig.Time.SetUtcNow(TimeProvider.System.GetUtcNow());
        File.SetLastWriteTimeUtc(old, rig.Time.GetUtcNow().UtcDateTime.AddHours(-2));
        Assert.Equal("1", rig.Row("SELECT count(*) FROM trades"));
        await rig.RestartAsync();
        Assert.False(File.Exists(old));
        Assert.True(File.Exists(young));
    }

    [Fact]
    public async Task Day_that_is_stored_is_not_stored_again_while_another_one_cannot_be()
    {
        using var rig = new HistoryRig();
        var obstacle = Path.Combine(rig.Root, "trades", "exchange=deribit", "date=2026-11-24");
        Directory.CreateDirectory(Path.GetDirectoryName(obstacle)!);
        await File.WriteAllTextAsync(obstacle, "", TestContext.Current.CancellationToken);
        var writing = rig.WriteAsync(Sample.Trade(1), Sample.Trade(2) with { ExchangeTimeUnixMs = Sample.Milliseconds + 86_400_000 });
        for (var attempts = 0; attempts < 3; attempts++)
        {
            await Until.TrueAsync(() => rig.History.Status.State == LaneState.Degraded, () => "degraded");
            rig.Time.Advance(TimeSpan.FromSeconds(10));
        }
        Assert.Single(rig.Files(HistoryTable.Trades), file => file.EndsWith(".parquet", StringComparison.Ordinal));
        File.Delete(obstacle);
        await rig.UntilDoneAsync(writing);
        Assert.Equal("2", rig.Row("SELECT count(*) FROM trades"));
        Assert.Equal(2, rig.Files(HistoryTable.Trades).Length);
    }

    [Fact]
    public async Task Day_that_somebody_took_away_is_made_again()
    {
        using var rig = new HistoryRig();
        await rig.WriteAsync(Sample.Trade(1));
        Directory.Delete(Path.GetDirectoryName(rig.Files(HistoryTable.Trades).Single())!, recursive: true);
        await rig.WriteAsync(Sample.Trade(2));
        Assert.Equal("2", rig.Row("SELECT trade_seq FROM trades"));
    }

    // The column takes it, DuckDB does not: it stands for infinity.
    [Fact]
    public async Task Row_that_cannot_be_written_is_found_and_no_other_is_stored_twice()
    {
        using var rig = new HistoryRig();
        var trades = Sample.Trades(9);
        trades[0] = trades[0] with { ExchangeTimeUnixMs = Sample.Milliseconds - 86_400_000 };
        trades[6] = trades[6] with { ReceivedAtUnixNs = long.MaxValue };
        Assert.Equal(1, await rig.WriteAsync(trades));
        var (index, reason) = Assert.Single(rig.Rejected);
        Assert.Equal(6, index);
        Assert.StartsWith("parquet_refuses: ", reason, StringComparison.Ordinal);
        var files = $"read_parquet('{rig.Root}/trades/*/*/*.parquet')";
        Assert.Equal("8 | 8", rig.Row($"SELECT count(*), count(DISTINCT trade_seq) FROM {files}"));
    }

    [Fact]
    public async Task Directory_that_cannot_be_written_ends_the_start_and_is_named()
    {
        using var rig = new HistoryRig();
        Directory.Delete(rig.Root, recursive: true);
        await File.WriteAllTextAsync(rig.Root, "", TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<ConfigurationError>(() => rig.RestartAsync());
        Assert.Contains(rig.Root, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" ", "is empty")]
    [InlineData("/data/h[1]", "with a '['")]
    public void Name_that_cannot_be_a_directory_is_refused(string directory, string fault)
    {
        var options = new ParquetOptions { Directory = directory };
        var error = Assert.Throws<ConfigurationError>(
            () => new ParquetHistory(options, Microsoft.Extensions.Logging.Abstractions.NullLogger<ParquetHistory>.Instance, TimeProvider.System));
        Assert.Contains(fault, error.Message, StringComparison.Ordinal);
        Assert.Throws<ConfigurationError>(() => new HistoryQuestions(directory));
    }

    [Theory]
    [InlineData("007")]
    [InlineData("__HIVE_DEFAULT_PARTITION__")]
    [InlineData("../../x'y")]
    public async Task Name_of_an_exchange_comes_back_as_it_was_and_stays_within_the_directory(string name)
    {
        using var rig = new HistoryRig();
        await rig.WriteAsync(Sample.Trade(1) with { Exchange = name });
        Assert.StartsWith(Path.Combine(rig.Root, "trades") + Path.DirectorySeparatorChar, Assert.Single(rig.Files(HistoryTable.Trades)), StringComparison.Ordinal);
        Assert.Equal(name, rig.Row("SELECT exchange FROM trades"));
        Assert.Equal(1, await rig.WriteAsync(Sample.Trade(2) with { Exchange = new string('x', 300) }));
        Assert.StartsWith("value_out_of_range: The exchange", rig.Rejected.Single().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Question_that_is_none_is_a_sentence_of_the_engine()
    {
        using var rig = new HistoryRig();
        using var questions = new HistoryQuestions(rig.Root);
        var error = Assert.Throws<HistoryError>(() => questions.Ask("SELECT nothing FROM trades", out _, TestContext.Current.CancellationToken));
        Assert.Contains("nothing", error.Message, StringComparison.Ordinal);
    }
}
