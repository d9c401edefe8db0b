namespace TestRigs;

/// <summary>A slow and obvious book, rebuilt from the JSON on Kafka as any consumer would.</summary>
internal sealed class BookReplay
{
    private readonly SortedDictionary<decimal, decimal> _bids = new(Comparer<decimal>.Create((left, right) => right.CompareTo(left)));
    private readonly SortedDictionary<decimal, decimal> _asks = [];

    public long? ChangeId { get; private set; }

    public IReadOnlyList<(decimal Price, decimal Amount)> Bids => [.. _bids.Select(level => (level.Key, level.Value))];

    public IReadOnlyList<(decimal Price, decimal Amount)> Asks => [.. _asks.Select(level => (level.Key, level.Value))];

    /// <summary>Applies one record; an update must continue the chain.</summary>
    public void Apply(TopicRecord record)
    {
        if (record.Text("action") == "snapshot")
        {
            _bids.Clear();
            _asks.Clear();
        }
        else
        {
            Assert.Equal(ChangeId, record.Number("prev_change_id"));
        }

        Apply(_bids, record, "bids");
        Apply(_asks, record, "asks");
        ChangeId = record.Number("change_id");
    }

    private static void Apply(SortedDictionary<decimal, decimal> side, TopicRecord record, string member)
    {
        foreach (var level in record.Json.GetProperty(member).EnumerateArray())
        {
            var (price, amount) = (level.GetProperty("price").GetDecimal(), level.GetProperty("amount").GetDecimal());
            if (amount == 0)
                side.Remove(price);
            else
                side[price] = amount;
        }
    }
}
