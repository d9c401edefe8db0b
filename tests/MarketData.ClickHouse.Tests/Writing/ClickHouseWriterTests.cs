using ClickHouse.Driver;
using MarketData.ClickHouse.Tests.Support;
using MarketData.Pipeline;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using TestRigs;

namespace MarketData.ClickHouse.Tests.Writing;

public sealed class ClickHouseWriterTests : IDisposable
{
    private readonly FakeHistoryLink _link = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<RejectedEvent> _rejected = [];
    private readonly ClickHouseWriter _writer;

    public ClickHouseWriterTests() => _writer = new ClickHouseWriter(
        _link,
        new ClickHouseOptions(),
        (rejected, _) =>
        {
            _rejected.Add(rejected);
            return default;
        },
        NullLogger.Instance,
        _time);

    public void Dispose() => _writer.Dispose();

    [Theory]
    [InlineData(252, "clickhouse_too_many_parts")]
    [InlineData(241, "clickhouse_out_of_memory")]
    [InlineData(516, "clickhouse_refuses")]
    public async Task Row46_Refused_batch_is_kept_and_repeated_under_the_same_token(int code, string reason)
    {
        var failures = 8;
        _link.Meet = (_, _) => failures-- > 0 ? throw new ClickHouseServerException("no", "INSERT", code) : Task.CompletedTask;
        var writing = WriteAsync(Sample.Trades(10));
        await Until.TrueAsync(() => _writer.Status.Reason.StartsWith(reason + ": ", StringComparison.Ordinal), () => $"{_writer.Status}");
        Assert.Equal(LaneState.Degraded, _writer.Status.State);
        await PassTimeAsync(writing);
        Assert.Equal(new WriteResult(10, 0), await writing);
        Assert.Equal((9, 1), (_link.Attempts.Count, _link.Attempts.Select(attempt => attempt.Token).Distinct().Count()));
        Assert.Equal(LaneState.Ready, _writer.Status.State);
    }

    [Fact]
    public async Task Row46_Insert_without_an_answer_is_repeated_after_its_time()
    {
        var first = true;
        _link.Meet = async (_, token) =>
        {
            if (!first) return;
            first = false;
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, token);
        };
        var writing = WriteAsync(Sample.Trades(3));
        await PassTimeAsync(writing);
        Assert.Equal(new WriteResult(3, 0), await writing);
        Assert.Equal(2, _link.Attempts.Count);
    }

    [Fact]
    public async Task Bad_rows_are_found_by_halves_and_rejected_in_order()
    {
        _link.Meet = (rows, _) => rows.Any(row => row[6] is 3L or 4L or 9L)
            ? throw new ClickHouseServerException("too big", "INSERT", 407) : Task.CompletedTask;
        Assert.Equal(new WriteResult(7, 3), await WriteAsync(Sample.Trades(10)));
        Assert.Equal([2, 3, 8], _rejected.Select(item => item.Index));
        Assert.Equal([1L, 2L, 5L, 6L, 7L, 8L, 10L], _link.Stored.Select(row => (long)row[6]));
    }

    [Theory]
    [InlineData("0.0000000000000000001")]
    [InlineData("100000000000000000000")]
    [InlineData("-100000000000000000000")]
    public async Task Value_that_a_column_cannot_hold_is_rejected_and_never_rounded(string price)
    {
        var value = decimal.Parse(price, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(new WriteResult(1, 1), await WriteAsync([Sample.Trade(1), Sample.Trade(2, value)]));
        Assert.StartsWith("value_out_of_range: The column price ", Assert.Single(_rejected).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(47)]
    [InlineData(53)]
    [InlineData(60)]
    public async Task Row46_Schema_drift_is_not_repeated(int code)
    {
        _link.Meet = (_, _) => throw new ClickHouseServerException("no such thing", "INSERT", code);
        await Assert.ThrowsAsync<SinkError>(() => WriteAsync(Sample.Trades(10)));
        Assert.Single(_link.Attempts);
        Assert.Equal(LaneState.Failed, _writer.StatusOf(HistoryTable.Trades).State);
    }

    [Fact]
    public async Task One_insert_at_a_time_runs_per_table()
    {
        _link.Meet = async (_, _) => await Task.Yield();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => WriteAsync(Sample.Trades(5))));
        Assert.Equal((1, 100), (_link.MostAtOnce, _link.Stored.Count));
    }

    [Fact]
    public async Task Event_of_another_table_is_the_callers_mistake() =>
        await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync([Sample.Book(BookAction.Update, 1)]));

    private Task<WriteResult> WriteAsync(IReadOnlyList<MarketDataEvent> events) =>
        _writer.WriteAsync(HistoryTable.Trades, events, TestContext.Current.CancellationToken);

    private Task PassTimeAsync(Task writing) => Until.TrueAsync(
        () =>
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            return writing.IsCompleted;
        },
        () => $"{_writer.Status}");
}
