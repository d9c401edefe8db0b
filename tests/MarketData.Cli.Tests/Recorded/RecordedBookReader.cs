using System.Text.Json;

namespace MarketData.Cli.Tests.Recorded;

/// <summary>The slow and obvious reader of one recorded book, straight from the frames.</summary>
internal sealed class RecordedBookReader
{
    private readonly SortedDictionary<decimal, decimal> _bids = new(Comparer<decimal>.Create((left, right) => right.CompareTo(left)));
    private readonly SortedDictionary<decimal, decimal> _asks = [];
    private bool _inSync;
    private long _changeId;

    /// <summary>Every state that may be published, in order.</summary>
    public List<RecordedBookState> States { get; } = [];

    /// <summary>The ids of the changes that did not continue the chain of a book in sync.</summary>
    public List<long> Breaks { get; } = [];

    /// <summary>Takes the data of one frame.</summary>
    public void Apply(JsonElement data)
    {
        var id = data.GetProperty("change_id").GetInt64();
        var isLinked = data.TryGetProperty("prev_change_id", out var link) && link.ValueKind == JsonValueKind.Number;
        long? previous = isLinked ? link.GetInt64() : null;
        var isSnapshot = data.TryGetProperty("type", out var type) ? type.GetString() == "snapshot" : previous is null;
        if (isSnapshot)
        {
            _bids.Clear();
            _asks.Clear();
        }
        else if (!_inSync || id <= _changeId)
        {
            // Before a snapshot there is nothing to change; what is held already changes nothing.
            return;
        }
        else if (previous != _changeId)
        {
            Breaks.Add(id);
            _inSync = false;
            return;
        }

        Apply(_bids, data.GetProperty("bids"));
        Apply(_asks, data.GetProperty("asks"));
        _inSync = _bids.Count == 0 || _asks.Count == 0 || _bids.First().Key <= _asks.First().Key;
        if (!_inSync)
            return;
        var isNew = States.Count == 0 || id != _changeId;
        _changeId = id;
        if (isNew)
        {
            States.Add(new RecordedBookState(
                id,
                isSnapshot ? null : previous,
                data.GetProperty("timestamp").GetInt64(),
                [.. _bids.Select(level => (level.Key, level.Value))],
                [.. _asks.Select(level => (level.Key, level.Value))]));
        }
    }

    private static void Apply(SortedDictionary<decimal, decimal> side, JsonElement levels)
    {
        foreach (var level in levels.EnumerateArray())
        {
            if (level[0].GetString() == "delete")
                side.Remove(level[1].GetDecimal());
            else
                side[level[1].GetDecimal()] = level[2].GetDecimal();
        }
    }
}
