using System.Globalization;
using System.Text.Json;

namespace Deribit.Simulator.Tests;

/// <summary>A book rebuilt from frames by the rules of the exchange, strict about every one of them.</summary>
internal sealed class BookReplica
{
    public SortedDictionary<decimal, decimal> Bids { get; } = new(Comparer<decimal>.Create((x, y) => y.CompareTo(x)));

    public SortedDictionary<decimal, decimal> Asks { get; } = [];

    public long ChangeId { get; private set; }

    public static decimal Exact(JsonElement number) => decimal.Parse(number.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture);

    public static BookReplica From(IEnumerable<SimClient.Received> frames)
    {
        var book = new BookReplica();
        foreach (var frame in frames)
        {
            book.Apply(frame.Data);
        }

        return book;
    }

    public void Apply(JsonElement data)
    {
        var changeId = data.GetProperty("change_id").GetInt64();
        if (data.GetProperty("type").GetString() == "snapshot")
        {
            Assert.False(data.TryGetProperty("prev_change_id", out _));
            Bids.Clear();
            Asks.Clear();
        }
        else
        {
            Assert.Equal(ChangeId, data.GetProperty("prev_change_id").GetInt64());
            Assert.True(changeId > ChangeId);
            Assert.NotEqual(0, data.GetProperty("bids").GetArrayLength() + data.GetProperty("asks").GetArrayLength());
        }

        ChangeId = changeId;
        Apply(Bids, data.GetProperty("bids"));
        Apply(Asks, data.GetProperty("asks"));
        if (Bids.Count > 0 && Asks.Count > 0)
        {
            Assert.True(Bids.First().Key < Asks.First().Key, $"crossed at {changeId}");
        }
    }

    public void AssertEquals(SimulatedBook? oracle)
    {
        Assert.NotNull(oracle);
        Assert.Equal(oracle.ChangeId, ChangeId);
        Assert.Equal(oracle.Bids, Bids.Select(level => new SimulatedLevel(level.Key, level.Value)));
        Assert.Equal(oracle.Asks, Asks.Select(level => new SimulatedLevel(level.Key, level.Value)));
    }

    private static void Apply(SortedDictionary<decimal, decimal> side, JsonElement entries)
    {
        foreach (var entry in entries.EnumerateArray())
        {
            var price = Exact(entry[1]);
            var amount = Exact(entry[2]);
            switch (entry[0].GetString())
            {
                case "new":
                    Assert.True(side.TryAdd(price, amount), "new for a level already held");
                    Assert.True(amount > 0);
                    break;
                case "change":
                    Assert.True(side.ContainsKey(price), "change of a level not held");
                    Assert.True(amount > 0);
                    side[price] = amount;
                    break;
                default:
                    Assert.Equal("delete", entry[0].GetString());
                    Assert.Equal(0, amount);
                    Assert.True(side.Remove(price), "delete of a level not held");
                    break;
            }
        }
    }
}
