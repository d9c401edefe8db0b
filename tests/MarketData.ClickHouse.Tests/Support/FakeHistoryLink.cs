using MarketData.ClickHouse.Rows;
using MarketData.ClickHouse.Writing;

namespace MarketData.ClickHouse.Tests.Support;

/// <summary>Tables in memory; the test decides what an attempt meets.</summary>
internal sealed class FakeHistoryLink : IHistoryLink
{
    private int _running;

    /// <summary>Called with the rows before they are stored; what it throws, the insert throws.</summary>
    public Func<IReadOnlyList<object[]>, CancellationToken, Task>? Meet { get; set; }

    /// <summary>Called at each look at a table; what it throws, the look throws.</summary>
    public Func<CancellationToken, Task>? Look { get; set; }

    /// <summary>Called at each preparation; what it throws, the preparation throws.</summary>
    public Action? Prepare { get; set; }

    public List<(string Token, int Rows)> Attempts { get; } = [];

    public List<object[]> Stored { get; } = [];

    public int Preparations { get; private set; }

    public int MostAtOnce { get; private set; }

    public Task PrepareAsync(CancellationToken cancellationToken)
    {
        Preparations++;
        Prepare?.Invoke();
        return Task.CompletedTask;
    }

    public Task LookAsync(TableLayout layout, CancellationToken cancellationToken) => Look?.Invoke(cancellationToken) ?? Task.CompletedTask;

    public async Task InsertAsync(TableLayout layout, IReadOnlyList<object[]> rows, string token, CancellationToken cancellationToken)
    {
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _running));
        try
        {
            Attempts.Add((token, rows.Count));
            if (Meet is { } meet) await meet(rows, cancellationToken);
            Stored.AddRange(rows);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    public void Dispose()
    {
    }
}
