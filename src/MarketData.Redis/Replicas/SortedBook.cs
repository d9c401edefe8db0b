using System.Buffers;
using System.Text.Json;

namespace MarketData.Redis.Replicas;

/// <summary>A plain order book on two sorted dictionaries.</summary>
internal sealed class SortedBook : IBookReplica
{
    private readonly SortedDictionary<decimal, decimal> _bids = new(Comparer<decimal>.Create(static (left, right) => right.CompareTo(left)));
    private readonly SortedDictionary<decimal, decimal> _asks = [];

    public bool Replace(ReadOnlySpan<BookLevel> bids, ReadOnlySpan<BookLevel> asks)
    {
        Clear();
        return Apply(bids, asks);
    }

    public bool Apply(ReadOnlySpan<BookLevel> bids, ReadOnlySpan<BookLevel> asks)
    {
        Apply(_bids, bids);
        Apply(_asks, asks);
        return true;
    }

    public void Clear()
    {
        _bids.Clear();
        _asks.Clear();
    }

    public void Write(IBufferWriter<byte> writer, in BookHead head, int depth)
    {
        using var json = new Utf8JsonWriter(writer, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteString("data_type", "orderbook");
        json.WriteString("exchange", head.Exchange);
        json.WriteString("instrument_name", head.InstrumentName);
        json.WriteNumber("timestamp", head.ExchangeTimeUnixMs);
        json.WriteNumber("received_at", head.ReceivedAtUnixNs);
        json.WriteString("action", "snapshot");
        WriteSide(json, "bids", _bids, depth);
        WriteSide(json, "asks", _asks, depth);
        json.WriteNumber("change_id", head.ChangeId);
        json.WriteNull("prev_change_id");
        WriteBest(json, "best_bid_price", "best_bid_amount", _bids);
        WriteBest(json, "best_ask_price", "best_ask_amount", _asks);
        json.WriteEndObject();
    }

    private static void Apply(SortedDictionary<decimal, decimal> side, ReadOnlySpan<BookLevel> levels)
    {
        foreach (var level in levels)
        {
            if (level.Amount == 0)
                side.Remove(level.Price);
            else
                side[level.Price] = level.Amount;
        }
    }

    private static void WriteSide(Utf8JsonWriter json, string name, SortedDictionary<decimal, decimal> side, int depth)
    {
        json.WriteStartArray(name);
        foreach (var (price, amount) in side.Take(depth))
        {
            json.WriteStartObject();
            json.WriteNumber("price", price);
            json.WriteNumber("amount", amount);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteBest(Utf8JsonWriter json, string price, string amount, SortedDictionary<decimal, decimal> side)
    {
        if (side.Count == 0)
        {
            json.WriteNull(price);
            json.WriteNull(amount);
            return;
        }

        var best = side.First();
        json.WriteNumber(price, best.Key);
        json.WriteNumber(amount, best.Value);
    }
}
