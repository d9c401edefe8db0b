using ClickHouse.Driver;
using MarketData.ClickHouse.Tests.Support;
using MarketData.ClickHouse.Writing;
using MarketData.History;
using MarketData.Pipeline;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MarketData.ClickHouse.Tests.Writing;

public sealed class ClickHouseHistoryTests : IDisposable
{
    private readonly FakeHistoryLink _link = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<(int Index, string Reason)> _rejected = [];
    private readonly ClickHouseHistory _history;

    public ClickHouseHistoryTests() => _history = new ClickHouseHistory(_link, new ClickHouseOptions(), NullLogger.Instance, _time, () => 1);

    public void Dispose() => _history.Dispose();

    [Theory]
    [InlineData(252, "clickhouse_too_many_parts")]
    [InlineData(516, "clickhouse_denied")]
    [InlineData(33, "clickhouse_refuses")]
    public async Task Row46_Refused_batch_is_kept_and_repeated_under_the_same_token(int code, string reason)
    {
        await _history.StartAsync(TestContext.Current.CancellationToken);
        var failures = 8;
        _link.Meet = (_, _) => failures-- > 0 ? throw Refusal(code) : Task.CompletedTask;
        var writing = WriteAsync(Sample.Trades(10));
        await Until.TrueAsync(() => _history.Status.Reason.StartsWith(reason + ": ", StringComparison.Ordinal), () => $"{_history.Status}");
        Assert.Equal(LaneState.Degraded, _history.Status.State);
        Assert.Contains("10 rows of trades are kept", _history.Status.Reason, StringComparison.Ordinal);
        await PassTimeAsync(writing, TimeSpan.FromSeconds(10));
        Assert.Equal(0, await writing);
        Assert.Equal((9, 1), (_link.Attempts.Count, _link.Attempts.Select(attempt => attempt.Token).Distinct().Count()));
        Assert.Equal(LaneState.Ready, _history.Status.State);
    }

    [Theory]
    [InlineData(241, "clickhouse_out_of_memory")]
    [InlineData(159, "clickhouse_timeout")]
    [InlineData(0, "clickhouse_timeout")]
    public async Task Row46_Batch_that_needs_more_time_or_memory_than_there_is_goes_on_in_halves(int code, string reason)
    {
        await _history.StartAsync(TestContext.Current.CancellationToken);
        _link.Meet = (rows, token) => rows.Count <= 3 ? Task.CompletedTask
            : code != 0 ? throw Refusal(code)
            : Task.Delay(Timeout.InfiniteTimeSpan, _time, token);
        var writing = WriteAsync(Sample.Trades(10));
        await Until.TrueAsync(
            () =>
            {
                if (code == 0) _time.Advance(TimeSpan.FromSeconds(10));
                return _history.Status.Reason.StartsWith(reason + ": ", StringComparison.Ordinal);
            },
            () => $"{_history.Status}");
        await PassTimeAsync(writing, TimeSpan.FromSeconds(10));
        Assert.Equal(0, await writing);
        // Five times each, as often as the circuit takes; then 2, 3, 2 and 3 rows.
        Assert.Equal((5, 10, 4), (Attempts(10), Attempts(5), Attempts(2) + Attempts(3)));
        Assert.Equal(Enumerable.Range(1, 10).Select(number => (long)number), _link.Stored.Select(row => (long)row[6]));
        Assert.Equal(7, _link.Attempts.Select(attempt => attempt.Token).Distinct().Count());
        Assert.Equal(LaneState.Ready, _history.Status.State);
        Assert.Empty(_rejected);

        int Attempts(int rows) => _link.Attempts.Count(attempt => attempt.Rows == rows);
    }

    [Fact]
    public async Task Row46_Server_that_hangs_is_no_batch_that_is_too_large_and_its_circuit_opens()
    {
        await _history.StartAsync(TestContext.Current.CancellationToken);
        var hangs = true;
        _link.Look = token => hangs ? Task.Delay(Timeout.InfiniteTimeSpan, _time, token) : Task.CompletedTask;
        var writing = WriteAsync(Sample.Trades(10));
        await Until.TrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return _history.OpenCircuits == 1;
            },
            () => $"{_history.Status}");
        Assert.StartsWith("clickhouse_timeout: ", _history.Status.Reason, StringComparison.Ordinal);
        Assert.Empty(_link.Attempts);
        hangs = false;
        await PassTimeAsync(writing, TimeSpan.FromSeconds(10));
        Assert.Equal((0, 0), (await writing, _history.OpenCircuits));
        Assert.Equal([10], _link.Attempts.Select(attempt => attempt.Rows));
    }

    [Fact]
    public async Task Row46_Single_row_is_never_too_much_and_is_repeated_until_it_is_in()
    {
        await _history.StartAsync(TestContext.Current.CancellationToken);
        var failures = 12;
        _link.Meet = (_, _) => failures-- > 0 ? throw Refusal(241) : Task.CompletedTask;
        var writing = WriteAsync(Sample.Trades(1));
        await PassTimeAsync(writing, TimeSpan.FromSeconds(10));
        Assert.Equal((0, 13, 1), (await writing, _link.Attempts.Count, _link.Stored.Count));
        Assert.Empty(_rejected);
    }

    [Fact]
    public async Task Row46_Batches_have_tokens_of_their_own()
    {
        await WriteAsync(Sample.Trades(2));
        await WriteAsync(Sample.Trades(2));
        Assert.Equal(2, _link.Attempts.Select(attempt => attempt.Token).Distinct().Count());
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
        await PassTimeAsync(writing, TimeSpan.FromSeconds(10));
        Assert.Equal(0, await writing);
        Assert.Equal(2, _link.Attempts.Count);
        Assert.Single(_link.Attempts.Select(attempt => attempt.Token).Distinct());
    }

    [Fact]
    public async Task Row46_Circuit_opens_after_failures_in_a_row_and_lets_nothing_through_until_it_probes()
    {
        using var history = new ClickHouseHistory(
            _link,
            new ClickHouseOptions
            {
                BackoffBase = TimeSpan.FromSeconds(1), BackoffCap = TimeSpan.FromSeconds(1), CircuitThreshold = 3, CircuitOpen = TimeSpan.FromSeconds(30),
            },
            NullLogger.Instance, _time, () => 1);
        // What went well before counts for nothing.
        for (var sequence = 1; sequence <= 10; sequence++) await WriteAsync(Sample.Trades(1), history);
        _link.Attempts.Clear();
        _link.Meet = (_, _) => throw new HttpRequestException("refused");
        var writing = WriteAsync(Sample.Trades(1), history);
        for (var attempts = 2; attempts <= 3; attempts++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Until.TrueAsync(() => _link.Attempts.Count == attempts, () => $"attempt {attempts}");
        }
        _link.Meet = null;
        // The pause between two attempts is one second; the circuit is open for 30.
        for (var second = 0; second < 29; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        Assert.False(writing.IsCompleted);
        Assert.Equal(3, _link.Attempts.Count);
        await PassTimeAsync(writing, TimeSpan.FromSeconds(1));
        Assert.Equal((4, 11), (_link.Attempts.Count, _link.Stored.Count));
    }

    [Theory]
    [InlineData("502 Bad Gateway: dial tcp 10.0.0.5:8123: connection refused", 502)]
    [InlineData("dial tcp 10.0.0.5:8123: connection refused", 10)]
    [InlineData("407 Proxy Authentication Required", 407)]
    public async Task Row46_Words_of_a_proxy_are_no_code_of_ClickHouse(string words, int firstNumber)
    {
        await _history.StartAsync(TestContext.Current.CancellationToken);
        var failures = 2;
        _link.Meet = (_, _) => failures-- > 0 ? throw new ClickHouseServerException(words, "INSERT", firstNumber) : Task.CompletedTask;
        var writing = WriteAsync(Sample.Trades(10));
        await Until.TrueAsync(() => _history.Status.Reason.StartsWith("clickhouse_refuses: ", StringComparison.Ordinal), () => $"{_history.Status}");
        await PassTimeAsync(writing, TimeSpan.FromSeconds(1));
        Assert.Equal((0, 10), (await writing, _link.Stored.Count));
        Assert.Empty(_rejected);
    }

    [Theory]
    [InlineData(0.1, 0.001, 2, 0.5)]
    [InlineData(3_600, 600, 1_000, 600)]
    public async Task Smallest_and_largest_times_work(double timeout, double cap, int threshold, double open)
    {
        var options = new ClickHouseOptions
        {
            InsertTimeout = TimeSpan.FromSeconds(timeout), BackoffBase = TimeSpan.FromSeconds(0.001), BackoffCap = TimeSpan.FromSeconds(cap),
            CircuitThreshold = threshold, CircuitOpen = TimeSpan.FromSeconds(open),
        };
        Assert.Empty(options.Validate());
        using var history = new ClickHouseHistory(_link, options, NullLogger.Instance, _time, () => 1);
        Assert.Equal(0, await WriteAsync(Sample.Trades(1), history));
    }

    [Fact]
    public async Task Row46_Start_waits_while_ClickHouse_is_away_and_says_so()
    {
        _link.Prepare = () => throw new HttpRequestException("refused");
        var starting = _history.StartAsync(TestContext.Current.CancellationToken);
        await Until.TrueAsync(
            () => _history.Status.Reason.StartsWith("clickhouse_unreachable: ", StringComparison.Ordinal), () => $"{_history.Status}");
        _link.Prepare = null;
        await PassTimeAsync(starting, TimeSpan.FromSeconds(1));
        Assert.Equal((LaneState.Ready, 2), (_history.Status.State, _link.Preparations));
    }

    [Fact]
    public async Task Row46_Start_fails_at_once_when_the_schema_contradicts_the_code()
    {
        _link.Prepare = () => throw new SchemaException("0009_more.sql was applied by a newer version.");
        var error = await Assert.ThrowsAsync<SinkError>(() => _history.StartAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith("clickhouse_schema: 0009_more.sql was applied by a newer version.", error.Message, StringComparison.Ordinal);
        Assert.Equal((LaneState.Failed, 1), (_history.Status.State, _link.Preparations));
    }

    [Fact]
    public async Task Row46_Bad_rows_are_found_by_halves_and_rejected_in_order()
    {
        _link.Meet = (rows, _) => rows.Any(row => row[6] is 3L or 4L or 9L)
            ? throw Refusal(407) : Task.CompletedTask;
        Assert.Equal(3, await WriteAsync(Sample.Trades(10)));
        Assert.Equal([2, 3, 8], _rejected.Select(item => item.Index));
        Assert.Equal([1L, 2L, 5L, 6L, 7L, 8L, 10L], _link.Stored.Select(row => (long)row[6]));
    }

    [Theory]
    [InlineData("0.0000000000000000001")]
    [InlineData("100000000000000000000")]
    [InlineData("-100000000000000000000")]
    public async Task Number_that_a_column_cannot_hold_is_rejected_and_never_rounded(string price)
    {
        var value = decimal.Parse(price, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(1, await WriteAsync([Sample.Trade(1), Sample.Trade(2, value)]));
        Assert.StartsWith("value_out_of_range: The column price ", Assert.Single(_rejected).Reason, StringComparison.Ordinal);
        Assert.Single(_link.Stored);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(10_413_792_000_000)]
    public async Task Time_that_a_column_cannot_hold_is_rejected_and_never_wrapped(long time)
    {
        Assert.Equal(1, await WriteAsync([Sample.Trade(1) with { ExchangeTimeUnixMs = time }, Sample.Trade(2)]));
        Assert.StartsWith("value_out_of_range: The column timestamp ", Assert.Single(_rejected).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(47)]
    [InlineData(53)]
    [InlineData(60)]
    public async Task Row46_Schema_drift_is_not_repeated(int code)
    {
        await _history.StartAsync(TestContext.Current.CancellationToken);
        _link.Meet = (_, _) => throw Refusal(code);
        await Assert.ThrowsAsync<SinkError>(() => WriteAsync(Sample.Trades(10)));
        Assert.Single(_link.Attempts);
        Assert.Equal(LaneState.Failed, _history.StatusOf(HistoryTable.Trades).State);
        Assert.Equal(LaneState.Ready, _history.StatusOf(HistoryTable.Tickers).State);
    }

    [Fact]
    public async Task Defect_is_passed_on_and_not_repeated()
    {
        _link.Meet = (_, _) => throw new InvalidOperationException("a defect");
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(Sample.Trades(1)));
        Assert.Single(_link.Attempts);
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

    // As the server and the driver say it.
    private static ClickHouseServerException Refusal(int code) => new($"Code: {code}. DB::Exception: It was refused. (SOME_NAME)", "INSERT", code);

    private Task<int> WriteAsync(IReadOnlyList<MarketDataEvent> events, ClickHouseHistory? history = null) => (history ?? _history).WriteAsync(
        HistoryTable.Trades,
        events,
        (index, reason, _) =>
        {
            _rejected.Add((index, reason));
            return Task.CompletedTask;
        },
        TestContext.Current.CancellationToken);

    private Task PassTimeAsync(Task until, TimeSpan step) => Until.TrueAsync(
        () =>
        {
            _time.Advance(step);
            return until.IsCompleted;
        },
        () => $"{_history.Status}");
}
