using MarketData.History;
using MarketData.Pipeline;

namespace MarketData.Kafka.Tests.Support;

/// <summary>A history whose batches end when the test says so.</summary>
internal sealed class GatedHistory : IHistoryStore
{
    private readonly Dictionary<HistoryTable, Queue<TaskCompletionSource<int>>> _gates = [];
    private bool _isOpen;

    public string Name => "gated";

    public LaneStatus Status => new(LaneState.Ready);

    /// <summary>The batches that came, in order.</summary>
    public List<(HistoryTable Table, int Rows)> Batches { get; } = [];

    /// <summary>The first event of the next batch is rejected with this reason.</summary>
    public string? Reject { get; set; }

    /// <summary>The oldest batch of a table is stored.</summary>
    public void Pass(HistoryTable table) => Take(table).SetResult(0);

    /// <summary>Every batch is stored from now on, and those that wait.</summary>
    public void Open()
    {
        lock (_gates)
        {
            _isOpen = true;
            foreach (var gate in _gates.Values.SelectMany(queue => queue)) gate.SetResult(0);
            _gates.Clear();
        }
    }

    /// <summary>The oldest batch of a table can never be stored.</summary>
    public void Fail(HistoryTable table, Exception exception) => Take(table).SetException(exception);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<int> WriteAsync(
        HistoryTable table, IReadOnlyList<IHistoryRecord> records, RejectHistoryEvent reject, CancellationToken cancellationToken)
    {
        var gate = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var reason = Reject;
        lock (_gates)
        {
            if (!_gates.TryGetValue(table, out var queue)) _gates[table] = queue = new();
            if (_isOpen) gate.SetResult(0);
            else queue.Enqueue(gate);
            Batches.Add((table, records.Count));
        }
        await gate.Task.WaitAsync(cancellationToken);
        if (reason is null) return 0;
        await reject(0, reason, cancellationToken);
        return 1;
    }

    public void Dispose()
    {
    }

    /// <summary>How many batches came.</summary>
    public int Count
    {
        get
        {
            lock (_gates) return Batches.Count;
        }
    }

    private TaskCompletionSource<int> Take(HistoryTable table)
    {
        lock (_gates) return _gates[table].Dequeue();
    }
}
