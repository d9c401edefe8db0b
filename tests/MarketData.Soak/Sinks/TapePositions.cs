using MarketData.Kafka.Checkpoints;
using MarketData.Trades;

namespace MarketData.Soak.Sinks;

/// <summary>
/// Where the trade tapes stand, by the collector's own rules (<see cref="TapeEnd"/>, <see cref="TapeSearch"/>) over what the soak's topic
/// holds. Comes in: trades as they are stored and acknowledged, and the pace of writing checkpoints. Goes out: where a tape goes on.
/// </summary>
internal sealed class TapePositions
{
    private readonly Dictionary<string, Tape> _tapes = new(StringComparer.Ordinal);

    /// <summary>A trade is on the topic.</summary>
    public void Stored(TradeEvent trade) => TapeOf(trade.Key).Topic.Add(PositionOf(trade));

    /// <summary>The collector was told so.</summary>
    public void Acknowledged(TradeEvent trade)
    {
        var tape = TapeOf(trade.Key);
        tape.End.Acknowledged(PositionOf(trade), trade.CompleteUpTo, partition: 0, tape.Topic.Count - 1);
        tape.Acknowledged = tape.Topic.Count - 1;
    }

    /// <summary>Writes the checkpoints. What stands behind an open hole is found again by a search.</summary>
    public void Write()
    {
        foreach (var tape in _tapes.Values.Where(tape => tape.End.Position is not null))
            (tape.Written, tape.CoveredUpTo) = (tape.End.Position, tape.End.HasHole ? tape.End.Offset : tape.Acknowledged);
    }

    /// <summary>Where the tape of an instrument goes on: its checkpoint, and the trades behind it on the topic.</summary>
    public TradePosition? Load(string key)
    {
        var tape = TapeOf(key);
        var search = new TapeSearch(tape.Written);
        foreach (var (offset, trade) in tape.Topic.Index().Skip((int)tape.CoveredUpTo + 1))
            search.Add(trade, offset);
        tape.End = new TapeEnd();
        if (search.Position is { } position)
            tape.End.Adopt(position, 0, (search.FirstAhead ?? tape.Topic.Count) - 1);
        return search.Position;
    }

    private Tape TapeOf(string key) => _tapes.TryGetValue(key, out var tape) ? tape : _tapes[key] = new Tape();

    private static TradePosition PositionOf(TradeEvent trade) => new(trade.TradeSequence, trade.TradeId, trade.ExchangeTimeUnixMs);

    private sealed class Tape
    {
        public List<TradePosition> Topic { get; } = [];

        public TapeEnd End { get; set; } = new();

        public TradePosition? Written { get; set; }

        public long CoveredUpTo { get; set; } = -1;

        public long Acknowledged { get; set; } = -1;
    }
}
